/** Lists the checks: the runbook's six in its order, then the four without a number (contract, section 5). */
import type { Check } from '../model/check.ts';
import { driftCheck } from './drift.ts';
import { environmentsCheck } from './environments.ts';
import { formationCheck } from './formation.ts';
import { freezeCheck } from './freeze.ts';
import { healthCheck } from './health.ts';
import { logsCheck } from './logs.ts';
import { platformCheck } from './platform.ts';
import { releasesCheck } from './releases.ts';
import { slugCheck } from './slug.ts';
import { workflowRunsCheck } from './workflow-runs.ts';

export const CHECKS: readonly Check[] = [
  formationCheck,
  releasesCheck,
  slugCheck,
  workflowRunsCheck,
  environmentsCheck,
  logsCheck,
  healthCheck,
  platformCheck,
  freezeCheck,
  driftCheck,
];

/** The runbook's known failure modes, in its order. */
import type { Mode } from '../model/check.ts';
import { crashLoop } from './crash-loop.ts';
import { deployFreeze } from './deploy-freeze.ts';
import { legacyDeployAction } from './legacy-deploy-action.ts';
import { missingGate } from './missing-gate.ts';
import { neverDeployed } from './never-deployed.ts';

export const MODES: readonly Mode[] = [
  neverDeployed,
  crashLoop,
  legacyDeployAction,
  deployFreeze,
  missingGate,
];

/** Lists the runbook's known failure modes, in its order. */
import type { Mode } from '../model/check.ts';
import { MODE_IDS, type ModeId } from '../model/mode-id.ts';
import { crashLoop } from './crash-loop.ts';
import { deployFreeze } from './deploy-freeze.ts';
import { legacyDeployAction } from './legacy-deploy-action.ts';
import { missingGate } from './missing-gate.ts';
import { neverDeployed } from './never-deployed.ts';

export const MODE_OF: Readonly<Record<ModeId, Mode>> = {
  A: neverDeployed,
  B: crashLoop,
  C: legacyDeployAction,
  D: deployFreeze,
  E: missingGate,
};

export const MODES: readonly Mode[] = MODE_IDS.map((id) => MODE_OF[id]);

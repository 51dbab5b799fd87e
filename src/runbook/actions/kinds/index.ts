/** Every action that the bot knows. There is no free-form config write and no way to run a command, by design. */
import type { ActionSpec, Params } from '../../model/action.ts';
import type { ActionKind } from '../../model/terms.ts';
import { bootTimeout } from './boot-timeout.ts';
import { createGate } from './create-gate.ts';
import { deploy } from './deploy/deploy.ts';
import { resize } from './resize.ts';
import { restart } from './restart.ts';
import { restore } from './restore.ts';
import { rollback } from './rollback.ts';
import { stop } from './stop.ts';
import { unfreeze } from './unfreeze.ts';

/** A spec whose parameters have gone through the ledger: they are read back as they were frozen. */
export type AnyActionSpec = ActionSpec<Params>;

const SPECS: readonly AnyActionSpec[] = [
  // Each is handed the very parameters that its own plan made.
  stop as unknown as AnyActionSpec,
  restore as unknown as AnyActionSpec,
  restart as unknown as AnyActionSpec,
  rollback as unknown as AnyActionSpec,
  bootTimeout as unknown as AnyActionSpec,
  resize as unknown as AnyActionSpec,
  deploy as unknown as AnyActionSpec,
  unfreeze as unknown as AnyActionSpec,
  createGate as unknown as AnyActionSpec,
];

export function actionSpec(kind: ActionKind): AnyActionSpec {
  const spec = SPECS.find((one) => one.kind === kind);
  if (!spec) throw new Error(`there is no action ${kind}`);
  return spec;
}

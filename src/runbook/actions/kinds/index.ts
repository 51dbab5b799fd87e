/** All kinds of action. By design there is no free-form config write, and no way to run a command. */
import type { ActionSpec } from '../../model/action-spec.ts';
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

const SPECS: { readonly [Kind in ActionKind]: ActionSpec<Kind> } = {
  stop,
  restore,
  restart,
  rollback,
  boot_timeout: bootTimeout,
  resize,
  deploy,
  unfreeze,
  create_gate: createGate,
};

/** A spec only ever gets the parameters that its own plan created. */
export function actionSpec<Kind extends ActionKind>(kind: Kind): ActionSpec<Kind> {
  return SPECS[kind];
}

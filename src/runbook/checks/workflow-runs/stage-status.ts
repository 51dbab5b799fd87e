/** Maps each stage of the newest run for the target to the status of step 4. */
import type { Status } from '../../model/terms.ts';
import type { RunStage } from '../../runs/stage.ts';

export const STAGE_STATUS: Readonly<Record<RunStage, Status>> = {
  queued: 'pass',
  held: 'warn',
  checking: 'pass',
  at_gate: 'warn',
  waiting_other: 'warn',
  deploying: 'pass',
  deployed_going_on: 'pass',
  succeeded: 'pass',
  deployed_nothing: 'warn',
  skipped: 'pass',
  workflow_invalid: 'fail',
  not_started: 'warn',
  freeze_check_failed: 'fail',
  rejected_at_gate: 'warn',
  gate_not_satisfied: 'warn',
  failed_before_gate: 'fail',
  failed_after_gate: 'fail',
  failed_unplaced: 'fail',
  failed_beside_deploy: 'warn',
  cancelled_before_gate: 'warn',
  cancelled_at_gate: 'warn',
  cancelled_while_deploying: 'fail',
  cancelled_unplaced: 'warn',
};

/** These stages deployed nothing, so an earlier failure still counts. */
export const CHANGED_NOTHING: ReadonlySet<RunStage> = new Set([
  'queued',
  'held',
  'checking',
  'at_gate',
  'waiting_other',
  'not_started',
  'cancelled_before_gate',
]);

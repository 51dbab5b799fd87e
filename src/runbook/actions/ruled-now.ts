/** A proposal under the current approval rules of the runbook file, which are the ones that count when it is decided. */
import type { Action } from '../model/action.ts';
import { ruleOf } from '../model/action-spec.ts';
import type { Facts } from '../model/runbook-config.ts';
import { actionSpec } from './kinds/index.ts';

/** An action that has been decided keeps the rule that it was decided by. */
export function ruledNow(action: Action, facts: Facts): Action {
  if (action.state !== 'proposed') return action;
  const { approvals, selfApprove } = ruleOf(actionSpec(action.kind), facts);
  return { ...action, approvalsNeeded: approvals, selfApprove };
}

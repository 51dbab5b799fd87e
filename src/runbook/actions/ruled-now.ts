/** A proposal under the rules of approval that the runbook file has now: those are what counts when it is decided. */
import type { Action } from '../model/action.ts';
import { ruleOf } from '../model/action-spec.ts';
import type { Facts } from '../model/runbook-config.ts';
import { actionSpec } from './kinds/index.ts';

/** What is decided keeps the rule that it was decided by. */
export function ruledNow(action: Action, facts: Facts): Action {
  if (action.state !== 'proposed') return action;
  const { approvals, selfApprove } = ruleOf(actionSpec(action.kind), facts);
  return { ...action, approvalsNeeded: approvals, selfApprove };
}

/**
 * Applies the current approval rules of the runbook file to a proposal, because those rules count when someone decides.
 */
import type { Action } from '../model/action.ts';
import { ruleOf } from '../model/action-spec.ts';
import type { Facts } from '../model/runbook-config.ts';
import { actionSpec } from './kinds/index.ts';

/** An action that has been decided keeps the rule that applied to its decision. */
export function ruledNow(action: Action, facts: Facts): Action {
  if (action.state !== 'proposed') return action;
  const { approvals, selfApprove } = ruleOf(actionSpec(action.kind), facts);
  return { ...action, approvalsNeeded: approvals, selfApprove };
}

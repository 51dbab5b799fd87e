/** Decides which change of a target goes first, and which approval completes a decision. */
import type { Action } from '../model/action.ts';
import type { Instant } from '../model/instant.ts';
import type { Approval } from '../model/runbook-config.ts';
import type { ActionKind } from '../model/terms.ts';
import type { ActionStep, ApprovalBy } from './transitions.ts';

export type RightOfWay =
  /** `overtaken`: the changes that give way. None of them has been sent. */
  | { readonly ok: true; readonly overtaken: readonly Action[] }
  /** Another change of the target is in progress, so this one has to wait. */
  | { readonly ok: false; readonly other: Action };

/**
 * A stop waits only for another stop. Changes that are approved but not sent give way to it. `live`: the target's other
 * changes.
 */
export function rightOfWay(kind: ActionKind, live: readonly Action[]): RightOfWay {
  const stop = live.find((one) => one.kind === 'stop');
  const rest = live.filter((one) => one.kind !== 'stop');
  const other = kind === 'stop' ? stop : rest.find(({ holds }) => holds);
  if (other) return { ok: false, other };
  return { ok: true, overtaken: kind === 'stop' ? rest.filter(({ state }) => state === 'approved') : [] };
}

export type Counted =
  | { readonly ok: true; readonly step: ActionStep<'approve'> | ActionStep<'count_approval'> }
  | { readonly ok: false; readonly why: 'not_proposed' | 'twice' };

/** Identifies the approver before it is known which approvals count. */
export type GivenBy = Pick<ApprovalBy, 'who' | 'isSelf' | 'words'>;

/** The current approval rule. `without`: people whose approval no longer counts. */
export interface CountingRule extends Approval {
  readonly without: readonly string[];
}

/**
 * Returns the step that an approval leads to: the decision, or one more of several required approvals. Each person
 * counts once. `rule` defaults to the action's own rule.
 */
export function countApproval(
  action: Action,
  by: GivenBy,
  at: Instant,
  rule: CountingRule = { approvals: action.approvalsNeeded, selfApprove: action.selfApprove, without: [] },
): Counted {
  if (action.state !== 'proposed' || at >= action.expiresAt) return { ok: false, why: 'not_proposed' };
  const kept = action.approvals.filter(({ person }) => person === by.who || !rule.without.includes(person));
  const isTwice = kept.some(({ person }) => person === by.who);
  const approvals = isTwice ? kept : [...kept, { person: by.who, isSelf: by.isSelf, at }];
  const isComplete = approvals.length >= rule.approvals;
  // Repeating an approval can complete a decision that now needs fewer approvals.
  if (isTwice && !isComplete) return { ok: false, why: 'twice' };
  const { selfApprove } = rule;
  const name = isComplete ? 'approve' : 'count_approval';
  return {
    ok: true,
    step: { name, at, ...by, approvals, rule: { approvals: rule.approvals, selfApprove } },
  };
}

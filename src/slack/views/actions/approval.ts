/** Shows who asked for an action and who may approve it, with the buttons that decide. */

import type { Button, ConfirmationDialog, KnownBlock } from '@slack/types';
import type { Action } from '../../../runbook/model/action.ts';
import { dashboardLink } from '../../../runbook/text/links.ts';
import { type ClauseLine, clause } from '../parts/clauses.ts';
import { clip, line, type Part, plain, richText, withTypedLinks } from '../parts/message.ts';
import { dayAndTimeOf, momentOf, onDayParts, person } from '../parts/moments.ts';

/** Someone who may approve, as far as Slack can identify them. */
export type Approver =
  | { readonly kind: 'user'; readonly id: string; readonly name: string }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'unknown'; readonly named: string };

export function asked({
  askedAt,
  askedBy,
  reason,
  expiresAt,
  state,
  approvals,
  approvalsNeeded,
  app,
}: Action): KnownBlock {
  const parts: Part[] = [plain('Proposed by '), person(askedBy)];
  // While it is under way, the time since which it waits matters more, and the first screen is full.
  if (state !== 'executing') parts.push(...onDayParts(askedAt));
  if (reason !== null) parts.push(...withTypedLinks(`: “${clip(reason, 300)}”`));
  if (state === 'proposed') {
    if (approvalsNeeded > 1) parts.push(plain(` · ${approvals.length} of ${approvalsNeeded} approvals`));
    parts.push(plain(' · expires '), momentOf(expiresAt, askedAt), plain(' · '));
    parts.push({ type: 'link', url: dashboardLink(app), text: app });
  }
  return richText(line(...parts));
}

/** The same facts for `text`. */
export function proposedClauses(action: Action): ClauseLine {
  const { askedAt, askedBy, reason, expiresAt, approvals, approvalsNeeded } = action;
  const why = reason === null ? '' : `: “${clip(reason, 300)}”`;
  return [
    clause(plain('Proposed by '), person(askedBy), ...onDayParts(askedAt), plain(why)),
    ...(approvalsNeeded > 1 ? [clause(plain(`${approvals.length} of ${approvalsNeeded} approvals`))] : []),
    clause(plain('Waiting for approval until '), dayAndTimeOf(expiresAt)),
  ];
}

export interface WaitsForOptions {
  /** The people who may approve the action, and whether to mention them, which makes Slack notify them. */
  readonly approvers: readonly Approver[];
  readonly mentions: boolean;
}

/** Shows whom the action waits for. Leaves out an asker who may not approve their own request. */
export function approverBlocks(action: Action, { approvers, mentions }: WaitsForOptions): KnownBlock[] {
  if (action.state !== 'proposed') return [];
  const waiting = approvers.filter((one) => mayStillApprove(action, one));
  if (waiting.length === 0) return [];
  const named = waiting.flatMap((one, index) => [
    ...(index === 0 ? [] : [plain(', ')]),
    approverPart(one, mentions),
  ]);
  return [richText(line(plain('Can approve: '), ...named))];
}

export function mayStillApprove({ askedBy, selfApprove, approvals }: Action, approver: Approver): boolean {
  if (approver.kind !== 'user') return true;
  if (approver.id === askedBy && !selfApprove) return false;
  return !approvals.some(({ person }) => person === approver.id);
}

function approverPart(approver: Approver, mentions: boolean): Part {
  switch (approver.kind) {
    case 'user':
      return mentions ? { type: 'user', user_id: approver.id } : plain(approver.name);
    case 'group':
      return mentions ? { type: 'usergroup', usergroup_id: approver.id } : plain(`group ${approver.id}`);
    case 'unknown':
      return plain(approver.named);
  }
}

export function approveButton({ id, plan, app }: Action): Button {
  const confirm: ConfirmationDialog = {
    title: { type: 'plain_text', text: clip(`${app}: are you sure?`, 100) },
    text: { type: 'plain_text', text: clip(`${plan.title}. ${plan.expect[0] ?? ''}`, 300) },
    confirm: { type: 'plain_text', text: 'Approve' },
    deny: { type: 'plain_text', text: 'Not yet' },
    ...(plan.danger ? { style: 'danger' } : {}),
  };
  return {
    type: 'button',
    action_id: 'approve',
    text: { type: 'plain_text', text: 'Approve' },
    style: plan.danger ? 'danger' : 'primary',
    value: id,
    confirm,
    accessibility_label: clip(`Approve: ${plan.title}`, 75),
  };
}

export function rejectButton({ id, plan }: Action): Button {
  return {
    type: 'button',
    action_id: 'reject',
    text: { type: 'plain_text', text: 'Reject' },
    value: id,
    accessibility_label: clip(`Reject: ${plan.title}`, 75),
  };
}

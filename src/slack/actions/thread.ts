/** Posts in the thread of an action's card. */
import type { Action } from '../../runbook/model/action.ts';
import { permalinkOf } from '../client/card.ts';
import type { MessageRef } from '../client/send.ts';
import type { SlackContext } from '../context.ts';
import { findContact } from '../people/escalation-contact.ts';
import { type Approver, mayStillApprove } from '../views/actions/approval.ts';
import { waitsForYouView } from '../views/actions/proposed.ts';
import { actionLineView } from '../views/actions/thread-line.ts';
import { sentenceView } from '../views/parts/answers.ts';

/** Posts a line of the action's audit, and also in the channel if `everybody` is set. Rejects on a temporary fault. */
export async function postActionLine(
  context: SlackContext,
  id: string,
  seq: number,
  everybody: boolean,
): Promise<void> {
  const { actionStore, delivery, send } = context;
  const action = await actionStore.find(id);
  const auditLine = action?.trail.find((entry) => entry.seq === seq);
  if (!action || !auditLine || auditLine.words === null) return;
  if (!action.card) {
    // While the channel is unreachable there will be no card, and therefore no thread.
    if (delivery.teamFault()) return;
    throw new Error('the card is not drawn yet');
  }
  const { channel, ts } = action.card;
  const reviewers = auditLine.event === 'at_gate' ? await reviewersOf(context, action) : [];
  await send.post(channel, actionLineView(action, auditLine, everybody, reviewers), { ts, everybody });
}

/**
 * Returns the gate's reviewers who are known in Slack.
 * The runbook file links only one person, the contact, to both GitHub and Slack.
 */
async function reviewersOf(
  context: SlackContext,
  { progress: { gateReviewers = [] } }: Action,
): Promise<readonly string[]> {
  const name = context.facts.escalation.who.name.toLowerCase();
  if (!gateReviewers.some((reviewer) => reviewer.toLowerCase() === name)) return [];
  const reached = await findContact(context);
  return reached.ok ? reached.users : [];
}

/**
 * Notifies approvers by direct message. The card's thread names those who could not be reached,
 * so that someone else can tell them.
 */
export async function notifyApprovers(
  context: SlackContext,
  action: Action,
  approvers: readonly Approver[],
  card: MessageRef,
): Promise<void> {
  const { delivery, send } = context;
  const awaited = approvers.filter(
    (approver) =>
      (approver.kind !== 'user' || approver.id !== action.askedBy) && mayStillApprove(action, approver),
  );
  const message = waitsForYouView(action, await permalinkOf(context, card));
  const unreached: string[] = [];
  for (const approver of awaited) {
    if (approver.kind === 'group') unreached.push(`the group ${approver.id}`);
    else if (approver.kind === 'unknown') unreached.push(approver.named);
    else {
      const posted = await delivery.toPerson(approver.id, message).catch(() => null);
      if (!posted?.ok) unreached.push(approver.name);
    }
  }
  if (unreached.length === 0) return;
  const words = `No direct message reached ${unreached.join(', ')}.`;
  await send.post(card.channel, sentenceView(words), { ts: card.ts, everybody: false });
}

/**
 * The card of an action, drawn from its row.
 * It is posted in the team's channel or where an approver sees it, and edited in place.
 */

import { unapprovableRules } from '../../runbook/actions/approval-rules.ts';
import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import { ruledNow } from '../../runbook/actions/ruled-now.ts';
import type { Action } from '../../runbook/model/action.ts';
import { isSlackUser } from '../../runbook/model/actor.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { drawUntilCurrent, editCard, type PlaceCard, recordCard } from '../client/card.ts';
import type { SlackFault } from '../client/fault.ts';
import { keepNewest } from '../client/keep-newest.ts';
import type { MessageRef, Posted } from '../client/send.ts';
import type { AskedIn, SlackContext } from '../context.ts';
import { isSeenByApprover } from '../people/approver-visibility.ts';
import { actionView } from '../views/actions/action.ts';
import type { Message } from '../views/parts/message.ts';
import { notifyApprovers } from './thread.ts';

export type Drawn =
  /** `instead` explains why the card is not in the team's channel. Null when it is. */
  | { readonly ok: true; readonly card: MessageRef; readonly instead: SlackFault | null }
  /** Slack accepts the card nowhere that an approver would see it. */
  | { readonly ok: false; readonly fault: SlackFault };

/** Number of actions that this process remembers. */
const MOST_REMEMBERED = 200;

/**
 * Draws the card from the current row. Returns null if there is no such action. Rejects on a temporary fault, and the
 * caller retries. The asker's command and the queue draw a new proposal at the same moment; the mutex limits that to
 * one card.
 */
export async function drawActionCard(
  context: SlackContext,
  id: string,
  askedIn?: AskedIn,
): Promise<Drawn | null> {
  const { actionStore, memory, exclusively } = context;
  if (askedIn) keepNewest(memory.askedIn, id, askedIn, MOST_REMEMBERED);
  return exclusively(id, () =>
    drawUntilCurrent(
      () => actionStore.find(id),
      (action) => drawOnce(context, action),
    ),
  );
}

/** Keeps the manual command, so that it is known even if the database is down when someone clicks. */
export function rememberManualCommand({ memory }: Pick<SlackContext, 'memory'>, { id, plan }: Action): void {
  keepNewest(memory.manualCommands, id, plan.byHand, MOST_REMEMBERED);
}

async function drawOnce(context: SlackContext, row: Action): Promise<Drawn> {
  const { facts, canDo, listApprovers, send } = context;
  const { notify } = facts.approvals;
  rememberManualCommand(context, row);
  const action = ruledNow(row, facts);
  const approvers = action.state === 'proposed' ? await listApprovers() : [];
  const warning = warningOf(action, facts);
  const message = actionView(action, { canDo, warning, approvers, mentions: notify === 'mention' });
  const { card } = action;
  if (!card) {
    const drawn = await postCard(context, action, message);
    if (drawn.ok && notify === 'dm') await notifyApprovers(context, action, approvers, drawn.card);
    return drawn;
  }
  const edited = await editCard(context, card, message);
  if (edited === 'edited') return { ok: true, card, instead: null };
  if (edited === 'must_replace') return postCard(context, action, message);
  const posted = await send.post(card.channel, message, {
    ts: card.ts,
    everybody: action.endedAt !== null,
  });
  return posted.ok ? { ok: true, card, instead: null } : posted;
}

/** Posts in the team's channel, or else in the first place that accepts the card and where an approver sees it. */
async function postCard(context: SlackContext, action: Action, message: Message): Promise<Drawn> {
  const inTeam = await context.delivery.toTeam(message);
  if (inTeam.ok) return keepCard(context, action, inTeam, null);
  const { fault } = inTeam;
  for (const post of alternatives(context, action, message)) {
    const posted = await post();
    if (posted?.ok) return keepCard(context, action, posted, fault);
  }
  return { ok: false, fault };
}

/** Places for a card that the team's channel refuses. An attempt returns null if it does not apply. */
function alternatives(
  context: SlackContext,
  action: Action,
  message: Message,
): readonly (() => Promise<Posted | null>)[] {
  const { send, delivery, memory } = context;
  const askedIn = memory.askedIn.get(action.id);
  if (action.state !== 'proposed') return placesAfterDecision(context, action, askedIn, message);
  if (!askedIn) return [];
  const { channel, by } = askedIn;
  const asker = { id: by.id, mayApproveOwn: by.isApprover && action.selfApprove };
  return [
    async () => ((await isSeenByApprover(context, channel, asker)) ? send.post(channel, message) : null),
    async () => (asker.mayApproveOwn ? delivery.toPerson(asker.id, message) : null),
  ];
}

/**
 * After the decision, approvers no longer need to see the card,
 * but those who asked and approved need to see the outcome.
 */
function placesAfterDecision(
  { send, delivery }: SlackContext,
  { askedBy, approvals }: Action,
  askedIn: AskedIn | undefined,
  message: Message,
) {
  const people = [askedBy, ...approvals.map(({ person }) => person)].filter(isSlackUser);
  return [
    async () => (askedIn ? send.post(askedIn.channel, message) : null),
    ...people.map((user) => () => delivery.toPerson(user, message)),
  ];
}

async function keepCard(
  context: SlackContext,
  action: Action,
  { channel, ts }: MessageRef,
  instead: SlackFault | null,
): Promise<Drawn> {
  const { actionStore } = context;
  const posted = { channel, ts };
  const place: PlaceCard = (...args) => actionStore.placeCard(...args);
  if (await recordCard(context, action, posted, place)) return { ok: true, card: posted, instead };
  const { card } = (await actionStore.find(action.id)) ?? action;
  return { ok: true, card: card ?? posted, instead };
}

/** Shown while the action waits for an approval that nobody can give. Null if someone can. */
function warningOf({ kind, state }: Action, facts: Facts): string | null {
  if (state !== 'proposed') return null;
  const { rule } = actionSpec(kind);
  return unapprovableRules(facts).find((unapprovable) => unapprovable.rule === rule)?.aboutProposer ?? null;
}

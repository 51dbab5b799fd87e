/**
 * Proposes an action, by command or by button.
 * Its card is posted where approvers see it, and the asker gets the link.
 */

import type { ProposalRequest } from '../../operations/actions/context.ts';
import { withdraw } from '../../operations/actions/withdraw.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { mayPropose } from '../../runbook/people/permissions.ts';
import type { Phrase } from '../../runbook/text/phrase.ts';
import { permalinkOf } from '../client/card.ts';
import { type SlackFault, slackFaultOf } from '../client/fault.ts';
import type { ReplyTo } from '../client/post.ts';
import type { Asker, SlackContext } from '../context.ts';
import { planView } from '../views/actions/plan.ts';
import { askedView, type CardAt } from '../views/actions/proposed.ts';
import { notDoneView } from '../views/parts/answers.ts';
import { type Drawn, drawActionCard } from './card.ts';
import { recordRefused } from './refused.ts';

/** The change that the asker wants. */
export interface Proposal {
  readonly kind: ActionKind;
  readonly target: Target;
  readonly reason: string | null;
  readonly version: number | null;
  readonly ref: string | null;
  /** True when a button of a diagnosis or an incident asked for it. */
  readonly isFix?: boolean;
}

/** Shows the plan only to the asker. Nothing is proposed or recorded. */
export async function runPlan(context: SlackContext, proposal: Proposal, asker: Asker): Promise<void> {
  const { actionService, post } = context;
  const planned = await actionService.plan(requestOf(proposal, asker));
  if (!planned.ok) return post.toAsker(asker.replyTo, notDoneView(planned));
  const { kind, target, version, ref } = proposal;
  const words = [
    kind,
    target.name,
    ...(version === null ? [] : [`v${version}`]),
    ...(ref === null ? [] : [ref]),
  ];
  await post.toAsker(asker.replyTo, planView(planned.draft, `/raxx ${words.join(' ')}`));
}

/**
 * Returns why this person may not propose the action, or null if they may.
 * It needs no lookup, and records a refusal in the audit.
 */
export function refusalOf(
  context: SlackContext,
  { kind, target }: Pick<Proposal, 'kind' | 'target'>,
  { person }: Asker,
): Phrase | null {
  const may = mayPropose(person, context.facts.people);
  if (may.ok) return null;
  recordRefused(context, null, person, may.words, { kind, target: target.name });
  return may.words;
}

/** Resolves once the asker has been shown where the card is, or why there is none. */
export async function runProposal(context: SlackContext, proposal: Proposal, asker: Asker): Promise<void> {
  const { actionService, actionStore, post } = context;
  const { replyTo } = asker;
  // Check this before looking at the app, so that someone who has to act by hand loses no time.
  const fault = await context.database();
  if (fault) throw fault;
  const proposed = await actionService.propose(requestOf(proposal, asker));
  if (!proposed.ok) {
    const already = proposed.already === undefined ? null : await actionStore.find(proposed.already);
    const link = await permalinkOf(context, already?.card ?? null);
    return post.toAsker(replyTo, notDoneView(proposed, link));
  }
  const { action } = proposed;
  const drawn = await drawProposal(context, action, asker);
  if (drawn === 'later') return post.toAsker(replyTo, askedView(proposed, { kind: 'later' }));
  if (!drawn.ok) return withdrawUnseen(context, action, drawn.fault, replyTo);
  await post.toAsker(replyTo, askedView(proposed, await cardAt(context, drawn, replyTo)));
}

function requestOf(proposal: Proposal, { person }: Asker): ProposalRequest {
  const { version, ref, ...asked } = proposal;
  const wish = { ...(version === null ? {} : { version }), ...(ref === null ? {} : { ref }) };
  return { ...asked, by: person, origin: 'slack', wish };
}

/** `later` means that Slack does not accept the card now. The queue draws it as soon as Slack does. */
async function drawProposal(
  context: SlackContext,
  { id }: Action,
  { person, replyTo }: Asker,
): Promise<Drawn | 'later'> {
  try {
    return (await drawActionCard(context, id, { channel: replyTo.channel, by: person })) ?? 'later';
  } catch (error) {
    if (slackFaultOf(error) === null) throw error;
    return 'later';
  }
}

async function cardAt(
  context: SlackContext,
  { card, instead }: Extract<Drawn, { ok: true }>,
  replyTo: ReplyTo,
): Promise<CardAt> {
  const permalink = await permalinkOf(context, card);
  const why = instead === null ? null : context.delivery.teamWords(instead);
  const { channel } = card;
  return { kind: 'shown', permalink, channel, isHere: channel === replyTo.channel, why };
}

/** A proposal that no approver can see would block the next one, so it is withdrawn. */
async function withdrawUnseen(
  { actionStore, delivery, post, now }: SlackContext,
  { id, plan }: Action,
  fault: SlackFault,
  replyTo: ReplyTo,
): Promise<void> {
  const words = `The card couldn't be posted where an approver would see it. ${delivery.teamWords(fault)}`;
  await withdraw(actionStore, id, words, now());
  const refusal = {
    words: `${plan.title}: not proposed. ${words} Nothing was done.`,
    manualCommand: plan.byHand,
  };
  await post.toAsker(replyTo, notDoneView(refusal));
}

/** A proposal, by command or by button: its card stands in the team's channel, or where approvers see it; the asker gets its link. */
import { withdraw } from '../../operations/actions/withdraw.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { mayPropose, type Person } from '../../runbook/people/permissions.ts';
import { type SlackFault, slackFaultOf } from '../client/fault.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import { askedView, type CardAt, planView } from '../views/action.ts';
import { notDoneView, sentenceView } from '../views/help.ts';
import type { Drawn } from './card.ts';

export interface Proposal {
  readonly kind: ActionKind;
  readonly target: Target;
  readonly by: Person;
  readonly reason: string;
  readonly version: number | null;
  readonly ref: string | null;
  /** Asked for by a button of a diagnosis or an incident. */
  readonly isFix?: boolean;
}

/** For the asker alone: nothing is proposed, nothing is written. */
export async function runPlan(
  proposal: Proposal,
  place: Place,
  { actionService, post }: SlackDeps,
): Promise<void> {
  const { version, ref, ...asking } = proposal;
  const wish = { ...(version === null ? {} : { version }), ...(ref === null ? {} : { ref }) };
  const planned = await actionService.plan({ ...asking, origin: 'slack', wish });
  if (!planned.ok) return post.toAsker(place, notDoneView(planned));
  const more = [version === null ? [] : [`v${version}`], ref ?? []].flat().join(' ');
  const command = `/raxx ${proposal.kind} ${proposal.target.name}${more === '' ? '' : ` ${more}`}`;
  await post.toAsker(place, planView(planned.draft, command));
}

/** Why this person may not ask, told before anything is looked at; null: they may. The audit hears of it afterwards. */
export function refusalOf({ kind, target, by }: Proposal, deps: SlackDeps): string | null {
  const may = mayPropose(by, deps.facts.people);
  if (may.ok) return null;
  deps.noteRefused(null, by, { kind, target: target.name, words: may.words });
  return may.words;
}

/** Resolves when the asker reads where the card is, or why there is none. */
export async function runProposal(proposal: Proposal, place: Place, deps: SlackDeps): Promise<void> {
  const { actionService, cards, actionStore, post } = deps;
  // Told before the app is looked at: whoever has to do it by hand loses no time.
  const fault = await deps.database();
  if (fault) throw fault;
  const { version, ref, ...asking } = proposal;
  const wish = { ...(version === null ? {} : { version }), ...(ref === null ? {} : { ref }) };
  const asked = await actionService.propose({ ...asking, origin: 'slack', wish });
  if (!asked.ok) {
    const card = asked.already === undefined ? null : ((await actionStore.find(asked.already))?.card ?? null);
    return post.toAsker(place, notDoneView(asked, card === null ? null : await cards.permalink(card)));
  }
  const { action, isNew } = asked;
  const drawn = await drawNow(action, proposal.by, place, deps);
  if (drawn === 'later') return post.toAsker(place, askedView(action, { kind: 'later' }, isNew));
  if (!drawn.ok) return tellUnshown(action, drawn.fault, place, deps);
  const at = await cardAt(drawn, place, deps);
  await post.toAsker(place, askedView(action, at, isNew));
}

/** `later`: Slack does not take it now, and the queue draws it when it does. */
async function drawNow(
  { id }: Action,
  by: Person,
  { channel }: Place,
  { cards }: SlackDeps,
): Promise<Drawn | 'later'> {
  try {
    return (await cards.draw(id, { channel, by })) ?? 'later';
  } catch (error) {
    if (slackFaultOf(error) === null) throw error;
    return 'later';
  }
}

async function cardAt(
  { card, instead }: Extract<Drawn, { ok: true }>,
  place: Place,
  { cards, places }: SlackDeps,
): Promise<CardAt> {
  const permalink = await cards.permalink(card);
  const why = instead === null ? null : places.teamWords(instead);
  return { kind: 'shown', permalink, channel: card.channel, isHere: card.channel === place.channel, why };
}

async function tellUnshown(
  action: Action,
  fault: SlackFault,
  place: Place,
  { actionStore, places, post, now }: SlackDeps,
): Promise<void> {
  const words = `Nobody who can approve could be shown this. ${places.teamWords(fault)}`;
  await withdraw(actionStore, action.id, words, now());
  const { title, byHand } = action.plan;
  const hand = byHand === '' ? '' : ` By hand: \`${byHand}\``;
  await post.toAsker(place, sentenceView(`${title}: not proposed. ${words} Nothing was done.${hand}`));
}

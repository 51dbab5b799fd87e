/** A proposal, by command or by button: its card stands in the team's channel, the asker gets its link. */
import type { Person } from '../../runbook/decision.ts';
import type { ActionKind } from '../../runbook/diagnosis.ts';
import type { Target } from '../../runbook/facts.ts';
import type { SlackDeps } from '../deps.ts';
import type { Place } from '../post.ts';
import { askedView, planView } from '../views/action.ts';
import { notDoneView } from '../views/help.ts';

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
export async function runPlan(proposal: Proposal, place: Place, { acts, post }: SlackDeps): Promise<void> {
  const { version, ref, ...asking } = proposal;
  const wish = { ...(version === null ? {} : { version }), ...(ref === null ? {} : { ref }) };
  const planned = await acts.plan({ ...asking, origin: 'slack', wish });
  if (!planned.ok) return post.toAsker(place, notDoneView(planned));
  const more = [version === null ? [] : [`v${version}`], ref ?? []].flat().join(' ');
  const command = `/raxx ${proposal.kind} ${proposal.target.name}${more === '' ? '' : ` ${more}`}`;
  await post.toAsker(place, planView(planned.draft, command));
}

/** Resolves when the asker reads where the card is, or why there is none. */
export async function runProposal(proposal: Proposal, place: Place, deps: SlackDeps): Promise<void> {
  const { acts, cards, post } = deps;
  const { version, ref, ...asking } = proposal;
  const wish = { ...(version === null ? {} : { version }), ...(ref === null ? {} : { ref }) };
  const asked = await acts.propose({ ...asking, origin: 'slack', wish });
  if (!asked.ok) {
    const card = asked.already === undefined ? null : await cards.permalink(asked.already).catch(() => null);
    return post.toAsker(place, notDoneView(asked, card));
  }
  const { action, isNew } = asked;
  // Drawn here for its link; should Slack not take it now, the queue draws it when it does.
  const permalink = await cards.draw(action.id).then(
    () => cards.permalink(action.id),
    () => null,
  );
  await post.toAsker(place, askedView(action, permalink, isNew));
}

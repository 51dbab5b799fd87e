/** What somebody does about an incident by command: wakes the operator by hand, or wants quiet for a while. */

import type { Target } from '../../runbook/model/runbook-config.ts';
import type { Person } from '../../runbook/people/permissions.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import { refusalView } from '../views/help.ts';

/** The ping stands in the channel; the asker hears whom it wakes. */
export async function runEscalation(
  target: Target,
  reason: string,
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const { incidents, facts, post } = deps;
  const { ok, words } = await incidents.escalate(target, reason, person);
  if (!ok) return post.toAsker(place, refusalView(words));
  const { name } = facts.escalation.who;
  const told = `${name} is pinged now, and every ${facts.escalation.repeatMinutes} min until somebody acknowledges.`;
  await post.toAsker(place, refusalView([told, ...(await doubts(deps))].join(' ')));
}

/** Whoever calls for help has to know when it may not be heard. */
async function doubts({ contact, places, facts }: SlackDeps): Promise<readonly string[]> {
  const reached = await contact();
  const known = [...(reached.ok ? [] : [reached.words]), ...places.problems()];
  const { name, contact: address } = facts.escalation.who;
  return known.length === 0 ? [] : [...known, `Call ${name} (${address}) as well.`];
}

/** `forMs` null: it ends now. The channel is told by a notice. */
export async function runSnooze(
  target: Target,
  forMs: number | null,
  person: Person,
  place: Place,
  { incidents, post }: SlackDeps,
): Promise<void> {
  const { words } =
    forMs === null
      ? await incidents.endSnooze(target, person)
      : await incidents.snooze(target, forMs, person);
  await post.toAsker(place, refusalView(words));
}

/** What somebody does about incidents by command: reads them, wakes the operator by hand, wants quiet for a while. */

import type { CommandResult } from '../../operations/incidents/commands.ts';
import { listedIncidents } from '../../operations/incidents/listed.ts';
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { Person } from '../../runbook/people/permissions.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import { refusalView, withCardView } from '../views/help.ts';
import { incidentsView } from '../views/incidents.ts';
import type { Unwritten } from '../views/ping.ts';

/** `target` null: of all targets. */
export async function runIncidents(
  target: Target | null,
  place: Place,
  { incidentStore, incidentCards, post, now }: SlackDeps,
): Promise<void> {
  const incidents = await listedIncidents(incidentStore, target?.name);
  const listed = await Promise.all(
    incidents.map(async (incident) => ({ incident, card: await incidentCards.permalink(incident) })),
  );
  await post.toAsker(place, incidentsView(listed, target?.name ?? null, now()));
}

/** The ping stands in the channel; the asker hears whom it wakes. */
export async function runEscalation(
  target: Target,
  reason: string,
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const { incidents, facts, post } = deps;
  let told: CommandResult;
  try {
    told = await incidents.escalate(target, reason, person);
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error;
    return escalateUnwritten({ app: target.app, reason, by: person.id, why: error.words }, place, deps);
  }
  const { ok, words } = told;
  if (!ok) return post.toAsker(place, refusalView(words));
  const { name } = facts.escalation.who;
  const said = `${name} is pinged now, and every ${facts.escalation.repeatMinutes} min until somebody acknowledges.`;
  await post.toAsker(place, refusalView([said, ...(await doubts(deps))].join(' ')));
}

/** Nothing can be written down, and somebody has to be woken all the same: once, as nobody would repeat it. */
async function escalateUnwritten(call: Unwritten, place: Place, deps: SlackDeps): Promise<void> {
  const { name, contact } = deps.facts.escalation.who;
  const isHeard = await deps.incidentCards.pingUnwritten(call);
  const done = isHeard
    ? `${name} is pinged once. My database doesn't work (${call.why}): the page is not repeated, and nobody can acknowledge it here.`
    : `${name} could not be pinged: neither Slack nor my database (${call.why}) takes it.`;
  await deps.post.toAsker(
    place,
    refusalView(`${done} Call ${name} (${contact})${isHeard ? ' as well' : ' now'}.`),
  );
}

/** Whoever calls for help has to know when it may not be heard. */
async function doubts({ contact, places, facts }: SlackDeps): Promise<readonly string[]> {
  const reached = await contact();
  const known = [...(reached.ok ? [] : [reached.words]), ...places.problems()];
  const { name, contact: address } = facts.escalation.who;
  return known.length === 0 ? [] : [...known, `Call ${name} (${address}) as well.`];
}

/** The note stands in the incident's thread; the asker hears where it went. */
export async function runNote(
  target: Target,
  typed: string,
  person: Person,
  place: Place,
  { incidents, incidentCards, post }: SlackDeps,
): Promise<void> {
  const { words, incident } = await incidents.note(target, typed, person);
  const card = incident && (await incidentCards.permalink(incident));
  await post.toAsker(place, withCardView(refusalView(words), card));
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

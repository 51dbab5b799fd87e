/** The incident commands: list, escalate, add a note, snooze. */

import type { CommandResult } from '../../operations/incidents/commands.ts';
import { listedIncidents } from '../../operations/incidents/listed.ts';
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import { joinPhrases, type Phrase } from '../../runbook/text/phrase.ts';
import { permalinkOf } from '../client/card.ts';
import type { ReplyTo } from '../client/post.ts';
import type { Asker, SlackContext } from '../context.ts';
import { findContact } from '../people/escalation-contact.ts';
import { incidentsView } from '../views/incidents/incidents.ts';
import type { Unwritten } from '../views/incidents/ping.ts';
import { phraseView, withCardView } from '../views/parts/answers.ts';
import { pingUnrecorded } from './ping.ts';

/** A null `target` means all targets. */
export async function runIncidents(
  context: SlackContext,
  target: Target | null,
  { replyTo }: Asker,
): Promise<void> {
  const { incidentStore, post, now } = context;
  const incidents = await listedIncidents(incidentStore, target?.name);
  const listed = await Promise.all(
    incidents.map(async (incident) => ({ incident, card: await permalinkOf(context, incident.card) })),
  );
  await post.toAsker(replyTo, incidentsView(listed, target?.name ?? null, now()));
}

/** Pages in the channel, and replies with who is paged. */
export async function runEscalation(
  context: SlackContext,
  target: Target,
  reason: string,
  { person, replyTo }: Asker,
): Promise<void> {
  const { incidents, facts, post } = context;
  let escalated: CommandResult;
  try {
    escalated = await incidents.escalate(target, reason, person);
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error;
    const call = { app: target.app, reason, by: person.id, why: error.words };
    return escalateUnrecorded(context, call, replyTo);
  }
  if (!escalated.ok) return post.toAsker(replyTo, phraseView(escalated.words));
  const { who, repeatMinutes } = facts.escalation;
  const words = `Paging ${who.name} now, then every ${repeatMinutes} min until someone acknowledges.`;
  await post.toAsker(replyTo, phraseView(joinPhrases([words, ...(await doubts(context))], ' ')));
}

/** Without the database, the page still goes out, but only once, because nothing would remember to repeat it. */
async function escalateUnrecorded(context: SlackContext, call: Unwritten, replyTo: ReplyTo): Promise<void> {
  const { name, contact } = context.facts.escalation.who;
  const isDelivered = await pingUnrecorded(context, call);
  const words = isDelivered
    ? `I paged ${name} once. My database is unavailable (${call.why}), so the page won't repeat and can't be acknowledged here. Contact ${name} directly as well: ${contact}.`
    : `${name} could not be paged: neither Slack nor my database (${call.why}) works. Contact ${name} directly: ${contact}.`;
  await context.post.toAsker(replyTo, phraseView(words));
}

/** Returns reasons why the page might not arrive. The person who asked for help has to know them. */
async function doubts(context: SlackContext): Promise<readonly Phrase[]> {
  const { delivery, facts } = context;
  const reached = await findContact(context);
  const known = [...(reached.ok ? [] : [reached.words]), ...delivery.problems()];
  const { name, contact } = facts.escalation.who;
  return known.length === 0 ? [] : [...known, `Contact ${name} directly as well: ${contact}.`];
}

/** Posts the note in the incident's thread. The reply links to the card. */
export async function runNote(
  context: SlackContext,
  target: Target,
  note: string,
  { person, replyTo }: Asker,
): Promise<void> {
  const noted = await context.incidents.note(target, note, person);
  const card = await permalinkOf(context, noted.incident?.card ?? null);
  await context.post.toAsker(replyTo, withCardView(phraseView(noted.words), card));
}

/** A null `forMs` ends the snooze now. A notice in the channel reports it. */
export async function runSnooze(
  { incidents, post }: SlackContext,
  target: Target,
  forMs: number | null,
  { person, replyTo }: Asker,
): Promise<void> {
  const { words } =
    forMs === null
      ? await incidents.endSnooze(target, person)
      : await incidents.snooze(target, forMs, person);
  await post.toAsker(replyTo, phraseView(words));
}

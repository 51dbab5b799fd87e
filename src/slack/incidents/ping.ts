/**
 * Pings, which are the messages that page the operator, each with a button to acknowledge;
 * and notices, which page nobody.
 */
import type { PingPlace } from '../../operations/ports/incident-store.ts';
import { pageWords } from '../../runbook/incidents/page-words.ts';
import { missedBefore, type PingDecision, pingStands } from '../../runbook/incidents/paging.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { permalinkOf } from '../client/card.ts';
import type { SlackContext } from '../context.ts';
import { findContact } from '../people/escalation-contact.ts';
import {
  isCalling,
  pingShows,
  pingView,
  type Unwritten,
  unwrittenPingView,
} from '../views/incidents/ping.ts';
import { noticeView } from '../views/notice.ts';
import type { Message } from '../views/parts/message.ts';
import { findTried } from './tried.ts';

type PingTo = PingPlace['to'];

/** A page of the incident, identified by its audit line. */
interface Ping {
  readonly incident: Incident;
  readonly seq: number;
}

/** The text of a page where it differs from its audit line. */
interface PingText {
  readonly words: string;
  /** Number of earlier pages that could not be posted there. */
  readonly missed: number;
  readonly at: Instant;
}

/** A page that is sent this long after it became due reports the current state. */
const LATE_MS = 30_000;

/**
 * Posts a page in the channel, or to the contact by direct message.
 * Rejects on a temporary fault, and the caller retries.
 */
export async function postPing(context: SlackContext, id: string, seq: number, to: PingTo): Promise<void> {
  const { incidentStore, facts } = context;
  const [incident, contact] = await Promise.all([incidentStore.find(id), findContact(context)]);
  if (!incident) return;
  // A contact who is not in Slack gets no direct message. The page in the channel says so.
  if (to === 'person' && !contact.ok && !contact.passes) return;
  const now = context.now();
  const [pings, snooze] = await Promise.all([
    incidentStore.pingsOf(id),
    incidentStore.snoozeOf(incident.target, now),
  ]);
  const posted = seqsTo(pings, to);
  // The page was counted when it became due. Whether it still needs to page anyone is decided now.
  const decision = pingStands(incident, seq, posted, snooze, facts, now);
  const said = incident.trail.find((entry) => entry.seq === seq);
  if (decision.kind === 'drop' || !said) return;
  const ping = { incident, seq };
  const text = {
    words: currentWords(context, incident, said.words ?? '', decision),
    missed: decision.missed,
    at: now,
  };
  if (to === 'channel') return pingChannel(context, ping, text);
  if (contact.ok) return pingPeople(context, ping, contact.users, text);
  throw new Error(contact.words);
}

/** The pages that were posted in the channel, or to the contact. */
function seqsTo(pings: readonly PingPlace[], to: PingTo): ReadonlySet<number> {
  return new Set(pings.filter((ping) => ping.to === to).map(({ seq }) => seq));
}

function currentWords(
  { facts, now }: SlackContext,
  incident: Incident,
  words: string,
  { wakes }: Extract<PingDecision, { kind: 'send' }>,
): string {
  const at = now();
  const isLate = at - (incident.lastPingAt ?? at) > LATE_MS;
  return isLate ? pageWords(incident, { why: 'new', wakes }, facts, at) : words;
}

/** If the channel refuses the page, each operator gets it, except those who are paged by direct message anyway. */
async function pingChannel(context: SlackContext, ping: Ping, text: PingText): Promise<void> {
  const { delivery, facts, directory } = context;
  const posted = await delivery.toTeam(await pingMessage(context, ping, 'channel', text));
  if (posted.ok) {
    const { channel, ts } = posted;
    return recordPing(context, ping.incident, { seq: ping.seq, to: 'channel', channel, ts });
  }
  const [contact, operators] = await Promise.all([
    findContact(context),
    Promise.all(facts.people.operators.map(directory.idsOf)),
  ]);
  const paged = new Set(contact.ok ? contact.users : []);
  const others = [...new Set(operators.flat())].filter((user) => !paged.has(user));
  await pingPeople(context, ping, others, text);
}

async function pingPeople(
  context: SlackContext,
  ping: Ping,
  users: readonly string[],
  text: PingText,
): Promise<void> {
  const { delivery, memory } = context;
  const { incident, seq } = ping;
  const message = await pingMessage(context, ping, 'person', text);
  for (const user of users) {
    const key = `${incident.id} ${seq} ${user}`;
    if (memory.paged.has(key)) continue;
    const posted = await delivery.toPerson(user, message);
    memory.paged.add(key);
    if (!posted.ok) continue;
    const { channel, ts } = posted;
    await recordPing(context, incident, { seq, to: 'person', channel, ts });
  }
}

async function pingMessage(
  context: SlackContext,
  { incident }: Ping,
  to: PingTo,
  { words, missed, at }: PingText,
): Promise<Message> {
  const { facts, canDo } = context;
  const [person, card, tried] = await Promise.all([
    findContact(context),
    permalinkOf(context, incident.card),
    isCalling(incident) ? triedOrUnknown(context, incident) : null,
  ]);
  return pingView(incident, words, { facts, person, to, card, canDo, tried, missed, at });
}

/** A page goes out even if it cannot be read what was tried. */
async function triedOrUnknown(context: SlackContext, incident: Incident): Promise<readonly Action[] | null> {
  try {
    return await findTried(context, incident, context.now());
  } catch (error) {
    context.log.warn({ err: error, incident: incident.id }, 'a page goes out without what was tried');
    return null;
  }
}

/** The page was sent and must not be sent again. If recording it fails, its button stays, and still works. */
async function recordPing(
  context: SlackContext,
  incident: Incident,
  ping: Omit<PingPlace, 'shown'>,
): Promise<void> {
  const { incidentStore, log } = context;
  try {
    await incidentStore.placePing(incident.id, { ...ping, shown: pingShows(incident) });
    // Someone may have acknowledged while it was being sent.
    const current = await incidentStore.find(incident.id);
    if (current) await updatePings(context, current);
  } catch (error) {
    log.warn({ err: error, incident: incident.id }, 'a ping was sent, but could not be recorded');
  }
}

/** Edits the incident's pages to show the current state, for the last time once the incident is resolved. */
export async function updatePings(context: SlackContext, incident: Incident): Promise<void> {
  const { incidentStore, send } = context;
  const shown = pingShows(incident);
  const pings = await incidentStore.pingsOf(incident.id);
  for (const ping of pings) {
    if (ping.shown === shown) continue;
    const said = incident.trail.find((entry) => entry.seq === ping.seq);
    if (said) {
      // A resolved incident no longer pages, and the places of its earlier pages may be forgotten already.
      const missed =
        incident.state === 'resolved' ? 0 : missedBefore(incident, ping.seq, seqsTo(pings, ping.to));
      const text = { words: said.words ?? '', missed, at: said.at };
      const message = await pingMessage(context, { incident, seq: ping.seq }, ping.to, text);
      await send.edit({ channel: ping.channel, ts: ping.ts }, message);
    }
    if (incident.state === 'resolved') await incidentStore.forgetPing(incident.id, ping);
    else await incidentStore.placePing(incident.id, { ...ping, shown });
  }
}

/**
 * Pages once, in the channel and by direct message, while the database cannot record it. Returns false if the page
 * reached nobody. Never rejects.
 */
export async function pingUnrecorded(context: SlackContext, call: Unwritten): Promise<boolean> {
  const { delivery, facts } = context;
  const person = await findContact(context);
  const message = unwrittenPingView(call, { facts, person });
  const posts = [
    delivery.toTeam(message),
    ...(person.ok ? person.users : []).map((user) => delivery.toPerson(user, message)),
  ];
  const settled = await Promise.allSettled(posts);
  return settled.some((post) => post.status === 'fulfilled' && post.value.ok);
}

/** Posts a sentence in the channel, or to the contact if the channel refuses it. `who` is the person responsible. */
export async function postNotice(context: SlackContext, words: string, who?: string): Promise<void> {
  const { delivery } = context;
  const message = noticeView(words, who);
  const posted = await delivery.toTeam(message);
  if (posted.ok) return;
  const contact = await findContact(context);
  for (const user of contact.ok ? contact.users : []) await delivery.toPerson(user, message);
}

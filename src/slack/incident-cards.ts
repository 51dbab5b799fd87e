/** Cards of incidents, drawn from their row; pings, as messages of their own; quiet notices. */
import type { WebClient } from '@slack/web-api';
import type { IncidentBook, PingPlace } from '../operations/incident-book.ts';
import type { Ledger } from '../operations/ledger.ts';
import { actionsDuring, peopleIn } from '../operations/postmortem.ts';
import type { ActionKind } from '../runbook/diagnosis.ts';
import type { Instant } from '../runbook/evidence.ts';
import type { Facts } from '../runbook/facts.ts';
import type { Incident } from '../runbook/incident.ts';
import { triedDuring } from '../runbook/incident-times.ts';
import { postmortem } from '../runbook/postmortem.ts';
import type { Contact } from './contact.ts';
import type { Directory } from './directory.ts';
import { createInTurn } from './in-turn.ts';
import type { Names } from './names.ts';
import type { Places } from './places.ts';
import { isGone, type MessagePlace, type Send } from './send.ts';
import { incidentLineView, incidentView } from './views/incident.ts';
import type { Message } from './views/message.ts';
import { noticeView } from './views/notice.ts';
import { pingView } from './views/ping.ts';
import { postmortemView } from './views/postmortem.ts';

export interface IncidentCardsDeps {
  readonly client: WebClient;
  readonly book: Pick<
    IncidentBook,
    'find' | 'newest' | 'placeCard' | 'snoozeOf' | 'placePing' | 'pingsOf' | 'forgetPing'
  >;
  readonly ledger: Pick<Ledger, 'find' | 'recent'>;
  readonly facts: Facts;
  readonly send: Pick<Send, 'post' | 'edit'>;
  readonly places: Pick<Places, 'toTeam' | 'toPerson' | 'teamFault'>;
  readonly directory: Pick<Directory, 'idsOf'>;
  readonly contact: Contact;
  readonly names: Names;
  readonly canDo: ReadonlySet<ActionKind>;
  now(): Instant;
}

/** Each rejects for what passes by itself: whoever asked tries again. What Slack refuses for good is told by `Places`. */
export interface IncidentCards {
  draw(id: string): Promise<void>;
  /** An action moved on: the open incident of its target shows what was tried. */
  drawAround(actionId: string): Promise<void>;
  /** A line of the timeline, in the card's thread. */
  tell(id: string, seq: number): Promise<void>;
  /** A message of its own that mentions the operator: in the channel, or to them alone. */
  ping(id: string, seq: number, to: 'channel' | 'person'): Promise<void>;
  /** Told in the channel by itself; `who`: did it, as the audit names them. */
  notice(words: string, who?: string): Promise<void>;
  /** The draft of its post-mortem, in the card's thread. */
  postmortem(id: string): Promise<void>;
}

/** What was tried is looked for among so many actions. */
const RECENT = 20;
const MOST_ROUNDS = 5;

export function createIncidentCards(deps: IncidentCardsDeps): IncidentCards {
  const { client, book, ledger, facts, send, places, directory, contact, names, canDo, now } = deps;
  const inTurn = createInTurn();
  /** Cards that were posted because an earlier one could not be edited. */
  const replacements = new Set<string>();
  /** Pings that somebody got already: a job that is done again must not wake them twice. */
  const sent = new Set<string>();

  /** While it is drawn the row may move on: then it is drawn again, so that the last state stands there. */
  async function draw(id: string): Promise<void> {
    let drawn = -1;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const incident = await book.find(id);
      if (!incident || incident.revision === drawn) return;
      await drawOnce(incident);
      await closePings(incident);
      drawn = incident.revision;
    }
  }

  async function drawOnce(incident: Incident): Promise<void> {
    const [actions, snooze] = await Promise.all([
      ledger.recent(RECENT, incident.target),
      book.snoozeOf(incident.target, now()),
    ]);
    const tried = triedDuring(incident, actions, now());
    const options = { facts, tried, snooze, canDo, now: now() };
    const message = incidentView(incident, options);
    if (!incident.card) return place(incident, message);
    const edited = await send.edit(incident.card, message);
    if (edited.kind === 'edited') return;
    if (isGone(edited) || !replacements.has(keyOf(incident.card))) return place(incident, message);
    // Slack lets us edit neither: a third card would be one too many, and its thread has room.
    await inThread(incident, message);
  }

  async function place(incident: Incident, message: Message): Promise<void> {
    const posted = await places.toTeam(message);
    if (!posted.ok) return;
    const { channel, ts } = posted;
    const placed = await book.placeCard(incident.id, channel, ts, incident.card?.ts ?? null);
    if (incident.card) replacements.add(keyOf(posted));
    // Another process was faster: one card is enough.
    if (!placed) await client.chat.delete({ channel, ts });
  }

  async function inThread({ card }: Incident, message: Message): Promise<void> {
    if (card) return void (await send.post(card.channel, message, { ts: card.ts, everybody: false }));
    // There is no card, and there will be none until somebody mends the channel: nothing to tell it under.
    if (!places.teamFault()) throw new Error('the card of the incident is not drawn yet');
  }

  /** Once somebody has it, or it is over, its pings say so and have no button. */
  async function closePings(incident: Incident): Promise<void> {
    if (incident.state === 'open' && !incident.acknowledged) return;
    for (const place of await book.pingsOf(incident.id)) {
      const message = await pingMessage(incident, place);
      if (message) await send.edit({ channel: place.channel, ts: place.ts }, message);
      await book.forgetPing(incident.id, place);
    }
  }

  async function rememberPing(incident: Incident, place: PingPlace): Promise<void> {
    if (incident.state === 'resolved' || incident.acknowledged) return;
    await book.placePing(incident.id, place);
    // Somebody may have acknowledged while it was on its way.
    const after = await book.find(incident.id);
    if (after) await closePings(after);
  }

  async function pingMessage(
    incident: Incident,
    { seq, to }: Pick<PingPlace, 'seq' | 'to'>,
  ): Promise<Message | null> {
    const said = incident.trail.find((one) => one.seq === seq);
    if (!said) return null;
    const [person, card] = await Promise.all([contact(), permalink(incident)]);
    return pingView(incident, said.words, { facts, person, to, card, canDo });
  }

  /** null: no card, or Slack does not tell. A ping does not wait for its link. */
  async function permalink({ card }: Incident): Promise<string | null> {
    if (!card) return null;
    const asked = client.chat.getPermalink({ channel: card.channel, message_ts: card.ts });
    return asked.then(
      (answer) => answer.permalink ?? null,
      () => null,
    );
  }

  /** Where the channel refuses it, it goes to each operator: somebody has to hear it. */
  async function pingTeam(incident: Incident, seq: number): Promise<void> {
    const message = await pingMessage(incident, { seq, to: 'channel' });
    if (!message) return;
    const posted = await places.toTeam(message);
    if (posted.ok) return keepPing(incident, { seq, to: 'channel', channel: posted.channel, ts: posted.ts });
    const [person, operators] = await Promise.all([
      contact(),
      Promise.all(facts.people.operators.map(directory.idsOf)),
    ]);
    const woken = new Set(person.ok ? person.users : []);
    await pingEach(
      incident,
      seq,
      [...new Set(operators.flat())].filter((user) => !woken.has(user)),
    );
  }

  async function pingEach(incident: Incident, seq: number, users: readonly string[]): Promise<void> {
    const message = await pingMessage(incident, { seq, to: 'person' });
    for (const user of message ? users : []) {
      const key = `${incident.id} ${seq} ${user}`;
      if (!message || sent.has(key)) continue;
      const posted = await places.toPerson(user, message);
      sent.add(key);
      if (posted.ok) await keepPing(incident, { seq, to: 'person', channel: posted.channel, ts: posted.ts });
    }
  }

  /** It is sent, and must not be sent again: should this fail, a button stays, and answers. */
  async function keepPing(incident: Incident, place: PingPlace): Promise<void> {
    await rememberPing(incident, place).catch(() => undefined);
  }

  async function toContact(message: Message): Promise<void> {
    const person = await contact();
    for (const user of person.ok ? person.users : []) await places.toPerson(user, message);
  }

  return {
    draw: (id) => inTurn(id, () => draw(id)),

    async drawAround(actionId) {
      const action = await ledger.find(actionId);
      const incident = action && (await book.newest(action.target));
      if (incident?.state === 'open') await draw(incident.id);
    },

    async tell(id, seq) {
      const incident = await book.find(id);
      const said = incident?.trail.find((one) => one.seq === seq);
      // What opened it stands on the card.
      if (!incident || !said || said.event === 'opened') return;
      await inThread(incident, incidentLineView(said));
    },

    async ping(id, seq, to) {
      const [incident, person] = await Promise.all([book.find(id), contact()]);
      if (!incident) return;
      if (to === 'channel') return pingTeam(incident, seq);
      // Whoever is not found gets no message of their own; the one in the channel says so.
      if (person.ok) return pingEach(incident, seq, person.users);
      if (person.passes) throw new Error(person.words);
    },

    async notice(words, who) {
      const message = noticeView(words, who);
      const posted = await places.toTeam(message);
      if (!posted.ok) await toContact(message);
    },

    async postmortem(id) {
      const incident = await book.find(id);
      if (!incident) throw new Error('there is no such incident');
      const tried = await actionsDuring(incident, ledger, now());
      const nameOf = await names(peopleIn(incident, tried));
      await inThread(incident, postmortemView(id, postmortem({ incident, tried, now: now(), nameOf })));
    },
  };
}

const keyOf = ({ channel, ts }: MessagePlace) => `${channel}:${ts}`;

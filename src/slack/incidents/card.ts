/** Cards of incidents, drawn from their row; pings, as messages of their own; quiet notices. */
import type { WebClient } from '@slack/web-api';
import { actionsDuring, peopleIn } from '../../operations/incidents/postmortem.ts';
import type { ActionStore } from '../../operations/ports/action-store.ts';
import type { IncidentStore, PingPlace } from '../../operations/ports/incident-store.ts';
import { pageWords } from '../../runbook/incidents/page-words.ts';
import { type PingDecision, pingStands } from '../../runbook/incidents/paging.ts';
import { postmortem } from '../../runbook/incidents/postmortem.ts';
import { triedDuring } from '../../runbook/incidents/times.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { createInTurn } from '../client/keyed-mutex.ts';
import { isGone, type MessagePlace, type Send } from '../client/send.ts';
import type { Directory } from '../people/directory.ts';
import type { Contact } from '../people/escalation-contact.ts';
import type { Names } from '../people/user-names.ts';
import type { Places } from '../places/places.ts';
import { changesThread } from '../views/changes.ts';
import { incidentLineView, incidentView } from '../views/incident.ts';
import type { Message } from '../views/message.ts';
import { noticeView } from '../views/notice.ts';
import { pingShows, pingView, type Unwritten, unwrittenPingView } from '../views/ping.ts';
import { postmortemView } from '../views/postmortem.ts';

export interface IncidentCardsDeps {
  readonly client: WebClient;
  readonly incidentStore: Pick<
    IncidentStore,
    'find' | 'newest' | 'placeCard' | 'snoozeOf' | 'placePing' | 'pingsOf' | 'forgetPing'
  >;
  readonly actionStore: Pick<ActionStore, 'find' | 'recent'>;
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
  /** While nothing can be written down: in the channel and to the person, once. False: nobody could be told. Never rejects. */
  pingUnwritten(call: Unwritten): Promise<boolean>;
  /** Told in the channel by itself; `who`: did it, as the audit names them. */
  notice(words: string, who?: string): Promise<void>;
  /** The draft of its post-mortem, in the card's thread. */
  postmortem(id: string): Promise<void>;
  /** Where the card can be read; null: it is not drawn, or Slack does not say. Never rejects. */
  permalink(incident: Incident): Promise<string | null>;
}

/** What was tried is looked for among so many actions. */
const RECENT = 20;
const MOST_ROUNDS = 5;
/** A ping that was counted so long before it is sent. */
const LATE_MS = 30_000;

/** What a ping that is sent now says, where that is not what it was counted for. */
interface PingNow {
  readonly words?: string;
  readonly missed?: number;
  readonly at?: Instant;
}

export function createIncidentCards(deps: IncidentCardsDeps): IncidentCards {
  const { client, incidentStore, actionStore, facts, send, places, directory, contact, names, canDo, now } =
    deps;
  const inTurn = createInTurn();
  /** Cards that were posted because an earlier one could not be edited. */
  const replacements = new Set<string>();
  /** Pings that somebody got already: a job that is done again must not wake them twice. */
  const sent = new Set<string>();

  /** While it is drawn the row may move on: then it is drawn again, so that the last state stands there. */
  async function draw(id: string): Promise<void> {
    let drawn = -1;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const incident = await incidentStore.find(id);
      if (!incident || incident.revision === drawn) return;
      await drawOnce(incident);
      await closePings(incident);
      drawn = incident.revision;
    }
  }

  async function drawOnce(incident: Incident): Promise<void> {
    const [actions, snooze] = await Promise.all([
      actionStore.recent(RECENT, incident.target),
      incidentStore.snoozeOf(incident.target, now()),
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
    const placed = await incidentStore.placeCard(incident.id, channel, ts, incident.card?.ts ?? null);
    if (incident.card) replacements.add(keyOf(posted));
    // Another process was faster: one card is enough.
    if (!placed) await client.chat.delete({ channel, ts });
  }

  /** A line may be told before the job that draws the card has run: then it is drawn first. */
  async function withCard(id: string): Promise<Incident | null> {
    const incident = await incidentStore.find(id);
    if (!incident || incident.card) return incident;
    await inTurn(id, async () => {
      const still = await incidentStore.find(id);
      if (still && !still.card) await drawOnce(still);
    });
    return incidentStore.find(id);
  }

  async function inThread({ card }: Incident, message: Message): Promise<void> {
    if (card) return void (await send.post(card.channel, message, { ts: card.ts, everybody: false }));
    // There is no card, and there will be none until somebody mends the channel: nothing to tell it under.
    if (!places.teamFault()) throw new Error('the card of the incident is not drawn yet');
  }

  /** Every ping says where it stands what became of its incident; once that is over, for the last time. */
  async function closePings(incident: Incident): Promise<void> {
    const shown = pingShows(incident);
    for (const place of await incidentStore.pingsOf(incident.id)) {
      if (place.shown === shown) continue;
      const message = await pingMessage(incident, place);
      if (message) await send.edit({ channel: place.channel, ts: place.ts }, message);
      if (incident.state === 'resolved') await incidentStore.forgetPing(incident.id, place);
      else await incidentStore.placePing(incident.id, { ...place, shown });
    }
  }

  async function rememberPing(before: Incident, place: Omit<PingPlace, 'shown'>): Promise<void> {
    await incidentStore.placePing(before.id, { ...place, shown: pingShows(before) });
    // Somebody may have acknowledged while it was on its way.
    const after = await incidentStore.find(before.id);
    if (after) await closePings(after);
  }

  /** As it was sent, with what became of it since. */
  async function pingMessage(
    incident: Incident,
    { seq, to }: Pick<PingPlace, 'seq' | 'to'>,
    more: PingNow = {},
  ): Promise<Message | null> {
    const said = incident.trail.find((one) => one.seq === seq);
    if (!said) return null;
    const { words = said.words, missed = 0, at = said.at } = more;
    const [person, card] = await Promise.all([contact(), permalink(incident)]);
    return pingView(incident, words, { facts, person, to, card, canDo, missed, at });
  }

  /** One that had to wait for Slack says what is so now. */
  function asItIsNow(
    incident: Incident,
    { wakes, missed }: Extract<PingDecision, { kind: 'send' }>,
  ): PingNow {
    const at = now();
    const isLate = at - (incident.lastPingAt ?? at) > LATE_MS;
    return {
      missed,
      at,
      ...(isLate ? { words: pageWords(incident, { why: 'new', wakes }, facts, at) } : {}),
    };
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
  async function pingTeam(incident: Incident, seq: number, current: PingNow): Promise<void> {
    const message = await pingMessage(incident, { seq, to: 'channel' }, current);
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
      current,
    );
  }

  async function pingEach(
    incident: Incident,
    seq: number,
    users: readonly string[],
    current: PingNow,
  ): Promise<void> {
    const message = await pingMessage(incident, { seq, to: 'person' }, current);
    for (const user of message ? users : []) {
      const key = `${incident.id} ${seq} ${user}`;
      if (!message || sent.has(key)) continue;
      const posted = await places.toPerson(user, message);
      sent.add(key);
      if (posted.ok) await keepPing(incident, { seq, to: 'person', channel: posted.channel, ts: posted.ts });
    }
  }

  /** It is sent, and must not be sent again: should this fail, a button stays, and answers. */
  async function keepPing(incident: Incident, place: Omit<PingPlace, 'shown'>): Promise<void> {
    await rememberPing(incident, place).catch(() => undefined);
  }

  async function toContact(message: Message): Promise<void> {
    const person = await contact();
    for (const user of person.ok ? person.users : []) await places.toPerson(user, message);
  }

  return {
    permalink,
    draw: (id) => inTurn(id, () => draw(id)),

    async drawAround(actionId) {
      const action = await actionStore.find(actionId);
      const incident = action && (await incidentStore.newest(action.target));
      if (incident?.state === 'open') await draw(incident.id);
    },

    async tell(id, seq) {
      const incident = await withCard(id);
      const said = incident?.trail.find((one) => one.seq === seq);
      // What opened it stands on the card.
      if (!incident || !said || said.event === 'opened') return;
      // Drawn from the row, in the reader's own time.
      const changes = said.event === 'changes' ? changesThread(incident.changes, now()) : null;
      await inThread(incident, changes ?? incidentLineView(said));
    },

    async ping(id, seq, to) {
      const [incident, person] = await Promise.all([incidentStore.find(id), contact()]);
      if (!incident) return;
      // Whoever is not found gets no message of their own; the one in the channel says so.
      if (to === 'person' && !person.ok && !person.passes) return;
      const [stood, snooze] = await Promise.all([
        incidentStore.pingsOf(id),
        incidentStore.snoozeOf(incident.target, now()),
      ]);
      const posted = new Set(stood.filter((one) => one.to === to).map((one) => one.seq));
      // It was counted when it became due; whether somebody is woken for it is decided now.
      const standing = pingStands(incident, seq, posted, snooze, facts, now());
      if (standing.kind === 'drop') return;
      const current = asItIsNow(incident, standing);
      if (to === 'channel') return pingTeam(incident, seq, current);
      if (person.ok) return pingEach(incident, seq, person.users, current);
      throw new Error(person.words);
    },

    async pingUnwritten(call) {
      const person = await contact();
      const message = unwrittenPingView(call, { facts, person });
      const posts = [
        places.toTeam(message),
        ...(person.ok ? person.users : []).map((user) => places.toPerson(user, message)),
      ];
      const heard = await Promise.allSettled(posts);
      return heard.some((one) => one.status === 'fulfilled' && one.value.ok);
    },

    async notice(words, who) {
      const message = noticeView(words, who);
      const posted = await places.toTeam(message);
      if (!posted.ok) await toContact(message);
    },

    async postmortem(id) {
      const incident = await withCard(id);
      if (!incident) throw new Error('there is no such incident');
      const tried = await actionsDuring(incident, actionStore, now());
      const nameOf = await names(peopleIn(incident, tried));
      await inThread(incident, postmortemView(id, postmortem({ incident, tried, now: now(), nameOf })));
    },
  };
}

const keyOf = ({ channel, ts }: MessagePlace) => `${channel}:${ts}`;

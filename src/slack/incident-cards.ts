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
import { pageWords } from '../runbook/incidents/page-words.ts';
import { pingStands, type Standing } from '../runbook/paging.ts';
import { postmortem } from '../runbook/postmortem.ts';
import type { Contact } from './contact.ts';
import { editMessage } from './edit-message.ts';
import { createInTurn } from './in-turn.ts';
import type { Names } from './names.ts';
import type { Post } from './post.ts';
import { createTeamChannel } from './team-channel.ts';
import { incidentLineView, incidentView } from './views/incident.ts';
import type { Message } from './views/message.ts';
import { noticeView } from './views/notice.ts';
import { pingShows, pingView } from './views/ping.ts';
import { postmortemView } from './views/postmortem.ts';

export interface IncidentCardsDeps {
  readonly client: WebClient;
  readonly book: Pick<
    IncidentBook,
    'find' | 'newest' | 'placeCard' | 'snoozeOf' | 'placePing' | 'pingsOf' | 'forgetPing'
  >;
  readonly ledger: Pick<Ledger, 'find' | 'recent'>;
  readonly facts: Facts;
  readonly post: Pick<Post, 'prepare'>;
  readonly contact: Contact;
  readonly names: Names;
  readonly canDo: ReadonlySet<ActionKind>;
  now(): Instant;
}

/** Each rejects when Slack did not take it: whoever asked tries again. */
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
  /** Where the card can be read; null: it is not drawn, or Slack does not say. Never rejects. */
  permalink(incident: Incident): Promise<string | null>;
}

const UNFURL = { unfurl_links: false, unfurl_media: false } as const;
/** What was tried is looked for among so many actions. */
const RECENT = 20;
const MOST_ROUNDS = 5;
/** A ping that was counted so long before it is sent. */
const LATE_MS = 30_000;

export function createIncidentCards(deps: IncidentCardsDeps): IncidentCards {
  const { client, book, ledger, facts, post, contact, names, canDo, now } = deps;
  const channel = createTeamChannel(client, facts);
  const inTurn = createInTurn();

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
    const message = post.prepare(incidentView(incident, options));
    if (incident.card && (await editMessage(client, incident.card, message))) return;
    const posted = await send(await channel(), message);
    const placed = await book.placeCard(incident.id, posted.channel, posted.ts, incident.card?.ts ?? null);
    // Another process was faster: one card is enough.
    if (!placed) await client.chat.delete({ channel: posted.channel, ts: posted.ts });
  }

  async function send(where: string, message: Message): Promise<{ channel: string; ts: string }> {
    const posted = await client.chat.postMessage({ channel: where, ...message, ...UNFURL });
    if (!posted.channel || !posted.ts) throw new Error('Slack posted a message and did not say where');
    return { channel: posted.channel, ts: posted.ts };
  }

  async function inThread({ card }: Incident, message: Message): Promise<void> {
    if (!card) throw new Error('the card of the incident is not drawn yet');
    const { channel: where, ts } = card;
    await client.chat.postMessage({
      channel: where,
      thread_ts: ts,
      ...post.prepare(message),
      ...UNFURL,
    });
  }

  /** Every ping says where it stands what became of its incident; once that is over, for the last time. */
  async function closePings(incident: Incident): Promise<void> {
    const shown = pingShows(incident);
    for (const place of await book.pingsOf(incident.id)) {
      if (place.shown === shown) continue;
      const message = await pingMessage(incident, place);
      if (message) await editMessage(client, place, message);
      if (incident.state === 'resolved') await book.forgetPing(incident.id, place);
      else await book.placePing(incident.id, { ...place, shown });
    }
  }

  async function rememberPing(before: Incident, place: Omit<PingPlace, 'shown'>): Promise<void> {
    await book.placePing(before.id, { ...place, shown: pingShows(before) });
    // Somebody may have acknowledged while it was on its way.
    const after = await book.find(before.id);
    if (after) await closePings(after);
  }

  /** As it was sent, with what became of it since. */
  async function pingMessage(
    incident: Incident,
    { seq, to }: Pick<PingPlace, 'seq' | 'to'>,
    more: { readonly words?: string; readonly missed?: number; readonly at?: Instant } = {},
  ): Promise<Message | null> {
    const said = incident.trail.find((one) => one.seq === seq);
    if (!said) return null;
    const { words = said.words, missed = 0, at = said.at } = more;
    const [person, card] = await Promise.all([contact(), permalink(incident)]);
    return post.prepare(pingView(incident, words, { facts, person, to, card, canDo, missed, at }));
  }

  /** One that had to wait for Slack says what is so now. */
  function newPing(
    incident: Incident,
    ping: Pick<PingPlace, 'seq' | 'to'>,
    { wakes, missed }: Extract<Standing, { kind: 'send' }>,
  ): Promise<Message | null> {
    const at = now();
    const isLate = at - (incident.lastPingAt ?? at) > LATE_MS;
    const words = isLate ? { words: pageWords(incident, { why: 'new', wakes }, facts, at) } : {};
    return pingMessage(incident, ping, { ...words, missed, at });
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

  return {
    permalink,
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
      // Whoever is not found gets no message of their own; the one in the channel says so.
      if (!incident || (to === 'person' && !person.ok)) return;
      const [places, snooze] = await Promise.all([book.pingsOf(id), book.snoozeOf(incident.target, now())]);
      const posted = new Set(places.filter((one) => one.to === to).map((one) => one.seq));
      // It was counted when it became due; whether somebody is woken for it is decided now.
      const standing = pingStands(incident, seq, posted, snooze, facts, now());
      if (standing.kind === 'drop') return;
      const message = await newPing(incident, { seq, to }, standing);
      if (!message) return;
      const sent = await send(to === 'person' && person.ok ? person.user : await channel(), message);
      // It is sent, and must not be sent again: should this fail, a button stays, and answers.
      await rememberPing(incident, { seq, to, ...sent }).catch(() => undefined);
    },

    async notice(words, who) {
      await send(await channel(), post.prepare(noticeView(words, who)));
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

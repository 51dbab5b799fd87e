/** Cards of incidents, drawn from their row; pings, as messages of their own; quiet notices. */
import type { WebClient } from '@slack/web-api';
import type { IncidentBook } from '../operations/incident-book.ts';
import type { Ledger } from '../operations/ledger.ts';
import type { ActionKind } from '../runbook/diagnosis.ts';
import type { Instant } from '../runbook/evidence.ts';
import type { Facts } from '../runbook/facts.ts';
import type { Incident } from '../runbook/incident.ts';
import type { Contact } from './contact.ts';
import { editMessage } from './edit-message.ts';
import type { Post } from './post.ts';
import { createTeamChannel } from './team-channel.ts';
import { sentenceView } from './views/help.ts';
import { incidentLineView, incidentView } from './views/incident.ts';
import type { Message } from './views/message.ts';
import { pingView } from './views/ping.ts';

export interface IncidentCardsDeps {
  readonly client: WebClient;
  readonly book: Pick<IncidentBook, 'find' | 'placeCard' | 'snoozeOf'>;
  readonly ledger: Pick<Ledger, 'recent'>;
  readonly facts: Facts;
  readonly post: Pick<Post, 'prepare'>;
  readonly contact: Contact;
  readonly canDo: ReadonlySet<ActionKind>;
  now(): Instant;
}

/** Each rejects when Slack did not take it: whoever asked tries again. */
export interface IncidentCards {
  draw(id: string): Promise<void>;
  /** A line of the timeline, in the card's thread. */
  tell(id: string, seq: number): Promise<void>;
  /** A message of its own that mentions the operator: in the channel, or to them alone. */
  ping(id: string, seq: number, to: 'channel' | 'person'): Promise<void>;
  notice(words: string): Promise<void>;
}

const UNFURL = { unfurl_links: false, unfurl_media: false } as const;
/** What was tried is looked for among so many actions. */
const RECENT = 20;
const MOST_ROUNDS = 5;

export function createIncidentCards(deps: IncidentCardsDeps): IncidentCards {
  const { client, book, ledger, facts, post, contact, canDo, now } = deps;
  const channel = createTeamChannel(client, facts);

  /** While it is drawn the row may move on: then it is drawn again, so that the last state stands there. */
  async function draw(id: string): Promise<void> {
    let drawn = -1;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const incident = await book.find(id);
      if (!incident || incident.revision === drawn) return;
      await drawOnce(incident);
      drawn = incident.revision;
    }
  }

  async function drawOnce(incident: Incident): Promise<void> {
    const [actions, snooze] = await Promise.all([
      ledger.recent(RECENT, incident.target),
      book.snoozeOf(incident.target, now()),
    ]);
    const tried = actions.filter(
      ({ askedAt }) => askedAt >= incident.since && askedAt <= (incident.resolvedAt ?? now()),
    );
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

  return {
    draw,

    async tell(id, seq) {
      const incident = await book.find(id);
      const said = incident?.trail.find((one) => one.seq === seq);
      // What opened it stands on the card.
      if (!incident || !said || said.event === 'opened') return;
      if (!incident.card) throw new Error('the card of the incident is not drawn yet');
      const message = post.prepare(incidentLineView(said));
      await client.chat.postMessage({
        channel: incident.card.channel,
        thread_ts: incident.card.ts,
        ...message,
        ...UNFURL,
      });
    },

    async ping(id, seq, to) {
      const incident = await book.find(id);
      const said = incident?.trail.find((one) => one.seq === seq);
      if (!incident || !said) return;
      const person = await contact();
      const message = post.prepare(pingView(incident, said.words, { facts, person }));
      if (to === 'channel') await send(await channel(), message);
      // Not found is an alarm of its own, in the channel; a DM to nobody is none.
      else if (person.ok) await send(person.user, message);
    },

    async notice(words) {
      await send(await channel(), post.prepare(sentenceView(words)));
    },
  };
}

/** Answers to whoever asked: in the channel or to them alone, by whatever way Slack takes. */
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Message } from '../views/message.ts';
import { isPassing, type SlackFault, slackFaultOf } from './fault.ts';
import type { Replied, ResponseUrl } from './response-url.ts';
import type { MessagePlace, Send } from './send.ts';

export interface PostDeps {
  readonly client: WebClient;
  readonly send: Send;
  readonly responseUrl: ResponseUrl;
  readonly log: Logger;
}

/** Where an answer may go: to this person, in the channel of the command, click or mention, by its response_url. */
export interface Place {
  readonly channel: string;
  readonly user: string;
  /** null: a mention has none. */
  readonly responseUrl: string | null;
  /** Every answer goes into this thread, for all who read it; left out: into none. */
  readonly threadTs?: string;
}

export interface Post {
  /**
   * Everybody in the channel sees it. Where it stands; null: nowhere that can be edited. Rejects when it could not be shown
   * there at all, and the asker could not be told.
   */
  inChannel(place: Place, message: Message): Promise<MessagePlace | null>;
  /** Where it stands; null when Slack does not take it there. No other way is tried. Rejects for what passes by itself. */
  onlyInChannel(place: Place, message: Message): Promise<MessagePlace | null>;
  /** False when Slack does not let it be edited. Rejects for what passes by itself. */
  edit(place: MessagePlace, message: Message): Promise<boolean>;
  /** Rejects when it cannot be removed. */
  remove(place: MessagePlace): Promise<void>;
  inThread(place: MessagePlace, message: Message): Promise<void>;
  /** Only the one who asked sees it. Rejects when no way to them was open. */
  toAsker(place: Place, message: Message): Promise<void>;
  /** Redacted and made to fit, for the answer to a request. */
  prepare(message: Message): Message;
}

export function createPost({ client, send, responseUrl, log }: PostDeps): Post {
  async function reply(place: Place, message: Message, type: 'in_channel' | 'ephemeral'): Promise<Replied> {
    const { responseUrl: url } = place;
    if (url === null) return { ok: false, fault: NO_RESPONSE_URL };
    let replied: Replied = { ok: false, fault: { kind: 'content', code: 'no_text', detail: '' } };
    for (const { name, message: simpler } of send.steps(message)) {
      replied = await responseUrl.reply(url, simpler, type);
      if (replied.ok) return replied;
      if (replied.fault.kind !== 'content') break;
      send.refused('response_url', name, replied.fault);
    }
    return replied;
  }

  /** A response_url lives for half an hour and five answers; after it there is the API. */
  async function toAsker(place: Place, message: Message): Promise<void> {
    if (place.threadTs !== undefined && (await inItsThread(place, place.threadTs, message)).ok) return;
    const replied = await reply(place, message, 'ephemeral');
    if (replied.ok) return;
    if (place.responseUrl !== null)
      log.warn({ fault: replied.fault }, 'the response_url did not take an answer; it goes another way');
    if (await ephemeral(place, message)) return;
    const posted = await send.post(place.user, message);
    if (!posted.ok) throw new Error(`the asker could not be answered: ${posted.fault.code}`);
  }

  function inItsThread({ channel }: Place, ts: string, message: Message) {
    return send.post(channel, message, { ts, everybody: false });
  }

  /** False: Slack does not take it there. */
  async function ephemeral({ channel, user, threadTs }: Place, message: Message): Promise<boolean> {
    for (const { name, message: simpler } of send.steps(message)) {
      const { text, blocks } = simpler;
      const fault = await faultIn(() =>
        client.chat.postEphemeral({
          channel,
          user,
          text,
          ...(blocks.length === 0 ? {} : { blocks }),
          ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
        }),
      );
      if (fault === null) return true;
      if (fault.kind !== 'content') return false;
      send.refused('chat.postEphemeral', name, fault);
    }
    return false;
  }

  function postThere(place: Place, message: Message) {
    const { threadTs } = place;
    return threadTs === undefined ? send.post(place.channel, message) : inItsThread(place, threadTs, message);
  }

  async function inChannel(place: Place, message: Message): Promise<MessagePlace | null> {
    try {
      const posted = await postThere(place, message);
      if (posted.ok) return posted;
      // The bot may not write there; the response_url of a command may.
      if ((await reply(place, message, 'in_channel')).ok) return null;
    } catch (error) {
      // No answer: it may be there or not. Sent again it might stand there twice, so only the asker gets it.
      if (slackFaultOf(error) === null) throw error;
      log.error({ err: error }, 'a message could not be posted; the asker gets it');
    }
    await toAsker(place, message);
    return null;
  }

  return {
    inChannel,
    onlyInChannel: async (place, message) => {
      const posted = await postThere(place, message);
      return posted.ok ? { channel: posted.channel, ts: posted.ts } : null;
    },
    edit: async (place, message) => (await send.edit(place, message)).kind === 'edited',
    remove: async (place) => void (await client.chat.delete({ ...place })),
    inThread: async ({ channel, ts }, message) =>
      void (await send.post(channel, message, { ts, everybody: false })),
    toAsker,
    prepare: send.prepare,
  };
}

const NO_RESPONSE_URL: SlackFault = { kind: 'other', code: 'no_response_url', detail: '' };

async function faultIn(work: () => Promise<unknown>): Promise<SlackFault | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const fault = slackFaultOf(error);
    if (fault === null || isPassing(fault)) throw error;
    return fault;
  }
}

/** Replies to the asker, in the channel or privately, with whichever of Slack's methods accepts the message. */
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Message } from '../views/parts/message.ts';
import { answerOf, faultOfKind, NOTHING_TO_SEND, slackFaultOf } from './fault.ts';
import type { Replied, ResponseUrl } from './response-url.ts';
import type { MessageRef, Send } from './send.ts';

export interface PostDeps {
  readonly client: WebClient;
  readonly send: Send;
  readonly responseUrl: ResponseUrl;
  readonly log: Logger;
}

/** The destination of the reply to a command, a click, or a mention. */
export interface ReplyTo {
  readonly channel: string;
  /** Slack id of the asker. */
  readonly user: string;
  /** Null for a mention, which has none. */
  readonly responseUrl: string | null;
  /** When set, every reply goes into this thread, where all its readers see it. */
  readonly threadTs?: string;
}

export interface Post {
  /**
   * Posts for everyone in the channel. Returns null if the message was shown but cannot be edited later. Rejects if
   * it could be shown neither in the channel nor to the asker.
   */
  inChannel(replyTo: ReplyTo, message: Message): Promise<MessageRef | null>;
  /** Returns null if Slack does not accept it there. No other way is tried. Rejects on a temporary fault. */
  onlyInChannel(replyTo: ReplyTo, message: Message): Promise<MessageRef | null>;
  /** Returns false if Slack does not let the bot edit it. Rejects on a temporary fault. */
  edit(ref: MessageRef, message: Message): Promise<boolean>;
  /** Rejects if it cannot be removed. */
  remove(ref: MessageRef): Promise<void>;
  inThread(ref: MessageRef, message: Message): Promise<void>;
  /** Shows the message only to the asker, except in a thread. Rejects if Slack accepts it by no method. */
  toAsker(replyTo: ReplyTo, message: Message): Promise<void>;
  /** Redacts the message and cuts it to size, for the response to a request. */
  prepare(message: Message): Message;
}

export function createPost(deps: PostDeps): Post {
  const { send, client } = deps;
  return {
    inChannel: (replyTo, message) => inChannel(deps, replyTo, message),
    onlyInChannel: async (replyTo, message) => {
      const posted = await postThere(deps, replyTo, message);
      return posted.ok ? { channel: posted.channel, ts: posted.ts } : null;
    },
    edit: async (ref, message) => (await send.edit(ref, message)).kind === 'edited',
    remove: async ({ channel, ts }) => void (await client.chat.delete({ channel, ts })),
    inThread: async ({ channel, ts }, message) =>
      void (await send.post(channel, message, { ts, everybody: false })),
    toAsker: (replyTo, message) => toAsker(deps, replyTo, message),
    prepare: send.prepare,
  };
}

async function inChannel(deps: PostDeps, replyTo: ReplyTo, message: Message): Promise<MessageRef | null> {
  const { log } = deps;
  try {
    const posted = await postThere(deps, replyTo, message);
    if (posted.ok) return posted;
    // The bot may not post there, but the response_url of a command may.
    if ((await byResponseUrl(deps, replyTo, message, 'in_channel')).ok) return null;
  } catch (error) {
    // It is unknown whether Slack accepted the message. A retry might show it twice, so only the asker gets it now.
    if (slackFaultOf(error) === null) throw error;
    log.error({ err: error }, 'a message could not be posted in the channel; only the asker gets it');
  }
  await toAsker(deps, replyTo, message);
  return null;
}

function postThere(deps: PostDeps, { channel, threadTs }: ReplyTo, message: Message) {
  return threadTs === undefined
    ? deps.send.post(channel, message)
    : inThreadOf(deps, channel, threadTs, message);
}

async function toAsker(deps: PostDeps, replyTo: ReplyTo, message: Message): Promise<void> {
  const { send, log } = deps;
  const { channel, threadTs, responseUrl, user } = replyTo;
  if (threadTs !== undefined && (await inThreadOf(deps, channel, threadTs, message)).ok) return;
  const replied = await byResponseUrl(deps, replyTo, message, 'ephemeral');
  if (replied.ok) return;
  if (responseUrl !== null)
    log.warn({ fault: replied.fault }, 'the response_url refused an answer; trying the Web API');
  if (await asEphemeral(deps, replyTo, message)) return;
  const posted = await send.post(user, message);
  if (!posted.ok) throw new Error(`the asker could not be answered: ${posted.fault.code}`);
}

/** A response_url works for half an hour and five replies. */
async function byResponseUrl(
  { send, responseUrl }: PostDeps,
  { responseUrl: url }: ReplyTo,
  message: Message,
  type: 'in_channel' | 'ephemeral',
): Promise<Replied> {
  if (url === null) return { ok: false, fault: faultOfKind('other', 'no_response_url') };
  let replied: Replied = { ok: false, fault: NOTHING_TO_SEND };
  for (const { name, message: simpler } of send.fallbacks(message)) {
    replied = await responseUrl.reply(url, simpler, type);
    if (replied.ok) return replied;
    if (replied.fault.kind !== 'content') break;
    send.refused('response_url', name, replied.fault);
  }
  return replied;
}

function inThreadOf({ send }: PostDeps, channel: string, ts: string, message: Message) {
  return send.post(channel, message, { ts, everybody: false });
}

/** Returns false if Slack refuses it in that channel. */
async function asEphemeral(
  { client, send }: PostDeps,
  { channel, user, threadTs }: ReplyTo,
  message: Message,
): Promise<boolean> {
  const where = { channel, user, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
  for (const { name, message: simpler } of send.fallbacks(message)) {
    const { text, blocks } = simpler;
    const body = { ...where, text, ...(blocks.length === 0 ? {} : { blocks }) };
    const posted = await answerOf(() => client.chat.postEphemeral(body));
    if (posted.ok) return true;
    if (posted.fault.kind !== 'content') return false;
    send.refused('chat.postEphemeral', name, posted.fault);
  }
  return false;
}

/** How messages leave: redacted, made to fit, in the channel or to one person. */
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Redactor } from '../runbook/redact.ts';
import { fitMessage } from './fit-message.ts';
import type { Message } from './views/message.ts';

export interface PostDeps {
  readonly client: WebClient;
  readonly redact: Redactor;
  readonly log: Logger;
  /** A signal that aborts after so many milliseconds. */
  expire(ms: number): AbortSignal;
}

/** Where an answer may go: the channel of the command or click, and its response_url. */
export interface Place {
  readonly channel: string;
  readonly responseUrl: string;
}

export interface Post {
  /** Everybody in the channel sees it. Rejects when it could not be shown there at all. */
  inChannel(place: Place, message: Message): Promise<void>;
  /** Only the one who asked sees it. */
  toAsker(place: Place, message: Message): Promise<void>;
  /** Redacted and made to fit, for whoever sends it otherwise. */
  prepare(message: Message): Message;
}

const REPLY_MS = 5_000;

/** The bot may not write there; the response_url of a command may. */
const NOT_THERE = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'missing_scope',
]);
const REFUSED_BLOCKS = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);

export function createPost({ client, redact, log, expire }: PostDeps): Post {
  function prepare(message: Message): Message {
    const { message: fitted, faults } = fitMessage(redact.deep(message));
    if (faults.length > 0) log.warn({ faults }, 'a message was too long for Slack and was shortened');
    return fitted;
  }

  async function reply(
    url: string,
    message: Message,
    responseType: 'in_channel' | 'ephemeral',
  ): Promise<void> {
    const body = { ...message, response_type: responseType, replace_original: false };
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: expire(REPLY_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`the response_url answers ${answer.status}`);
  }

  async function inChannel({ channel, responseUrl }: Place, given: Message): Promise<void> {
    const message = prepare(given);
    try {
      await client.chat.postMessage({ channel, ...message, unfurl_links: false, unfurl_media: false });
    } catch (error) {
      const code = error instanceof WebAPIPlatformError ? error.data.error : null;
      if (code !== null && NOT_THERE.has(code)) return reply(responseUrl, message, 'in_channel');
      if (code !== null && REFUSED_BLOCKS.has(code)) {
        log.error({ err: error }, 'Slack refused the blocks of a message; its text is sent alone');
        await client.chat.postMessage({ channel, text: message.text });
        return;
      }
      // No answer: it may be there or not. Sent again it might stand there twice, so only the asker gets it.
      log.error({ err: error }, 'a message could not be posted; the asker gets it');
      await reply(responseUrl, message, 'ephemeral');
    }
  }

  return {
    inChannel,
    toAsker: ({ responseUrl }, message) => reply(responseUrl, prepare(message), 'ephemeral'),
    prepare,
  };
}

/**
 * Replies to a command or a click through its `response_url`,
 * only on Slack's own hosts and without following redirects.
 */

import { asRecord } from '../../runbook/model/record.ts';
import type { Message } from '../views/parts/message.ts';
import { faultOfCode, faultOfKind, type SlackFault } from './fault.ts';

export interface ResponseUrlDeps {
  /** Base URL of the Web API. response_urls are on the same domain. */
  readonly apiUrl: string;
  /** Returns a signal that aborts after this many milliseconds. */
  expire(ms: number): AbortSignal;
}

export type Replied = { readonly ok: true } | { readonly ok: false; readonly fault: SlackFault };

export interface ResponseUrl {
  /** Never rejects. */
  reply(url: string, message: Message, responseType: 'in_channel' | 'ephemeral'): Promise<Replied>;
}

const REPLY_MS = 5_000;
/** Number of characters of a response body that are kept. Slack's responses are all shorter. */
const LONGEST_ANSWER = 2_000;

export function createResponseUrl({ apiUrl, expire }: ResponseUrlDeps): ResponseUrl {
  const isOnSlack = hostCheck(apiUrl);
  return {
    async reply(url, { text, blocks }, response_type) {
      if (!isOnSlack(url)) return { ok: false, fault: faultOfKind('other', 'foreign_response_url') };
      const body = blocks.length === 0 ? { text } : { text, blocks };
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...body, response_type, replace_original: false }),
          redirect: 'manual',
          signal: expire(REPLY_MS),
        });
        return repliedOf(answer.status, (await answer.text()).slice(0, LONGEST_ANSWER));
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        return { ok: false, fault: faultOfKind('wait', 'no answer', detail) };
      }
    },
  };
}

/** Slack responds with `ok` or JSON. A refusal can have any status, and is JSON or just the error code. */
function repliedOf(status: number, body: string): Replied {
  const code = errorIn(body);
  if (code !== null) return { ok: false, fault: faultOfCode(code) };
  if (status >= 200 && status < 300) return { ok: true };
  return { ok: false, fault: faultOfKind('wait', `HTTP ${status}`) };
}

/** Returns the error code in the response, or null if there is none. */
function errorIn(body: string): string | null {
  if (/^[a-z_]{3,60}$/.test(body) && body !== 'ok') return body;
  try {
    const { ok, error } = asRecord(JSON.parse(body));
    return ok === false ? String(error ?? 'unknown_error') : null;
  } catch {
    return null;
  }
}

/** `https://slack.com/api/` allows `https://hooks.slack.com/…`. An IP address allows only itself. */
function hostCheck(apiUrl: string): (url: string) => boolean {
  const base = new URL(apiUrl);
  const domain = base.hostname.replace(/^(www|api)\./, '');
  const isName = /[a-z]$/i.test(domain) && domain.includes('.');
  return (url) => {
    if (!URL.canParse(url)) return false;
    const { protocol, hostname, port, username, password } = new URL(url);
    if (protocol !== base.protocol || port !== base.port || username !== '' || password !== '') return false;
    return hostname === base.hostname || (isName && (hostname === domain || hostname.endsWith(`.${domain}`)));
  };
}

/** Explains why a request to Heroku failed, for the caller to show. */
import { asRecord } from '../runbook/model/record.ts';
import { faultWords, networkFault } from '../upstream/network-fault.ts';
import type { Reason } from '../upstream/observe.ts';
import { messageOf } from '../upstream/parse-response.ts';

/** The HTTP status decides first (Platform API, "Errors"). Heroku's message is only shown. */
export function whyUnseen(error: unknown): Reason {
  const { statusCode, body } = asRecord(error);
  if (typeof statusCode === 'number') return ofStatus(statusCode, messageOf(body), idOf(body));
  if (error instanceof SyntaxError) return { why: 'malformed', words: "malformed response: it isn't JSON" };
  const fault = networkFault(error);
  return { why: fault.kind === 'timeout' ? 'timeout' : 'unreachable', words: faultWords(fault) };
}

function ofStatus(status: number, message: string | null, id: string | null): Reason {
  const words = `HTTP ${status}${message === null ? '' : ` ${message}`}`;
  const closed = id === null ? undefined : CLOSED.get(id);
  if (closed !== undefined) return { why: 'forbidden', words: `${closed} (${words})` };
  switch (status) {
    case 401:
      return { why: 'unauthorized', words: `token rejected (${words})` };
    case 402:
    case 403:
      return { why: 'forbidden', words };
    case 404:
      return { why: 'not_found', words };
    case 429:
      return { why: 'rate_limited', words: `rate limit exceeded (${words})` };
    default:
      return { why: 'unreachable', words };
  }
}

/** Heroku's error ids for a blocked account. Changing a dyno cannot fix these. */
const CLOSED: ReadonlyMap<string, string> = new Map([
  ['suspended', 'Heroku suspended the account or the app'],
  ['delinquent', 'the account has an unpaid invoice, and Heroku refuses requests'],
]);

function idOf(body: unknown): string | null {
  const { id } = asRecord(body);
  return typeof id === 'string' ? id : null;
}

/** What was seen of a source, or why it was not: what cannot be read is never "no". */

import type { Instant } from './instant.ts';

export type WhyUnseen =
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'rate_limited'
  | 'unreachable'
  | 'malformed';

export interface Seen<T> {
  readonly ok: true;
  readonly value: T;
  readonly at: Instant;
}

export interface Unseen {
  readonly ok: false;
  readonly why: WhyUnseen;
  /** What was not seen, in people's words: `Heroku dynos`. */
  readonly name: string;
  /** What came instead: `no answer in time`. Never contains a secret. */
  readonly reason: string;
  /** Both in one: `Heroku dynos: no answer in time`. */
  readonly detail: string;
  readonly at: Instant;
}

export type Observed<T> = Seen<T> | Unseen;

export function unseen(why: WhyUnseen, name: string, reason: string, at: Instant): Unseen {
  return { ok: false, why, name, reason, detail: `${name}: ${reason}`, at };
}

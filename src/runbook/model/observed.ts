/**
 * The value that was read from a source, or why it could not be read. A source that cannot be read never means "no".
 */

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
  /** The name of the unread source, in plain words: `Heroku dynos`. */
  readonly name: string;
  /** The reason that the source could not be read: `no response in time`. Never contains a secret. */
  readonly reason: string;
  /** The name and the reason: `Heroku dynos: no response in time`. */
  readonly detail: string;
  readonly at: Instant;
}

export type Observed<T> = Seen<T> | Unseen;

export function unseen(why: WhyUnseen, name: string, reason: string, at: Instant): Unseen {
  return { ok: false, why, name, reason, detail: `${name}: ${reason}`, at };
}

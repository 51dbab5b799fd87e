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
  /** One short sentence for people: which service, which answer. Never contains a secret. */
  readonly detail: string;
  readonly at: Instant;
}

export type Observed<T> = Seen<T> | Unseen;

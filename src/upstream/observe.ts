/** Reads one source under its own timeout. Whatever goes wrong becomes the reason why the source is unseen. */

import { setMaxListeners } from 'node:events';
import type { Instant } from '../runbook/model/instant.ts';
import type { Observed, WhyUnseen } from '../runbook/model/observed.ts';
import { unseen } from '../runbook/model/observed.ts';
import { OverBudget } from './budget.ts';
import { Malformed } from './parse-response.ts';

export interface Reason {
  readonly why: WhyUnseen;
  /** Describes what happened in a few words without secrets. */
  readonly words: string;
}

export interface ObserveDeps {
  /** Timeout of one source, in milliseconds. */
  readonly timeoutMs: number;
  now(): Instant;
  /** Explains why a request to this service failed. */
  whyUnseen(error: unknown): Reason;
}

/** If the read fails, the reason begins with `name`: `Heroku dynos: …`. Never rejects. */
export type Observe = <T>(
  name: string,
  options: { readonly signal: AbortSignal },
  look: (signal: AbortSignal) => Promise<T>,
) => Promise<Observed<T>>;

export function createObserve({ timeoutMs, now, whyUnseen }: ObserveDeps): Observe {
  return async (name, { signal }, look) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    // Many requests may listen to this signal, so disable Node's warning about leaks.
    setMaxListeners(0, within);
    try {
      return { ok: true, value: await look(within), at: now() };
    } catch (error) {
      const { why, words } = reasonOf(error, within, whyUnseen);
      return unseen(why, name, words, now());
    }
  };
}

/** A response that our own timeout cut off must not count as malformed. */
function reasonOf(error: unknown, within: AbortSignal, whyUnseen: ObserveDeps['whyUnseen']): Reason {
  if (within.aborted) return whyUnseen(within.reason);
  return error instanceof Malformed || error instanceof OverBudget ? error : whyUnseen(error);
}

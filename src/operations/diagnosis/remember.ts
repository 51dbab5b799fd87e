/** What the ledger knows of a target, for a diagnosis or a status: read beside the evidence, and never waited for. */

import type { Instant } from '../../runbook/model/evidence.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import { NOTHING_REMEMBERED, type Remembered } from '../../runbook/model/situation.ts';
import type { Ledger } from '../ports/action-store.ts';
import type { IncidentBook } from '../ports/incident-store.ts';

export interface RememberDeps {
  readonly book: Pick<IncidentBook, 'watchOf' | 'newest' | 'snoozeOf'>;
  readonly ledger: Pick<Ledger, 'recent'>;
  now(): Instant;
  /** A signal that aborts after so many milliseconds. */
  expire(ms: number): AbortSignal;
}

export type Remember = (target: Target) => Promise<Remembered>;

/** Of these, some may explain what is seen: more than a team does between two looks. */
const RECENT_ACTIONS = 30;
/** The evidence takes as long; a database that is away holds nobody up. */
const WITHIN_MS = 3_000;
/** A crash that was told of so long ago is no proof of now. */
export const CRASH_IS_NEWS_MS = 120_000;

/** Never rejects: without the ledger the evidence has to do. */
export function createRemember({ book, ledger, now, expire }: RememberDeps): Remember {
  return ({ name }) => {
    const read = Promise.all([
      book.watchOf(name),
      book.newest(name),
      book.snoozeOf(name, now()),
      ledger.recent(RECENT_ACTIONS, name),
    ]).then(
      ([{ memory, crashToldAt }, newest, snooze, actions]): Remembered => ({
        firstSeen: memory.firstSeen,
        ailing: memory.ailing,
        runningAt: memory.runningAt,
        crashedAt: crashToldAt !== null && now() - crashToldAt < CRASH_IS_NEWS_MS ? crashToldAt : null,
        actions,
        incident: newest?.state === 'open' ? newest : null,
        snooze,
      }),
    );
    return Promise.race([read.catch(() => NOTHING_REMEMBERED), late(expire(WITHIN_MS))]);
  };
}

function late(signal: AbortSignal): Promise<Remembered> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(NOTHING_REMEMBERED), { once: true });
  });
}

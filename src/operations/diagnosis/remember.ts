/**
 * Reads what the ledger knows about a target, for a diagnosis or a status. It is read alongside the evidence and does
 * not delay it.
 */

import type { WatchedBracket } from '../../runbook/model/change.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import { NOTHING_REMEMBERED, type Remembered } from '../../runbook/model/situation.ts';
import type { ActionStore } from '../ports/action-store.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface RememberDeps {
  readonly incidentStore: Pick<IncidentStore, 'watchOf' | 'newest' | 'snoozeOf'>;
  readonly actionStore: Pick<ActionStore, 'recent'>;
  now(): Instant;
  /** Returns a signal that aborts after so many milliseconds. */
  expire(ms: number): AbortSignal;
}

export type Remember = (target: Target) => Promise<Remembered>;

/** This is enough to explain what is seen, because a team does less between two looks. */
const RECENT_ACTIONS = 30;
/** The evidence takes as long, so a database that does not respond delays nobody. */
const WITHIN_MS = 3_000;
/** A crash that was reported longer ago says nothing about the present. */
export const CRASH_IS_NEWS_MS = 120_000;

/** Never rejects: without the ledger, the evidence is all there is. */
export function createRemember({ incidentStore, actionStore, now, expire }: RememberDeps): Remember {
  return ({ name }) => {
    const read = Promise.all([
      incidentStore.watchOf(name),
      incidentStore.newest(name),
      incidentStore.snoozeOf(name, now()),
      actionStore.recent(RECENT_ACTIONS, name),
    ]).then(
      ([{ memory, crashToldAt }, newest, snooze, actions]): Remembered => ({
        firstSeen: memory.firstSeen,
        wasFailing: memory.ailing,
        runningAt: memory.runningAt,
        crashedAt: crashToldAt !== null && now() - crashToldAt < CRASH_IS_NEWS_MS ? crashToldAt : null,
        actions,
        incident: newest?.state === 'open' ? newest : null,
        snooze,
        watched: watchedOf(memory, newest),
      }),
    );
    return Promise.race([read.catch(() => NOTHING_REMEMBERED), late(expire(WITHIN_MS))]);
  };
}

/** The watch's record of when a failure began. */
interface Beginning {
  readonly lastWell: Instant | null;
  readonly failing: { readonly since: Instant } | null;
}

/**
 * While an incident is open, its own beginning counts, because looks between two crashes may have found the app
 * healthy.
 */
export function watchedOf({ lastWell, failing }: Beginning, newest: Incident | null): WatchedBracket {
  return newest?.state === 'open'
    ? { lastWell: newest.wellBefore, firstFailing: newest.since }
    : { lastWell, firstFailing: failing?.since ?? null };
}

function late(signal: AbortSignal): Promise<Remembered> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(NOTHING_REMEMBERED), { once: true });
  });
}

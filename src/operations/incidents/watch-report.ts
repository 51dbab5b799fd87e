/** Reports what the watch knows about a target, for `status`: from the ledger, without an outside request. */

import type { WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import type { Incident, Snooze } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { IncidentStore, RequestCount } from '../ports/incident-store.ts';

export interface WatchReport {
  readonly target: string;
  readonly at: Instant;
  /** Null when no incident is open. */
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
  /** The time of the last look, whatever it saw; null before the first one. */
  readonly lookedAt: Instant | null;
  /** The time of the last look that saw what the verdict needs. */
  readonly sawAt: Instant | null;
  /** True when the last successful look is too old to rely on. */
  readonly isLate: boolean;
  readonly blind: WatchMemory['blind'];
  readonly blindGitHub: WatchMemory['blindGitHub'];
  readonly memory: WatchMemory;
  /** Outside requests within this clock hour and the previous one; null when none were counted. */
  readonly asked: { readonly now: RequestCount | null; readonly before: RequestCount | null };
}

/** The reports of several targets (none if nothing was ever written), or why they could not be read. */
export type Watches =
  | { readonly ok: true; readonly reports: readonly WatchReport[] }
  | { readonly ok: false; readonly words: string };

/** After this many missed looks in a row, a target counts as not watched. */
export const MISSED_LOOKS = 3;
const HOUR_MS = 3_600_000;

export type ReadableBook = Pick<IncidentStore, 'watchOf' | 'newest' | 'snoozeOf'>;

/** Rejects when the ledger cannot be read. */
export function readWatches(
  targets: readonly Target[],
  incidentStore: ReadableBook,
  { watch }: Facts,
  now: Instant,
): Promise<readonly WatchReport[]> {
  return Promise.all(
    targets.map(async ({ name }): Promise<WatchReport> => {
      const [row, newest, snooze] = await Promise.all([
        incidentStore.watchOf(name),
        incidentStore.newest(name),
        incidentStore.snoozeOf(name, now),
      ]);
      const { sawAt, lookedAt, memory, asked } = row;
      const hour = now - (now % HOUR_MS);
      const counted = [asked.now, asked.before];
      const within = (start: Instant) => counted.find((one) => one?.hour === start) ?? null;
      return {
        target: name,
        at: now,
        incident: newest?.state === 'open' ? newest : null,
        snooze,
        lookedAt,
        sawAt,
        isLate: sawAt === null || now - sawAt > MISSED_LOOKS * watch.everySeconds * 1_000,
        blind: memory.blind,
        blindGitHub: memory.blindGitHub,
        memory,
        asked: { now: within(hour), before: within(hour - HOUR_MS) },
      };
    }),
  );
}

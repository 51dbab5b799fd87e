/** Describes an app by the watch's last look, and says so when there was none. */

import { beganAt, type Incident } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import type { Verdict } from '../model/terms.ts';
import type { WatchMemory } from './watch-memory.ts';

export type WatchedState =
  | { readonly kind: 'never' }
  /** The last successful look is too old to rely on. */
  | { readonly kind: 'late'; readonly seenAt: Instant | null }
  | { readonly kind: 'blind'; readonly since: Instant }
  | { readonly kind: 'off'; readonly seenAt: Instant }
  /**
   * An incident is open. `verdict`: the verdict of the last failing look. `wellSince`: when the current streak of looks
   * without a failure began.
   */
  | {
      readonly kind: 'incident';
      readonly verdict: Verdict;
      readonly since: Instant;
      readonly wellSince: Instant | null;
    }
  /** The last look saw a failure, and no second look has confirmed it yet. */
  | { readonly kind: 'failing'; readonly since: Instant }
  | { readonly kind: 'well'; readonly seenAt: Instant };

/** The facts that the watch has stored about the target. */
export interface WatchedFacts {
  readonly incident: Incident | null;
  readonly lookedAt: Instant | null;
  readonly sawAt: Instant | null;
  readonly isLate: boolean;
  readonly memory: Pick<WatchMemory, 'blind' | 'wasOff' | 'failing'>;
}

export function watchedState({ incident, lookedAt, sawAt, isLate, memory }: WatchedFacts): WatchedState {
  if (lookedAt === null) return { kind: 'never' };
  if (memory.blind) return { kind: 'blind', since: memory.blind.since };
  if (isLate || sawAt === null) return { kind: 'late', seenAt: sawAt };
  if (memory.wasOff) return { kind: 'off', seenAt: sawAt };
  if (incident) {
    const { picture, wellSince } = incident;
    return { kind: 'incident', verdict: picture.verdict, since: beganAt(incident), wellSince };
  }
  if (memory.failing) return { kind: 'failing', since: memory.failing.since };
  return { kind: 'well', seenAt: sawAt };
}

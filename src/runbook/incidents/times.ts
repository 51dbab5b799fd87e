/**
 * Computes how long it took to detect, acknowledge, fix and resolve an incident, from its row, its timeline and the
 * actions during it.
 */
import type { Action } from '../model/action.ts';
import { beganAt, type Incident } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';

export interface IncidentTimes {
  readonly beganAt: Instant;
  /** The time from the beginning to the opening. */
  readonly detectMs: number;
  /** The first acknowledgement; null when there was none. */
  readonly acknowledged: { readonly by: string; readonly at: Instant } | null;
  /** The first action that succeeded; null when none did. */
  readonly fixed: { readonly action: Action; readonly at: Instant } | null;
  readonly lastedMs: number;
}

/**
 * Returns the duration of an incident, which is the same everywhere: from its beginning until the app was healthy for
 * good, or until `now`. The time that proves the recovery is not part of the outage.
 */
export function lastedMs(
  incident: Pick<Incident, 'since' | 'changes' | 'state' | 'wellSince' | 'resolvedAt'>,
  now: Instant,
): number {
  const { state, wellSince, resolvedAt } = incident;
  const end = state === 'resolved' ? (wellSince ?? resolvedAt ?? now) : now;
  return Math.max(0, end - beganAt(incident));
}

export function incidentTimes(incident: Incident, tried: readonly Action[], now: Instant): IncidentTimes {
  const { openedAt, trail } = incident;
  const began = beganAt(incident);
  const first = trail.find(({ event }) => event === 'acknowledged');
  const [fixed] = tried
    .flatMap((action) => {
      const at = action.state === 'succeeded' ? action.endedAt : null;
      return at === null || action.aftermath?.kind === 'turned_bad' ? [] : [{ action, at }];
    })
    .toSorted((one, other) => one.at - other.at);
  return {
    beganAt: began,
    detectMs: Math.max(0, openedAt - began),
    acknowledged: first ? { by: first.who, at: first.at } : null,
    fixed: fixed ?? null,
    lastedMs: lastedMs(incident, now),
  };
}

/** Returns the actions that were proposed during the incident, in the given order. */
export function triedDuring(incident: Incident, actions: readonly Action[], now: Instant): readonly Action[] {
  const began = beganAt(incident);
  return actions.filter(({ askedAt }) => askedAt >= began && askedAt <= (incident.resolvedAt ?? now));
}

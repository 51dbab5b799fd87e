/** Cheap looks: a few requests show whether anything differs from what the last full look saw. */

import type { Evidence, SourceName } from '../model/evidence.ts';
import type { Incident } from '../model/incident.ts';
import type { RunbookContext } from '../model/terms.ts';
import type { WatchMemory } from './watch-memory.ts';

/** The sources of a cheap look: one request to Heroku, and usually a free 304 from GitHub. */
export const CHEAP_SOURCES: ReadonlySet<SourceName> = new Set(['dynos', 'runs', 'platform', 'health']);
/** The number of cheap looks between two full ones. There are fewer while an incident is open. */
const CHEAP_LOOKS = 9;
const CHEAP_LOOKS_OPEN = 2;

/** Returns true if the next look may be a cheap one. */
export function mayBeCheap({ glance, cheapLooks }: WatchMemory, incident: Incident | null): boolean {
  const isBurning = incident?.state === 'open' && !incident.stopped && incident.picture.verdict !== 'stopped';
  return glance !== null && cheapLooks < (isBurning ? CHEAP_LOOKS_OPEN : CHEAP_LOOKS);
}

/** Returns true if a cheap look saw the same as the last full one: good or bad, nothing is new. */
export function isAsBefore(evidence: Evidence, { glance }: WatchMemory, context: RunbookContext): boolean {
  return glance !== null && glanceOf(evidence, context) === glance;
}

/**
 * Summarizes what a cheap look sees, without measurements that change by themselves. Unread sources are part of the
 * summary.
 */
export function glanceOf({ dynos, health, platform, runs }: Evidence, { target }: RunbookContext): string {
  // A run that waits or is in progress is not news yet.
  const ended = runs.ok ? runs.value.filter(({ status }) => status === 'completed') : null;
  return JSON.stringify([
    dynos.ok &&
      dynos.value
        .filter(({ type }) => type === target.processType)
        .map(({ name, state, releaseVersion, updatedAt }) => [name, state, releaseVersion, updatedAt]),
    health.ok && (health.value.kind !== 'http' ? 'none' : health.value.status >= 500 ? 'fails' : 'answers'),
    platform.ok && platform.value.incidents.map(({ id }) => id),
    ended?.map(({ id, attempt, conclusion }) => [id, attempt, conclusion]),
  ]);
}

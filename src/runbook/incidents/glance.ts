/** Cheap looks: one request to Heroku shows whether anything differs from what the last whole look saw. */

import type { Evidence, SourceName } from '../model/evidence.ts';
import type { Incident } from '../model/incident.ts';
import type { RunbookContext } from '../model/terms.ts';
import type { WatchMemory } from './watch-memory.ts';

/** The sources of a cheap look: one request to Heroku, and a free 304 from GitHub most of the time. */
export const CHEAP_SOURCES: ReadonlySet<SourceName> = new Set(['dynos', 'runs', 'platform', 'health']);
/** Cheap looks between two whole ones; fewer while an incident is open. */
const CHEAP_LOOKS = 9;
const CHEAP_LOOKS_OPEN = 2;

/** Whether the next look may be a cheap one. */
export function mayBeCheap({ glance, cheapLooks }: WatchMemory, incident: Incident | null): boolean {
  const isBurning = incident?.state === 'open' && !incident.stopped && incident.picture.verdict !== 'stopped';
  return glance !== null && cheapLooks < (isBurning ? CHEAP_LOOKS_OPEN : CHEAP_LOOKS);
}

/** Whether a cheap look saw what the last whole one saw: good or bad, there is nothing new. */
export function isAsBefore(evidence: Evidence, { glance }: WatchMemory, context: RunbookContext): boolean {
  return glance !== null && glanceOf(evidence, context) === glance;
}

/** What a cheap look sees, without measures that change by themselves. What it could not see is part of it. */
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

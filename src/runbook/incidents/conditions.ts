/** Decides which escalation conditions a look sees, and which conditions of an open incident have ended. */

import { isUnanswered, nothingAnswers } from '../diagnosis/verdict.ts';
import type { SourceName } from '../model/evidence.ts';
import {
  type Incident,
  isAboutRunning,
  isHolding,
  type Wake,
  type WakeCause,
  wakeKey,
} from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { CONDITION_NEEDS, concerns } from './failure.ts';
import type { LookResult } from './seen.ts';
import { SIGHTINGS_APART_MS } from './sightings.ts';
import type { FullLook, WatchMemory } from './watch-memory.ts';

/** Returns the conditions that hold now, or whose timer is running. */
export function conditionsOf(
  look: FullLook,
  { isExplained }: Extract<LookResult, { kind: 'failing' }>,
  failing: WatchMemory['failing'],
  open: Incident | null,
): Wake[] {
  const { diagnosis, context } = look;
  const wakes = diagnosis.escalations
    .filter(({ condition }) => concerns(condition, context))
    .map(
      ({ condition, reason, dueAt, about }): Wake => ({
        cause: { kind: 'condition', condition, about },
        reason,
        dueAt,
      }),
    )
    .filter(({ cause }) => !(isExplained && isAboutRunning(cause)));
  if (isExplained) return wakes;
  const isKnown = open?.wakes.some((wake) => isHolding(wake) && isUnreachable(wake.cause)) ?? false;
  return isKnown || !isDark(look, failing) ? wakes : [...wakes, darkness(look)];
}

function isUnreachable(cause: WakeCause): boolean {
  return cause.kind === 'condition' && cause.condition === 4;
}

/**
 * The app is down while the status page cannot be read, which is not the same as green. Two such sightings page on
 * their own.
 */
function isDark({ evidence, diagnosis, context }: FullLook, failing: WatchMemory['failing']): boolean {
  if (evidence.platform.ok || diagnosis.verdict !== 'down' || !failing) return false;
  if (context.now - failing.since < SIGHTINGS_APART_MS) return false;
  if (!isUnanswered(evidence) || nothingAnswers(evidence)) return false;
  return !diagnosis.modes.some(({ id, confidence }) => id === 'A' && confidence === 'likely');
}

function darkness({ evidence: { platform }, context }: FullLook): Wake {
  const why = platform.ok ? '' : ` (${platform.detail})`;
  return { cause: { kind: 'dark' }, reason: `Down, platform state unknown${why}`, dueAt: context.now };
}

interface Absent {
  readonly absentSince: WatchMemory['absentSince'];
  /** Keys of the conditions that have ended. */
  readonly over: readonly string[];
}

export const NOTHING_ABSENT: Absent = { absentSince: {}, over: [] };

/** A condition ends when two looks that could have seen it did not. `wakes`: what this look sees. */
export function absentConditions(
  before: WatchMemory['absentSince'],
  open: Incident | null,
  wakes: readonly Wake[],
  { evidence, context: { now } }: FullLook,
  seen: LookResult,
): Absent {
  const absentSince: Record<string, Instant> = {};
  const over: string[] = [];
  const present = new Set(wakes.map(({ cause }) => wakeKey(cause)));
  for (const { cause } of (open?.wakes ?? []).filter(isHolding)) {
    const key = wakeKey(cause);
    if (cause.kind === 'hand' || present.has(key)) continue;
    if (isAboutRunning(cause)) {
      // An app that is off cannot meet the condition. An app that is up again, but not for long enough, still may.
      if (seen.kind === 'off') over.push(key);
      const isConclusive = seen.kind === 'well' || (seen.kind === 'failing' && !seen.isExplained);
      if (!isConclusive) continue;
    }
    const since = before[key] ?? (needsOf(cause).every((source) => evidence[source].ok) ? now : null);
    if (since === null) continue;
    if (now - since >= SIGHTINGS_APART_MS) over.push(key);
    else absentSince[key] = since;
  }
  return { absentSince, over };
}

/** Returns the sources that must be read before a condition counts as absent. */
function needsOf(cause: WakeCause): readonly SourceName[] {
  return cause.kind === 'condition' ? CONDITION_NEEDS[cause.condition] : ['health'];
}

/**
 * Decides which log lines may describe what is still happening, and which are history: lines from before the current
 * release, or about a dyno that is gone, was replaced or has come up since.
 */

import type { Evidence } from '../model/evidence.ts';
import type { Dyno } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { Boot } from './boot.ts';
import { type CodeLine, ROUTED_TYPE } from './codes.ts';
import { isOneOff, processTypeOf } from './process-name.ts';
import type { RouterLine } from './router-line.ts';
import { RECENT_MS } from './thresholds.ts';

export interface Recency {
  readonly now: Instant;
  /** The creation time of the current release; -Infinity when unknown. */
  readonly releasedAt: Instant;
  readonly formationTypes: readonly string[];
  /** Heroku's list of dynos by name; null when it was not read. */
  readonly listed: ReadonlyMap<string, Dyno> | null;
  /** Times of each dyno that the log mentions. */
  readonly timesOf: ReadonlyMap<string, DynoTimes>;
  /** The last time that any dyno that serves requests came up; -Infinity if none did. */
  readonly routedUpAt: Instant;
}

interface DynoTimes {
  /** The last time that the dyno came up; -Infinity if it did not. */
  readonly upAt: Instant;
  /** Until this time, lines with this name are about a dyno that was ended on purpose; -Infinity if none was. */
  readonly replacedAt: Instant;
  /** The times at which boots that lasted came up, oldest first. */
  readonly recoveries: readonly Instant[];
}

/** Codes that end a boot or keep it from coming up. Once the dyno is up again they are history. */
const OF_BOOT: ReadonlySet<string> = new Set(['R10', 'R15', 'R17', 'H10', 'H20']);
/** Codes with which Heroku kills the dyno. An episode spans several boots, until the dyno has recovered. */
const KILLING: ReadonlySet<string> = new Set(['R10', 'R15']);

export function readRecency(
  boots: readonly Boot[],
  { dynos, formation, releases }: Pick<Evidence, 'dynos' | 'formation' | 'releases'>,
  now: Instant,
): Recency {
  const listed = dynos.ok ? new Map(dynos.value.map((dyno) => [dyno.name, dyno])) : null;
  const bootsOf = Map.groupBy(boots, ({ dyno }) => dyno);
  const timesOf = new Map(
    [...bootsOf].map(([dyno, own]) => [dyno, dynoTimes(own, listed?.get(dyno), now)] as const),
  );
  const routed = [...timesOf].filter(([dyno]) => processTypeOf(dyno) === ROUTED_TYPE);
  const current = releases.ok ? releases.value.find((release) => release.current) : undefined;
  return {
    now,
    releasedAt: current?.createdAt ?? Number.NEGATIVE_INFINITY,
    formationTypes: formation.ok ? formation.value.map(({ type }) => type) : [],
    listed,
    timesOf,
    routedUpAt: newest(routed.map(([, { upAt }]) => upAt)),
  };
}

function dynoTimes(boots: readonly Boot[], listed: Dyno | undefined, now: Instant): DynoTimes {
  const ups = boots.map(({ upAt }) => upAt).filter((at) => at !== null);
  // The list shows a dyno that is back up even if its log lines were lost.
  const upInList = listed?.state === 'up' ? [listed.updatedAt] : [];
  return {
    upAt: newest([...ups, ...upInList]),
    replacedAt: newest(boots.map((boot, index) => replacedAt(boot, boots[index + 1]))),
    recoveries: recoveriesOf(boots, now),
  };
}

function newest(instants: readonly Instant[]): Instant {
  return Math.max(...instants, Number.NEGATIVE_INFINITY);
}

/**
 * A dyno that was ended on purpose is replaced by another one of the same name, and its faults are gone with it. Until
 * the new one is up, the router's lines about the name refer to the one that is shutting down.
 */
function replacedAt({ end }: Boot, next: Boot | undefined): Instant {
  if (!end || end.how === 'crashed') return Number.NEGATIVE_INFINITY;
  return Math.max(end.at, next?.upAt ?? end.at);
}

/** Returns when each boot came up that lasted long enough to count as a recovery, oldest first. */
export function recoveriesOf(boots: readonly Boot[], now: Instant): Instant[] {
  return boots.flatMap(({ upAt, end }) =>
    upAt !== null && (end?.at ?? now) - upAt > RECOVERED_MS ? [upAt] : [],
  );
}

export function isOneOffType({ formationTypes }: Recency, type: string | null): boolean {
  return type !== null && isOneOff(type, formationTypes);
}

/**
 * Returns true if a line about this dyno (null means none) is from before the release, or if the dyno is gone
 * or was replaced.
 */
export function isHistory(
  { releasedAt, listed, timesOf }: Recency,
  dyno: string | null,
  at: Instant,
): boolean {
  if (at < releasedAt) return true;
  if (dyno === null) return false;
  return (listed !== null && !listed.has(dyno)) || at < (timesOf.get(dyno)?.replacedAt ?? at);
}

/** Returns true if the line may describe what is still happening. */
export function isCurrent(recency: Recency, { code, dyno, at }: CodeLine): boolean {
  const { now, listed } = recency;
  if (isHistory(recency, dyno, at)) return false;
  if (code.startsWith('H') && !OF_BOOT.has(code)) return now - at <= RECENT_MS;
  if (isBackUp(recency, dyno, at)) return false;
  // The kill that ended the last boot explains why the dyno is down, however long ago it was.
  if (now - at <= RECENT_MS) return true;
  return KILLING.has(code) && dyno !== null && listed?.get(dyno)?.state === 'crashed';
}

/**
 * Returns true if what `line` describes had ended before `next`, a later line of the same code and dyno, was written.
 */
export function hasEndedBetween(recency: Recency, line: CodeLine, next: CodeLine): boolean {
  const { code, dyno, at } = line;
  if (isHistory(recency, dyno, at)) return true;
  if (KILLING.has(code)) {
    const times = dyno === null ? undefined : recency.timesOf.get(dyno);
    const recovery = times?.recoveries.findLast((up) => up <= next.at);
    return recovery !== undefined && recovery >= at;
  }
  return (OF_BOOT.has(code) && isBackUp(recency, dyno, at)) || next.at - at > RECENT_MS;
}

/** Returns true if the request says nothing about the app as it runs now. */
export function isPastRequest(recency: Recency, { code, dyno }: RouterLine, at: Instant): boolean {
  return isHistory(recency, dyno, at) || (code !== null && OF_BOOT.has(code) && isBackUp(recency, dyno, at));
}

/** Returns true if the dyno (null means any) came up after this time. */
function isBackUp({ timesOf, routedUpAt }: Recency, dyno: string | null, at: Instant): boolean {
  return at < (dyno === null ? routedUpAt : upSince(timesOf, dyno));
}

function upSince(timesOf: Recency['timesOf'], dyno: string): Instant {
  return timesOf.get(dyno)?.upAt ?? Number.NEGATIVE_INFINITY;
}

/**
 * Returns true if the dyno has not come up since it ended at this time, in the current release and under the same name.
 */
export function isStillDown(recency: Recency, dyno: string, at: Instant): boolean {
  return !isHistory(recency, dyno, at) && upSince(recency.timesOf, dyno) <= at;
}

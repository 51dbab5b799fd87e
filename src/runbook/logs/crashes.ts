/** Finds crashes, and dynos that keep crashing. */
import type { Dyno } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { RunbookContext } from '../model/terms.ts';
import type { Boot } from './boot.ts';
import { isStillDown, type Recency, recoveriesOf } from './recency.ts';
import { CRASH_LOOP } from './thresholds.ts';

/** The end of a boot that ended by itself or was killed by Heroku. */
export interface Crash {
  readonly boot: Boot;
  readonly at: Instant;
  readonly exitStatus: number | null;
  /** True if the dyno crashed in the current release. */
  readonly isOfRelease: boolean;
  /** True if the dyno has not come up since. */
  readonly isNow: boolean;
}

/** Returns the crashes, oldest first. */
export function crashesOf(boots: readonly Boot[], recency: Recency): Crash[] {
  return boots
    .flatMap((boot): Crash[] => {
      if (boot.end?.how !== 'crashed') return [];
      const { at, exitStatus } = boot.end;
      const isOfRelease = at >= recency.releasedAt;
      return [{ boot, at, exitStatus, isOfRelease, isNow: isStillDown(recency, boot.dyno, at) }];
    })
    .toSorted((one, other) => one.at - other.at);
}

/**
 * A dyno that has crashed at least twice in this release and has not stayed up since. It is up now, between two
 * crashes.
 */
export interface CrashLoop {
  readonly dyno: string;
  /** The number of crashes since the release. */
  readonly crashes: number;
  readonly last: Crash;
  /** The first crash after which the dyno did not recover. */
  readonly since: Instant;
  /** `up`, or `starting`. */
  readonly state: string;
  /** The time that the dyno has been in that state, in milliseconds. */
  readonly forMs: number;
}

interface Crashes {
  readonly boots: readonly Boot[];
  readonly crashes: readonly Crash[];
  readonly otherCrashes: readonly Crash[];
}

/** Returns the target's dynos that are in a crash loop. */
export function crashLoops(
  { crashes, boots }: Crashes,
  dynos: readonly Dyno[],
  context: RunbookContext,
): CrashLoop[] {
  return loopsAmong(crashes, boots, dynos, context);
}

/** Returns the dynos of other process types that are in a crash loop. */
export function otherCrashLoops(
  { otherCrashes, boots }: Crashes,
  dynos: readonly Dyno[],
  context: RunbookContext,
): CrashLoop[] {
  return loopsAmong(otherCrashes, boots, dynos, context);
}

function loopsAmong(
  crashes: readonly Crash[],
  boots: readonly Boot[],
  dynos: readonly Dyno[],
  { now }: RunbookContext,
): CrashLoop[] {
  return dynos.flatMap(({ name, state, updatedAt }): CrashLoop[] => {
    const isYoung = isComingUp(state) && now - updatedAt <= RECOVERED_MS;
    const own = isYoung ? crashes.filter(({ boot, isOfRelease }) => boot.dyno === name && isOfRelease) : [];
    const last = own.at(-1);
    if (!last || own.length < CRASH_LOOP) return [];
    const ownBoots = boots.filter((boot) => boot.dyno === name);
    const recovered = recoveriesOf(ownBoots, now).at(-1) ?? Number.NEGATIVE_INFINITY;
    const since = own.find(({ at }) => at > recovered)?.at ?? last.at;
    return [{ dyno: name, crashes: own.length, last, since, state, forMs: now - updatedAt }];
  });
}

function isComingUp(state: string): boolean {
  return state === 'up' || state === 'starting';
}

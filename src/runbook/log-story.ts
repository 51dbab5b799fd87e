/** What a log window tells of the app: read once, used by step 6 and by failure mode B. */
import { type Crash, crashesIn } from './crash-history.ts';
import type { LogWindow, Release } from './evidence.ts';
import { type Boundary, logBoundary } from './log-boundary.ts';
import { type CodeCount, countCodes, countRequests } from './log-codes.ts';
import { memoryFigures } from './memory-figures.ts';
import { lastTraceback, type Traceback } from './traceback.ts';

export interface LogStory {
  readonly codes: readonly CodeCount[];
  readonly requests: number;
  readonly crashes: readonly Crash[];
  /** Those since the current release, the ones before the dyno's last return included. */
  readonly crashesOfRelease: readonly Crash[];
  /** Those after which the dyno has not come back. */
  readonly crashesNow: readonly Crash[];
  readonly traceback: Traceback | null;
  /** Memory of now, a line each dyno that Heroku warned of. */
  readonly memory: readonly string[];
  readonly boundary: Boundary;
}

/** Two R10s with no recovery after the last are "repeated" (contract). */
export const REPEATED_R10 = 2;
/** One crash is an accident, two of one release without coming back to stay are a loop. */
export const CRASH_LOOP = 2;
/** H12 is a failure mode from 1 % of the window's requests, and at least 3: slow reports happen (contract). */
export const H12_SHARE = 0.01;
export const H12_LEAST = 3;

export function readLog(
  { lines }: LogWindow,
  processType: string,
  currentRelease: Release | undefined,
): LogStory {
  const boundary = logBoundary(lines, processType, currentRelease);
  const crashes = crashesIn(lines, processType);
  const released = currentRelease?.createdAt ?? Number.NEGATIVE_INFINITY;
  return {
    codes: countCodes(lines, boundary),
    requests: countRequests(lines, boundary),
    crashes,
    crashesOfRelease: crashes.filter(({ at }) => at >= released),
    crashesNow: crashes.filter(({ line, dyno }) => !boundary.isHistory(line, dyno)),
    traceback: lastTraceback(lines, processType),
    memory: memoryFigures(lines, processType, boundary),
    boundary,
  };
}

export function codeCount(story: LogStory, code: string): CodeCount | undefined {
  return story.codes.find((one) => one.code === code);
}

/** `many` of the requests timed out: enough, and a share that users feel. */
export function requestsTimeOut(story: LogStory): 'many' | 'some' | 'few' {
  const timedOut = codeCount(story, 'H12')?.now ?? 0;
  if (timedOut < H12_LEAST) return 'few';
  return timedOut >= story.requests * H12_SHARE ? 'many' : 'some';
}

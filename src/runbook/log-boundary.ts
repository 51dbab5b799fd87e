/** "Now, not once" (contract): from when on a log line speaks of the app as it runs now. */
import type { Instant, LogLine, Release } from './evidence.ts';

const RETURNED = /^State changed from \S+ to up$/;

export interface Boundary {
  /** A line of this process (a dyno's name; '' for lines that no dyno wrote) at this time is history. */
  isHistory(line: LogLine, dyno: string): boolean;
}

/**
 * Lines from before the current release are history, and so are a dyno's lines from before its last return to `up`.
 * Lines that belong to no single dyno (H10 of the router) are history when any dyno of the type has returned since.
 */
export function logBoundary(
  lines: readonly LogLine[],
  processType: string,
  currentRelease: Release | undefined,
): Boundary {
  const released: Instant = currentRelease?.createdAt ?? Number.NEGATIVE_INFINITY;
  const returns = new Map<string, Instant>();
  for (const line of lines) {
    if (line.at === null || line.source !== 'heroku' || !RETURNED.test(line.text)) continue;
    returns.set(line.process, line.at);
  }
  const ofType = [...returns].filter(([dyno]) => dyno.startsWith(`${processType}.`)).map(([, at]) => at);
  const anyReturn = Math.max(released, ...ofType);
  return {
    isHistory: ({ at }, dyno) => {
      if (at === null) return true;
      const since = dyno === '' ? anyReturn : Math.max(released, returns.get(dyno) ?? released);
      return at < since;
    },
  };
}

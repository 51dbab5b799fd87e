/**
 * Groups the requests of the last hour into five-minute bins: how many there were, how many failed, and how long they
 * took.
 */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import { parseRouterLine, type RouterLine } from './router-line.ts';
import { hasFailed, medianMs } from './traffic.ts';

const BIN_MS = 5 * 60_000;
/** The number of bins in an hour. */
export const BINS = 12;

export interface TrafficBin {
  readonly from: Instant;
  readonly to: Instant;
  readonly requests: number;
  readonly failed: number;
  /** The median over requests that a dyno answered; null when there are none. */
  readonly medianMs: number | null;
}

export interface LastHour {
  /** The part of the hour that the log covers, in milliseconds; at most an hour. */
  readonly coveredMs: number;
  /**
   * Bins, oldest first. A bin that the log covers only in part is left out, because unread requests must not count as
   * zero.
   */
  readonly bins: readonly TrafficBin[];
}

/** `lines`: all lines that were read, oldest first. */
export function lastHour(lines: readonly LogLine[], now: Instant): LastHour {
  const oldest = lines.find(({ at }) => at !== null)?.at ?? now;
  const coveredMs = Math.max(0, Math.min(now - oldest, BINS * BIN_MS));
  const count = Math.floor(coveredMs / BIN_MS);
  const requests = lines.flatMap((line) =>
    line.source === 'heroku' && line.process === 'router' && line.at !== null
      ? [{ at: line.at, ...parseRouterLine(line.text) }]
      : [],
  );
  const bins = Array.from({ length: count }, (_, index): TrafficBin => {
    const { from, to } = spanOf(index, count, now);
    return binOf(
      requests.filter(({ at }) => at >= from && at < to),
      from,
      to,
    );
  });
  return { coveredMs, bins };
}

/** Returns when the bin `index` of `count` begins and ends. The last bin ends at `until`. */
export function spanOf(index: number, count: number, until: Instant): Pick<TrafficBin, 'from' | 'to'> {
  const from = until - (count - index) * BIN_MS;
  return { from, to: from + BIN_MS };
}

/** Returns null when there are no requests to show. */
export function withRequests(hour: LastHour | null): LastHour | null {
  return hour?.bins.some(({ requests }) => requests > 0) ? hour : null;
}

function binOf(requests: readonly RouterLine[], from: Instant, to: Instant): TrafficBin {
  return {
    from,
    to,
    requests: requests.length,
    failed: requests.filter(hasFailed).length,
    medianMs: medianMs(requests),
  };
}

/** Summarizes the requests that Heroku's router logged: how many failed, how, on which dyno and path. */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import { parseRouterLine, type RouterLine } from './router-line.ts';
import { ABANDONED_SHARE, FAILING_LEAST, FAILING_SHARE, RECENT_MS, TRAFFIC_MS } from './thresholds.ts';

export interface Traffic {
  /** The number of requests in the last 15 minutes that reflect the app as it runs now. */
  readonly requests: number;
  readonly failed: readonly FailedRequest[];
  /** Requests that the client gave up on (H27) or left idle (H28). */
  readonly abandoned: readonly RouterLine[];
  /** The time of the newest request in the log; null when there is none. */
  readonly lastAt: Instant | null;
}

export interface FailedRequest extends RouterLine {
  readonly at: Instant;
  readonly line: LogLine;
}

/** Codes that a visitor notices, whatever the status is: H18, a response cut short, can have status 200. */
const FELT = /^H(1[0-4]|18|19|20|21|99)$/;
/** H80 is maintenance mode. */
const MAINTENANCE = 'H80';
const ABANDONED = /^H2[78]$/;

/**
 * Returns true if the visitor saw an error page or nothing, and neither the client nor maintenance mode is the reason.
 */
export function hasFailed({ code, status }: RouterLine): boolean {
  if (code === MAINTENANCE || (code !== null && ABANDONED.test(code))) return false;
  return (code !== null && FELT.test(code)) || (status !== null && status >= 500);
}

/**
 * `routerLines`: oldest first. `isHistory`: whether a request no longer says anything about the app as it runs now.
 */
export function readTraffic(
  routerLines: readonly LogLine[],
  now: Instant,
  isHistory: (request: RouterLine, at: Instant) => boolean,
): Traffic {
  const lastAt = routerLines.findLast(({ at }) => at !== null)?.at ?? null;
  const failed: FailedRequest[] = [];
  const abandoned: RouterLine[] = [];
  let requests = 0;
  // After 15 minutes without a request, the last 15 minutes that had one are judged, because the failure may continue.
  const since = (lastAt !== null && now - lastAt > TRAFFIC_MS ? lastAt : now) - TRAFFIC_MS;
  for (let index = routerLines.length - 1; index >= 0 && lastAt !== null; index -= 1) {
    const line = routerLines[index];
    if (!line || line.at === null) continue;
    if (line.at < since) break;
    const request = parseRouterLine(line.text);
    if (isHistory(request, line.at)) continue;
    requests += 1;
    if (hasFailed(request)) failed.push({ ...request, at: line.at, line });
    else if (request.code !== null && ABANDONED.test(request.code)) abandoned.push(request);
  }
  return { requests, failed: failed.reverse(), abandoned, lastAt };
}

/**
 * `users`: enough requests fail for users to notice. `unsure`: enough did, with no request since. `some`: a few fail.
 */
export type Failing = 'users' | 'unsure' | 'some' | 'none';

export function howManyFail({ requests, failed, lastAt }: Traffic, now: Instant): Failing {
  if (failed.length === 0) return 'none';
  if (failed.length < FAILING_LEAST || failed.length < requests * FAILING_SHARE) return 'some';
  const last = lastAt ?? now;
  const hasNoneSince = failed.at(-1)?.at === last && now - last > RECENT_MS;
  return hasNoneSince || now - last > TRAFFIC_MS ? 'unsure' : 'users';
}

/** Returns true if so many clients gave up that the app must be the reason. */
export function manyGiveUp({ requests, abandoned }: Traffic): boolean {
  return abandoned.length >= FAILING_LEAST && abandoned.length >= requests * ABANDONED_SHARE;
}

export interface Tally {
  readonly name: string;
  readonly count: number;
}

/** Counts how often each name occurs, most frequent first. Items without a name are left out. */
export function tally<T>(items: readonly T[], nameOf: (item: T) => string | null): Tally[] {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .toSorted((one, other) => other.count - one.count);
}

/** Returns `H12`, or `HTTP 500` when the app itself responded with that status. */
export function faultOf({ code, status }: RouterLine): string {
  return code ?? `HTTP ${status}`;
}

/** Example: `GET /api/orders`. Returns null when the line has neither a method nor a path. */
export function routeOf({ method, path }: RouterLine): string | null {
  return `${method ?? ''} ${path ?? ''}`.trim() || null;
}

/** Returns the median service time in milliseconds, or null when no request has one. */
export function medianMs(requests: readonly RouterLine[]): number | null {
  const times = requests.map(({ serviceMs }) => serviceMs).filter((ms) => ms !== null);
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/**
 * Tracks the hourly request budget of an API, and decides who may spend what is left: the longer a use can wait, the
 * earlier it is refused.
 */
import type { Instant } from './instant.ts';

export type Api = 'heroku' | 'github';

/** The purpose of a request, most urgent first. */
export type Use =
  /** A stop: its evidence, its write and its verification. */
  | 'stop'
  /** Any other change, from its proposal to the end of aftercare. */
  | 'action'
  /** Looks at an app with an open incident, and requests by operators and approvers. */
  | 'incident'
  /** The rounds of the watch. */
  | 'watch'
  /** Requests by everyone else. */
  | 'read'
  /** Looks triggered by a webhook. They come last, because the next round would come anyway. */
  | 'hint';

export interface Budget {
  readonly api: Api;
  /** Requests per hour, shared by everything that uses the account. */
  readonly limit: number;
  readonly left: number;
  /** The time at which `left` was computed; for GitHub, the start of its hour as far as we know. */
  readonly at: Instant;
  /**
   * The time at which GitHub's hour resets. Null until GitHub has said so, and always for Heroku, whose bucket refills
   * steadily.
   */
  readonly resetAt: Instant | null;
  /** True once the API has reported what is left. Until then the number is assumed. */
  readonly isReported: boolean;
}

/** The account's quota, from the headers of a response. */
export interface QuotaReport {
  readonly remaining: number;
  readonly limit: number | null;
  readonly resetAt: Instant | null;
}

/** Explains why a use may send nothing now. */
export interface UsedUp {
  readonly api: Api;
  readonly use: Use;
  readonly nextAt: Instant;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Heroku Platform API, "Rate limits": 4,500, refilled at 75 a minute. GitHub REST API, "Rate limits": 5,000 per hour.
 */
const LIMITS: Readonly<Record<Api, number>> = { heroku: 4_500, github: 5_000 };

/** The share of the hour that each use leaves to those above it. */
const LEAVES: Readonly<Record<Use, number>> = {
  stop: 0,
  action: 0,
  incident: 0.05,
  watch: 0.15,
  read: 0.4,
  hint: 0.5,
};

export function openBudget(api: Api, now: Instant): Budget {
  const limit = LIMITS[api];
  return { api, limit, left: limit, at: now, resetAt: null, isReported: false };
}

/** Returns how many requests this use leaves to others. */
export function floorOf({ limit }: Pick<Budget, 'limit'>, use: Use): number {
  return Math.ceil(limit * LEAVES[use]);
}

/**
 * Returns the budget at `now`. If the clock is set back, nothing is refilled. If it is set forward, too much is, until
 * the next response corrects it.
 */
export function refill(budget: Budget, now: Instant): Budget {
  const { api, limit, left, at, resetAt } = budget;
  if (api === 'heroku') {
    const more = (Math.max(0, now - at) * limit) / HOUR_MS;
    return { ...budget, left: Math.min(limit, left + more), at: now };
  }
  return now >= (resetAt ?? at + HOUR_MS) ? { ...budget, left: limit, at: now, resetAt: null } : budget;
}

/**
 * Returns null when this many requests may be sent. Stops and other changes are never refused, because the rest is
 * reserved for them.
 */
export function usedUp(budget: Budget, use: Use, requests: number, now: Instant): UsedUp | null {
  const { api, limit, left, at, resetAt } = refill(budget, now);
  if (use === 'stop' || use === 'action') return null;
  const missing = floorOf(budget, use) + requests - left;
  if (missing <= 0) return null;
  const nextAt = api === 'heroku' ? now + Math.ceil((missing * HOUR_MS) / limit) : (resetAt ?? at + HOUR_MS);
  return { api, use, nextAt };
}

export function spend(budget: Budget, requests: number, now: Instant): Budget {
  const filled = refill(budget, now);
  return { ...filled, left: Math.max(0, filled.left - requests) };
}

/**
 * Others use the account as well, so the API's number counts when it is lower. Responses arrive late, so it never
 * counts when it is higher.
 */
export function applyQuota(budget: Budget, report: QuotaReport, now: Instant): Budget {
  const filled = refill(budget, now);
  const limit = report.limit ?? filled.limit;
  if (budget.api === 'heroku' || report.resetAt === null)
    return { ...filled, limit, left: Math.min(filled.left, report.remaining), isReported: true };
  const { resetAt } = filled;
  // A response from an hour that has ended says nothing about the current one.
  if (report.resetAt <= now || (resetAt !== null && report.resetAt < resetAt)) return filled;
  const isNew = resetAt === null || report.resetAt > resetAt;
  const left = isNew ? report.remaining : Math.min(filled.left, report.remaining);
  return { ...filled, limit, left, resetAt: report.resetAt, isReported: true };
}

const NAMES: Readonly<Record<Api, string>> = { heroku: 'Heroku', github: 'GitHub' };

const FOR: Readonly<Record<Use, string>> = {
  stop: 'stops',
  action: 'changes',
  incident: 'incidents',
  watch: 'the watch',
  read: 'reads',
  hint: 'webhooks',
};

/** Example: `Heroku's hourly budget for reads is used up; try again at 21:05 UTC`. */
export function usedUpWords({ api, use, nextAt }: UsedUp): string {
  const clock = new Date(Math.ceil(nextAt / MINUTE_MS) * MINUTE_MS).toISOString().slice(11, 16);
  return `${NAMES[api]}'s hourly budget for ${FOR[use]} is used up; try again at ${clock} UTC`;
}

/**
 * Example: `4388 of 4500 requests left this hour; reads by anyone but operators and approvers stop at 1800, the watch
 * at 675, incidents at 225`.
 */
export function budgetWords(budget: Budget): string {
  const stops = (['read', 'watch', 'incident'] as const).map((use, index) => {
    const who = use === 'read' ? 'reads by anyone but operators and approvers' : FOR[use];
    return `${who}${index === 0 ? ' stop' : ''} at ${floorOf(budget, use)}`;
  });
  return `${Math.floor(budget.left)} of ${budget.limit} requests left this hour; ${stops.join(', ')}`;
}

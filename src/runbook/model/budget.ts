/** An API's hour, and who may have what is left of it: whatever can wait longer is refused earlier. */
import type { Instant } from './evidence.ts';

export type Api = 'heroku' | 'github';

/** What a request is for, most urgent first. */
export type Use =
  /** A stop: its evidence, its write, its verification. */
  | 'stop'
  /** Any other change, from its proposal to the end of its watch. */
  | 'action'
  /** Looks at an app with an open incident, and what operators and approvers ask. */
  | 'incident'
  /** The rounds of the watch. */
  | 'watch'
  /** What everybody else asks. */
  | 'read'
  /** Looks because of a webhook: the rounds would come anyway. */
  | 'hint';

export interface Budget {
  readonly api: Api;
  /** Requests an hour, all who use the account together. */
  readonly limit: number;
  readonly left: number;
  /** When `left` was counted; for GitHub, when its hour began as far as we know. */
  readonly at: Instant;
  /** When GitHub's hour begins anew; null: not told yet, and never of Heroku, whose bucket fills steadily. */
  readonly resetAt: Instant | null;
  /** The API has said what is left; before that it is only assumed. */
  readonly isTold: boolean;
}

/** What an answer's headers say of the account. */
export interface QuotaReport {
  readonly remaining: number;
  readonly limit: number | null;
  readonly resetAt: Instant | null;
}

/** Why a use gets nothing now. */
export interface UsedUp {
  readonly api: Api;
  readonly use: Use;
  readonly nextAt: Instant;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Platform API "Rate limits": 4,500, filled again by 75 a minute. REST API "Rate limits": 5,000, until the hour is over. */
const LIMITS: Readonly<Record<Api, number>> = { heroku: 4_500, github: 5_000 };

/** The share of the hour that each use has to leave to those above it. */
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
  return { api, limit, left: limit, at: now, resetAt: null, isTold: false };
}

/** The requests that this use has to leave to others. */
export function floorOf({ limit }: Pick<Budget, 'limit'>, use: Use): number {
  return Math.ceil(limit * LEAVES[use]);
}

/** As it stands at `now`. A clock that was set back fills nothing; one set forward, until the next answer tells the truth. */
export function refill(budget: Budget, now: Instant): Budget {
  const { api, limit, left, at, resetAt } = budget;
  if (api === 'heroku') {
    const more = (Math.max(0, now - at) * limit) / HOUR_MS;
    return { ...budget, left: Math.min(limit, left + more), at: now };
  }
  return now >= (resetAt ?? at + HOUR_MS) ? { ...budget, left: limit, at: now, resetAt: null } : budget;
}

/** null: so many requests may be sent. Of a stop and of any other change nothing is ever kept back: for them it is kept. */
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

/** Others use the account as well, so what the API says counts when it is less. Answers come late, so never when it is more. */
export function hear(budget: Budget, told: QuotaReport, now: Instant): Budget {
  const filled = refill(budget, now);
  const limit = told.limit ?? filled.limit;
  if (budget.api === 'heroku' || told.resetAt === null)
    return { ...filled, limit, left: Math.min(filled.left, told.remaining), isTold: true };
  const { resetAt } = filled;
  // An answer of an hour that is over by now tells nothing of this one.
  if (told.resetAt <= now || (resetAt !== null && told.resetAt < resetAt)) return filled;
  const isNew = resetAt === null || told.resetAt > resetAt;
  const left = isNew ? told.remaining : Math.min(filled.left, told.remaining);
  return { ...filled, limit, left, resetAt: told.resetAt, isTold: true };
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

/** `Heroku's hourly budget for reads is used up; next at 21:05 UTC` */
export function usedUpWords({ api, use, nextAt }: UsedUp): string {
  const clock = new Date(Math.ceil(nextAt / MINUTE_MS) * MINUTE_MS).toISOString().slice(11, 16);
  return `${NAMES[api]}'s hourly budget for ${FOR[use]} is used up; next at ${clock} UTC`;
}

/** `4388 of 4500 requests left this hour; reads by others than operators and approvers stop at 1800, the watch at 675, incidents at 225` */
export function budgetWords(budget: Budget): string {
  const stops = (['read', 'watch', 'incident'] as const).map((use, index) => {
    const who = use === 'read' ? 'reads by others than operators and approvers' : FOR[use];
    return `${who}${index === 0 ? ' stop' : ''} at ${floorOf(budget, use)}`;
  });
  return `${Math.floor(budget.left)} of ${budget.limit} requests left this hour; ${stops.join(', ')}`;
}

/**
 * Refuses a reading command before it begins, when one person starts too many or the API's hourly allowance runs low.
 */
import type { Use } from '../../runbook/model/budget.ts';
import type { HerokuReader } from '../ports/upstreams.ts';
import type { NotBegun } from './not-begun.ts';
import { limitByPerson } from './rate-limit.ts';
import type { Reading } from './shared-collection.ts';

/** The person who types a command. Requests of operators and approvers come before those of others. */
export interface Requester {
  readonly id: string;
  readonly use: Extract<Use, 'incident' | 'read'>;
}

export interface RequestLimits {
  /** Returns why collecting this many targets would be refused now, or null when it would not. */
  refusal(what: Reading, targets: number, requester: Requester): NotBegun | null;
  /** Counts one start. */
  count(what: Reading, requester: Requester): void;
}

/** One person may start this many diagnoses, and as many looks, per minute. */
const STARTS_PER_MINUTE = 6;

/** The most requests that one target takes at Heroku. It can be one fewer, because each slug is read only once. */
const COSTS: Readonly<Record<Reading, number>> = { diagnose: 6, status: 6, logs: 5 };

/** `elapsed`: milliseconds of a monotonic clock. */
export function createRequestLimits(
  heroku: Pick<HerokuReader, 'usedUp'>,
  elapsed: () => number,
): RequestLimits {
  const limits = {
    diagnoses: limitByPerson(STARTS_PER_MINUTE, elapsed),
    looks: limitByPerson(STARTS_PER_MINUTE, elapsed),
  };
  return {
    refusal(what, targets, { id, use }) {
      if (targets === 0) return null;
      const counted = countedAs(what);
      const waitMs = limits[counted].waitMs(id);
      if (waitMs > 0)
        return { ok: false, why: 'too_many', what: counted, waitMs, perMinute: STARTS_PER_MINUTE };
      const found = heroku.usedUp(use, targets * COSTS[what]);
      return found && { ok: false, why: 'used_up', found };
    },
    count: (what, { id }) => limits[countedAs(what)].count(id),
  };
}

function countedAs(what: Reading): 'diagnoses' | 'looks' {
  return what === 'diagnose' ? 'diagnoses' : 'looks';
}

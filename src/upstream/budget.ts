/** The process's share of an API's hourly allowance. Each request is charged to it before it is sent. */
import {
  type Api,
  applyQuota,
  type Budget,
  openBudget,
  type QuotaReport,
  refill,
  spend,
  type Use,
  type UsedUp,
  usedUp,
  usedUpWords,
} from '../runbook/model/budget.ts';
import type { Instant } from '../runbook/model/instant.ts';

/** Thrown instead of sending a request, because the rest of the hour's allowance is reserved for more urgent uses. */
export class OverBudget extends Error {
  readonly why = 'rate_limited';
  readonly words: string;

  constructor(found: UsedUp) {
    const words = usedUpWords(found);
    super(words);
    this.words = words;
  }
}

export interface Allowance {
  /** Throws `OverBudget` if the rest is reserved for more urgent uses. Never throws for a stop or any other change. */
  charge(use: Use): void;
  /** Refunds the last request, which did not count. */
  refund(): void;
  /** Updates the budget from what a response's headers say about the allowance. */
  report(quota: QuotaReport): void;
  /** Returns why so many requests would not all be sent now, or null if they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  now(): Budget;
}

export interface AllowanceDeps {
  now(): Instant;
  /** Called for each refusal. */
  onRefused?(found: UsedUp): void;
}

export function createAllowance(api: Api, { now, onRefused }: AllowanceDeps): Allowance {
  let budget = openBudget(api, now());

  function refuse(use: Use, requests: number): UsedUp | null {
    const found = usedUp(budget, use, requests, now());
    if (found) onRefused?.(found);
    return found;
  }

  return {
    charge(use) {
      const found = refuse(use, 1);
      if (found) throw new OverBudget(found);
      budget = spend(budget, 1, now());
    },
    refund() {
      budget = { ...budget, left: Math.min(budget.limit, budget.left + 1) };
    },
    report(quota) {
      budget = applyQuota(budget, quota, now());
    },
    usedUp: refuse,
    now: () => refill(budget, now()),
  };
}

export type Allowances = Readonly<Record<Api, Allowance>>;

export function createAllowances(deps: AllowanceDeps): Allowances {
  return { heroku: createAllowance('heroku', deps), github: createAllowance('github', deps) };
}

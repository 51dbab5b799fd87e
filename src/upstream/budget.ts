/** The process's share of an API's hourly allowance. Each request is taken from it before it is sent. */
import {
  type Api,
  type Budget,
  hear,
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

/** The request was not sent: what is left of the hour is kept for more urgent uses. */
export class OverBudget extends Error {
  readonly why = 'rate_limited';
  readonly words: string;

  constructor(found: UsedUp) {
    const words = usedUpWords(found);
    super(words);
    this.words = words;
  }
}

export interface Purse {
  /** Throws `OverBudget` when the rest is kept for more urgent uses. Never throws for a stop or any other change. */
  take(use: Use): void;
  /** The last request did not count. */
  giveBack(): void;
  /** Takes in what an answer's headers say of the allowance. */
  report(quota: QuotaReport): void;
  /** Why so many requests would not all be sent now; null when they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  now(): Budget;
}

export interface PurseDeps {
  now(): Instant;
  /** Called for each refusal. */
  onRefused?(found: UsedUp): void;
}

export function createPurse(api: Api, { now, onRefused }: PurseDeps): Purse {
  let budget = openBudget(api, now());

  function refuse(use: Use, requests: number): UsedUp | null {
    const found = usedUp(budget, use, requests, now());
    if (found) onRefused?.(found);
    return found;
  }

  return {
    take(use) {
      const found = refuse(use, 1);
      if (found) throw new OverBudget(found);
      budget = spend(budget, 1, now());
    },
    giveBack() {
      budget = { ...budget, left: Math.min(budget.limit, budget.left + 1) };
    },
    report(quota) {
      budget = hear(budget, quota, now());
    },
    usedUp: refuse,
    now: () => refill(budget, now()),
  };
}

export type Purses = Readonly<Record<Api, Purse>>;

export function createPurses(deps: PurseDeps): Purses {
  return { heroku: createPurse('heroku', deps), github: createPurse('github', deps) };
}

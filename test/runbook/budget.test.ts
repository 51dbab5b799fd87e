/** What is left of an API's hourly budget, and who may spend it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyQuota,
  budgetWords,
  floorOf,
  openBudget,
  refill,
  spend,
  type Use,
  usedUp,
  usedUpWords,
} from '../../src/runbook/model/budget.ts';
import { figure } from '../support/figure.ts';

const NOW = Date.parse('2026-05-01T20:45:30Z');
const HOUR = 3_600_000;
const WAITING: readonly Use[] = ['incident', 'watch', 'read', 'hint'];
const quota = (remaining: number, resetAt: number | null = null) => ({ remaining, limit: null, resetAt });
const heroku = (left: number) => applyQuota(openBudget('heroku', NOW), quota(left), NOW);

describe('the hourly request budget', () => {
  it('keeps a reserve for changes, whatever else is requested, how often, and by whom', () => {
    const request = fc.record({
      use: fc.constantFrom(...WAITING),
      requests: fc.integer({ min: 1, max: 400 }),
      afterMs: fc.integer({ min: -600_000, max: 600_000 }),
      // Requests by other users of the account are unknown here: only our own are reported.
      isReported: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('heroku', 'github'),
        fc.array(request, { maxLength: 200 }),
        (api, asked) => {
          let now = NOW;
          let budget = openBudget(api, now);
          for (const { use, requests, afterMs, isReported } of asked) {
            now += afterMs;
            if (!usedUp(budget, use, requests, now)) {
              budget = spend(budget, requests, now);
              expect(budget.left).toBeGreaterThanOrEqual(floorOf(budget, use));
            }
            if (isReported) budget = applyQuota(budget, quota(Math.floor(budget.left)), now);
            expect(budget.left).toBeGreaterThanOrEqual(Math.floor(0.05 * budget.limit));
            expect(usedUp(budget, 'action', 50, now)).toBeNull();
          }
        },
      ),
    );
  });

  it('keeps the watch, incidents and changes going while two members spend as fast as they can', () => {
    let budget = openBudget('heroku', NOW);
    const spent = { read: 0, refused: 0 };
    const ask = (use: Use, requests: number, now: number) => {
      const found = usedUp(budget, use, requests, now);
      if (!found) budget = spend(budget, requests, now);
      return found === null;
    };
    for (let minute = 0; minute < 60; minute += 1) {
      const now = NOW + minute * 60_000;
      // Each of them starts six looks at both apps, six diagnoses and six plans.
      for (const requests of [10, 5, 6].flatMap((cost) => Array<number>(12).fill(cost))) {
        if (ask('read', requests, now)) spent.read += requests;
        else spent.refused += requests;
      }
      expect(budget.left).toBeGreaterThanOrEqual(1_800);
      // Two apps are watched, one of them is failing, and someone changes something.
      for (const use of ['watch', 'incident', 'action', 'stop'] as const) expect(ask(use, 6, now)).toBe(true);
    }
    figure(
      `an hour of two members who ask without end: ${spent.read + spent.refused} requests to Heroku wanted, ${spent.read} sent, ${Math.floor(budget.left)} left`,
    );
    expect(spent.refused).toBeGreaterThan(8_000);
  });

  it('is kept longest for the most urgent uses, and never refuses a stop or another change', () => {
    const served = (left: number) =>
      (['stop', 'action', ...WAITING] as const).filter((use) => !usedUp(heroku(left), use, 1, NOW));
    expect(served(4_500)).toEqual(['stop', 'action', 'incident', 'watch', 'read', 'hint']);
    expect(served(2_000)).toEqual(['stop', 'action', 'incident', 'watch', 'read']);
    expect(served(1_000)).toEqual(['stop', 'action', 'incident', 'watch']);
    expect(served(500)).toEqual(['stop', 'action', 'incident']);
    expect(served(0)).toEqual(['stop', 'action']);
  });

  it('of Heroku refills steadily, and says when the next read is possible', () => {
    const found = usedUp(heroku(1_000), 'read', 12, NOW);
    expect(found && usedUpWords(found)).toBe(
      "Heroku's hourly budget for reads is used up; try again at 20:57 UTC",
    );
    expect(usedUp(heroku(1_000), 'read', 12, found?.nextAt ?? 0)).toBeNull();
    expect(refill(heroku(1_000), NOW + 60_000).left).toBe(1_075);
    expect(refill(heroku(1_000), NOW + HOUR).left).toBe(4_500);
  });

  it('of GitHub resets when GitHub says so', () => {
    const resetAt = NOW + 900_000;
    const budget = applyQuota(openBudget('github', NOW), { remaining: 900, limit: 5_000, resetAt }, NOW);
    expect(usedUp(budget, 'read', 1, NOW)).toEqual({ api: 'github', use: 'read', nextAt: resetAt });
    expect(refill(budget, resetAt - 1).left).toBe(900);
    expect(refill(budget, resetAt).left).toBe(5_000);
  });

  it('is the number of the API when that is lower, and ours when a late answer says more', () => {
    expect(heroku(40).left).toBe(40);
    expect(applyQuota(heroku(40), quota(4_000), NOW).left).toBe(40);
    const github = applyQuota(openBudget('github', NOW), quota(900, NOW + HOUR), NOW);
    expect(applyQuota(github, quota(4_000, NOW + HOUR), NOW).left).toBe(900);
    // From an hour that has ended.
    expect(applyQuota(github, quota(10, NOW - 1), NOW).left).toBe(900);
    expect(applyQuota(github, quota(4_999, NOW + 2 * HOUR), NOW).left).toBe(4_999);
  });

  it('is not refilled by a clock that is set back', () => {
    expect(refill(heroku(40), NOW - HOUR).left).toBe(40);
  });

  it('is described in words', () => {
    expect(budgetWords(heroku(4_388))).toBe(
      '4388 of 4500 requests left this hour; reads by anyone but operators and approvers stop at 1800, the watch at 675, incidents at 225',
    );
  });
});

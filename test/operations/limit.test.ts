import { expect, it } from 'vitest';
import { createLimitAskings } from '../../src/operations/actions/limit-proposals.ts';
import { limitByPerson } from '../../src/operations/diagnosis/rate-limit.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { testFacts } from '../support/facts.ts';
import { noOutside } from '../support/no-outside.ts';

const [prod] = testFacts.targets;
if (!prod) throw new Error('the facts have no target');

it('lets one person start six a minute, says how long to wait for the seventh, and never delays another person', () => {
  let now = 1_000_000;
  const limit = limitByPerson(6, () => now);
  const waitFor = (who: string) => {
    const wait = limit.waitMs(who);
    if (wait === 0) limit.count(who);
    return wait;
  };
  for (let start = 0; start < 6; start += 1) {
    expect(waitFor('ann')).toBe(0);
    now += 1_000;
  }
  expect(waitFor('ann')).toBe(54_000);
  expect(waitFor('bob')).toBe(0);
  now += 53_999;
  expect(waitFor('ann')).toBe(1);
  now += 1;
  expect(waitFor('ann')).toBe(0);
  expect(waitFor('ann')).toBe(1_000);
});

it('limits the changes and plans that one person requests, for one target or for all, but never a stop', () => {
  let now = 1_000_000;
  const limits = createLimitAskings(() => now, noOutside);
  const asking = (kind: ActionKind, by: string) => ({
    kind,
    target: prod,
    by: { id: by, isOperator: true, isApprover: false },
    reason: null,
    origin: 'slack' as const,
  });
  const words = (kind: ActionKind, by: string) => limits.proposal(asking(kind, by))?.words ?? '';
  for (let count = 0; count < 10; count += 1) expect(words('restart', 'ann')).toBe('');
  expect(words('rollback', 'ann')).toBe(
    'Limit: 10 proposals a minute. Nothing was done. Try again in 1 min.',
  );
  for (let count = 0; count < 10; count += 1) expect(words('restart', 'bob')).toBe('');
  expect(words('restart', 'cyd')).toMatch(/^Limit: 20 proposals a minute for prod\. Nothing was done\./);
  for (let count = 0; count < 100; count += 1) expect(words('stop', 'ann')).toBe('');
  now += 60_000;
  expect(words('restart', 'cyd')).toBe('');
  for (let count = 0; count < 6; count += 1) expect(limits.plan(asking('stop', 'ann'))).toBeNull();
  expect(limits.plan(asking('stop', 'ann'))?.words).toMatch(/^Limit: 6 plans a minute\./);
});

import { expect, it } from 'vitest';
import { limitByPerson } from '../../src/operations/diagnosis/rate-limit.ts';

it('lets one person start six a minute, says how long to wait for the seventh, and never holds up another', () => {
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

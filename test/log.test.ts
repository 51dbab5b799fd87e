import { expect, it } from 'vitest';
import { sparingly } from '../src/log.ts';

it('tells the first error at once, then one in ten seconds, and how many it left out', () => {
  let now = 0;
  const told: string[] = [];
  const tell = sparingly(
    10_000,
    () => now,
    ({ message }, leftOut) => void told.push(`${message} ${leftOut}`),
  );
  for (const second of [0, 1, 9, 10, 11, 60]) {
    now = second * 1_000;
    tell(new Error(`at ${second}`));
  }
  expect(told).toEqual(['at 0 0', 'at 10 2', 'at 60 1']);
});

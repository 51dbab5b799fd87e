import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSpan, parseDuration } from '../../src/runbook/text/duration.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

describe('a typed duration', () => {
  it.each([
    ['30m', 30 * MINUTE],
    ['2h', 2 * HOUR],
    ['1h30m', 90 * MINUTE],
    ['1h 30m', 90 * MINUTE],
    ['90 min', 90 * MINUTE],
    ['1 hour', HOUR],
    ['1.5h', 90 * MINUTE],
    ['2 Hours 15 Minutes', 135 * MINUTE],
    ['45s', 45 * SECOND],
    ['1d', DAY],
    ['  10 min ', 10 * MINUTE],
  ])('%j is read', (typed, ms) => expect(parseDuration(typed)).toBe(ms));

  it.each(['', '30', 'h', '0m', '-5m', '2 weeks', 'an hour', '1h30', '2h!', 'm30', '1h, 30m', '1e9h', '٣h'])(
    '%j is not a duration',
    (typed) => expect(parseDuration(typed)).toBeNull(),
  );

  it('is never less than a second, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        const ms = parseDuration(typed);
        expect(ms === null || (Number.isInteger(ms) && ms >= SECOND)).toBe(true);
      }),
    );
  });
});

describe('a span', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [45 * SECOND, '45 s'],
    [200 * SECOND, '3 min 20 s'],
    [30 * MINUTE, '30 min'],
    [110 * MINUTE, '1 h 50 min'],
    [DAY, '1 d'],
    [DAY + 2 * HOUR + 59 * MINUTE, '1 d 2 h'],
    [HOUR + 30 * SECOND, '1 h'],
    [-5, '0 s'],
  ])('of %i ms is %s', (ms, words) => expect(formatSpan(ms)).toBe(words));

  it('can be parsed again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (minutes) => {
        const said = formatSpan(minutes * MINUTE);
        const read = parseDuration(said) ?? 0;
        expect(minutes * MINUTE - read).toBeLessThan(minutes * MINUTE < DAY ? MINUTE : HOUR);
      }),
    );
  });
});

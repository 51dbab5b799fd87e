/** Instants in text that is kept as it was written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, splitAtInstants } from '../../src/runbook/text/time.ts';

const AT = Date.parse('2026-05-01T10:00:00Z');

describe('the instants of a text', () => {
  it('are found where they were written, with the text around them', () => {
    expect(splitAtInstants(`Accepted at ${formatInstant(AT)}; nothing since.`)).toEqual([
      'Accepted at ',
      AT,
      '; nothing since.',
    ]);
    expect(splitAtInstants('no instant')).toEqual(['no instant']);
  });

  it('are every whole second that was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(splitAtInstants(formatInstant(seconds * 1_000))).toEqual(['', seconds * 1_000, '']);
      }),
    );
  });

  it('are left as text where there is no such day or hour', () => {
    const words = 'ValueError: bad time 2026-05-32 10:00:00 UTC, or 2026-05-01 25:00:00 UTC';
    expect(splitAtInstants(words).join('')).toBe(words);
  });
});

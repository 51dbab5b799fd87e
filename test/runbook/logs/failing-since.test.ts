/** Since when the app has been failing, as far as one observation shows. */
import { describe, expect, it } from 'vitest';
import { failingSince } from '../../../src/runbook/logs/failing-since.ts';
import { contextOf, dyno, evidence, logWindow, NOW, seen, unseen } from '../../support/evidence.ts';

const crashed = seen([dyno('crashed', 40_000)]);
const since = (lines: readonly string[], dynos = crashed) => {
  const at = failingSince(evidence({ dynos, logs: seen(logWindow(...lines)) }), contextOf());
  return at === null ? null : (NOW - at) / 1000;
};

describe('the time since when the app has been failing', () => {
  it('is the first crash after which it did not recover, not the last one', () => {
    expect(
      since([
        '-300 heroku[web.1]: State changed from starting to crashed',
        '-295 heroku[web.1]: State changed from crashed to starting',
        '-290 heroku[web.1]: State changed from starting to crashed',
      ]),
    ).toBe(300);
  });

  it('ignores a crash from which it recovered', () => {
    expect(
      since([
        '-3000 heroku[web.1]: State changed from up to crashed',
        '-2990 heroku[web.1]: State changed from crashed to starting',
        '-2980 heroku[web.1]: State changed from starting to up',
        '-60 heroku[web.1]: State changed from up to crashed',
      ]),
    ).toBe(60);
  });

  it('is the first line of the current codes', () => {
    const up = seen([dyno('up', 4_000_000)]);
    const over = (at: number) => `-${at} heroku[web.1]: Error R14 (Memory quota exceeded)`;
    expect(since([over(180), over(160), over(20)], up)).toBe(180);
  });

  it("is what Heroku's list says about the dyno when the log was not read", () => {
    const blind = evidence({ dynos: crashed, logs: unseen('timeout', 'no answer') });
    expect(failingSince(blind, contextOf())).toBe(NOW - 40_000);
  });

  it('is null when nothing fails', () => {
    expect(failingSince(evidence(), contextOf())).toBeNull();
  });
});

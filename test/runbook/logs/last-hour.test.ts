import { describe, expect, it } from 'vitest';
import { lastHour } from '../../../src/runbook/logs/last-hour.ts';
import { goodRequest, logWindow, NOW, routerError } from '../../support/evidence.ts';

const BEGIN = (ago: number) => `-${ago} heroku[web.1]: State changed from starting to up`;
const hourOf = (...lines: readonly string[]) => lastHour(logWindow(...lines).lines, NOW);

describe('the requests of the last hour', () => {
  it('are counted in bins of five minutes, with those that failed and the median time', () => {
    const { bins, coveredMs } = hourOf(
      BEGIN(3_700),
      goodRequest(900),
      routerError(620, 'H10', 'App crashed'),
      goodRequest(610),
      goodRequest(10).replace('service=40ms', 'service=900ms'),
    );
    expect(coveredMs).toBe(3_600_000);
    expect(bins).toHaveLength(12);
    expect(bins.filter(({ requests }) => requests > 0)).toEqual([
      { from: NOW - 900_000, to: NOW - 600_000, requests: 3, failed: 1, medianMs: 40 },
      { from: NOW - 300_000, to: NOW, requests: 1, failed: 0, medianMs: 900 },
    ]);
  });

  it('cover no more than the log that was read: a bin that is not in it whole is left out', () => {
    const { bins, coveredMs } = hourOf(BEGIN(17 * 60), goodRequest(16 * 60), goodRequest(60));
    expect(coveredMs).toBe(17 * 60_000);
    expect(bins.map(({ from, requests }) => [(NOW - from) / 60_000, requests])).toEqual([
      [15, 0],
      [10, 0],
      [5, 1],
    ]);
  });

  it.each([
    ['an empty log', []],
    ['a log of four minutes', [BEGIN(240), goodRequest(10)]],
  ])('have no bin in %s', (_name, lines) => {
    expect(hourOf(...lines).bins).toEqual([]);
  });

  it('have no median where no dyno answered', () => {
    const { bins } = hourOf(BEGIN(400), routerError(10, 'H10', 'App crashed'));
    expect(bins).toMatchObject([{ requests: 1, failed: 1, medianMs: null }]);
  });
});

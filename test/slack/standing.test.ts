import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStanding, type Standing } from '../../src/slack/client/connection-health.ts';

let answer: Error | null;
let asked: number;
let logged: string[];
let standing: Standing;
beforeEach(() => {
  vi.useFakeTimers();
  answer = null;
  asked = 0;
  logged = [];
  const log = (...words: readonly unknown[]) => void logged.push(String(words.at(-1)));
  standing = createStanding({
    ask: async () => {
      asked += 1;
      if (answer) throw answer;
    },
    log: { info: log, error: log },
  });
});
afterEach(() => {
  standing.stop();
  vi.useRealTimers();
});
const MINUTE = 60_000;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("Slack's standing", () => {
  it('is a problem until it was asked', async () => {
    expect(standing.problem()).toBe('Slack has not been asked yet');
    await standing.check();
    expect(standing.problem()).toBe('');
  });

  it('is asked again every few minutes, so that a revoked token is noticed while nothing is posted', async () => {
    await standing.check();
    answer = new Error('An API error occurred: token_revoked');
    await pass(4 * MINUTE);
    expect(standing.problem()).toBe('Slack: An API error occurred: token_revoked');
  });

  it('recovers by itself within ten seconds, and says both in the log', async () => {
    await standing.check();
    answer = new Error('An API error occurred: token_revoked');
    standing.suspect();
    await pass(0);
    expect(standing.problem()).not.toBe('');
    answer = null;
    await pass(10_000);
    expect(standing.problem()).toBe('');
    expect(logged).toEqual([
      'connected to Slack',
      'Slack cannot be used; trying again',
      'connected to Slack',
    ]);
  });

  it('is asked once, however many calls go wrong at once', async () => {
    await standing.check();
    for (let index = 0; index < 50; index += 1) standing.suspect();
    await pass(0);
    expect(asked).toBe(2);
  });

  it('does not suffer from being asked to wait', async () => {
    await standing.check();
    answer = Object.assign(new Error('wait 30 s'), { code: 'slack_webapi_rate_limited_error' });
    await pass(4 * MINUTE);
    expect(standing.problem()).toBe('');
  });

  it('is not asked any more after its end', async () => {
    await standing.check();
    standing.stop();
    standing.suspect();
    await pass(10 * MINUTE);
    expect(asked).toBe(1);
  });
});

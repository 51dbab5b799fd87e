import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConnectionHealth, createConnectionHealth } from '../../src/slack/client/connection-health.ts';

let answer: Error | null;
let asked: number;
let logged: string[];
let health: ConnectionHealth;
beforeEach(() => {
  vi.useFakeTimers();
  answer = null;
  asked = 0;
  logged = [];
  const log = (...words: readonly unknown[]) => void logged.push(String(words.at(-1)));
  health = createConnectionHealth({
    connect: async () => {
      asked += 1;
      if (answer) throw answer;
    },
    log: { info: log, error: log },
  });
});
afterEach(() => {
  health.stop();
  vi.useRealTimers();
});
const MINUTE = 60_000;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the health of the connection', () => {
  it('is a problem until it was checked', async () => {
    expect(health.problem()).toBe("Slack's connection has not been checked yet");
    await health.check();
    expect(health.problem()).toBeNull();
  });

  it('is checked every few minutes, so that a revoked token is noticed while nothing is posted', async () => {
    await health.check();
    answer = new Error('An API error occurred: token_revoked');
    await pass(4 * MINUTE);
    expect(health.problem()).toBe('Slack: An API error occurred: token_revoked');
  });

  it('recovers by itself within ten seconds, and logs the failure and the recovery', async () => {
    await health.check();
    answer = new Error('An API error occurred: token_revoked');
    health.reportFailure();
    await pass(0);
    expect(health.problem()).not.toBeNull();
    answer = null;
    await pass(10_000);
    expect(health.problem()).toBeNull();
    expect(logged).toEqual([
      'connected to Slack',
      'Slack cannot be used; trying again',
      'connected to Slack',
    ]);
  });

  it('is checked once, however many calls fail at once', async () => {
    await health.check();
    for (let index = 0; index < 50; index += 1) health.reportFailure();
    await pass(0);
    expect(asked).toBe(2);
  });

  it('is not affected by a rate limit', async () => {
    await health.check();
    answer = Object.assign(new Error('wait 30 s'), { code: 'slack_webapi_rate_limited_error' });
    await pass(4 * MINUTE);
    expect(health.problem()).toBeNull();
  });

  it('is not checked after a stop', async () => {
    await health.check();
    health.stop();
    health.reportFailure();
    await pass(10 * MINUTE);
    expect(asked).toBe(1);
  });
});

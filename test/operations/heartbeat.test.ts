import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHeartbeat, isGoodRound } from '../../src/operations/incidents/heartbeat.ts';
import type { WatchRow } from '../../src/operations/ports/incident-store.ts';
import { callHeartbeat } from '../../src/probe/call-heartbeat.ts';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import { testFacts } from '../support/facts.ts';
import { startRawServer } from '../support/raw-server.ts';

const ROUND = testFacts.watch.everySeconds * 1_000;

describe('a round', () => {
  it.each<readonly [name: string, sawAt: readonly (number | null)[], isGood: boolean]>([
    ['all were just seen', [0, 0], true],
    ['one target lost one round', [0, -ROUND], true],
    ['one was seen two and a half rounds ago', [0, -2.5 * ROUND], true],
    ['one was not seen for longer', [0, -2.5 * ROUND - 1], false],
    ['one was never seen', [0, null], false],
  ])('is judged by its targets: %s', (_name, sawAt, isGood) => {
    expect(isGoodRound(sawAt, testFacts.watch.everySeconds, 0)).toBe(isGood);
  });
});

let now: number;
let sawAt: Record<string, number>;
let slackProblem: string | null;
let refused: Error | null;
let calls: number[];
let errors: unknown[];
beforeEach(() => {
  now = 1_000_000;
  sawAt = { prod: now, staging: now };
  slackProblem = null;
  refused = null;
  calls = [];
  errors = [];
});

function start() {
  return createHeartbeat({
    facts: testFacts,
    incidentStore: { watchOf: async (target) => rowOf(target) },
    slackProblem: () => slackProblem,
    call: async () => {
      calls.push(now);
      if (refused) throw refused;
    },
    now: () => now,
    onError: (error) => void errors.push(error),
  });
}

function rowOf(target: string): WatchRow {
  return {
    target,
    memory: NOTHING_KNOWN,
    asked: { now: null, before: null },
    crashToldAt: null,
    lookedAt: now,
    sawAt: sawAt[target] ?? null,
    revision: 1,
  };
}

describe('the heartbeat', () => {
  it('is called once per round, however many targets and hints there are', async () => {
    const heartbeat = start();
    await Promise.all([heartbeat(), heartbeat(), heartbeat()]);
    now += ROUND / 2;
    await heartbeat();
    expect(calls).toHaveLength(1);
    now += ROUND / 2;
    await heartbeat();
    expect(calls).toHaveLength(2);
  });

  it('stops while a target cannot be seen, and resumes', async () => {
    const heartbeat = start();
    for (let round = 0; round < 10; round += 1) {
      now += ROUND;
      sawAt = { prod: now, staging: 1_000_000 };
      await heartbeat();
    }
    // Two and a half rounds are forgiven.
    expect(calls).toHaveLength(2);
    sawAt = { prod: now, staging: now };
    await heartbeat();
    expect(calls).toHaveLength(3);
  });

  it('stops while Slack cannot be used, because nobody would be notified', async () => {
    slackProblem = 'Slack: token_revoked';
    await start()();
    expect(calls).toEqual([]);
  });

  it('continues in two processes that share the looks: the rows have what the other saw', async () => {
    const [one, other] = [start(), start()];
    await one();
    now += 1_000;
    await other();
    expect(calls).toHaveLength(2);
  });

  it('is logged when the call fails, and called again in the next round', async () => {
    refused = new Error('HEARTBEAT_URL returned HTTP 500');
    const heartbeat = start();
    await heartbeat();
    expect(errors).toEqual([refused]);
    await heartbeat();
    expect(calls).toHaveLength(1);
    now += ROUND;
    await heartbeat();
    expect(calls).toHaveLength(2);
  });
});

describe('its call', () => {
  it('is one GET', async () => {
    const server = await startRawServer((_request, response) => response.end('OK'));
    onTestFinished(() => server.close());
    await callHeartbeat(`${server.url}/ping/secret-uuid`);
    expect(server.requests).toEqual(['GET /ping/secret-uuid']);
  });

  it('rejects for any other answer, and for none, without naming the address', async () => {
    const server = await startRawServer((_request, response) => response.writeHead(404).end());
    await expect(callHeartbeat(`${server.url}/ping/secret-uuid`)).rejects.toThrow(
      'HEARTBEAT_URL returned HTTP 404',
    );
    await server.close();
    await expect(callHeartbeat(`${server.url}/ping/secret-uuid`)).rejects.toThrow(
      'HEARTBEAT_URL: connection refused (ECONNREFUSED)',
    );
  });
});

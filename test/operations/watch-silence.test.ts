/** That looks do not finish is reported once, by any process, and once that they do again. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWatchSilence } from '../../src/operations/incidents/watch-silence.ts';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import { openQueue } from '../../src/store/queue.ts';
import { openMigrated } from '../support/databases.ts';
import { testFacts } from '../support/facts.ts';

const ROUND = testFacts.watch.everySeconds * 1_000;

let db: Db;
beforeAll(async () => {
  db = await openMigrated();
});
afterAll(() => db.close());

let passed: number;
let messages: string[];
let asked: string[];
let restarts: number;
let errors: unknown[];
let slackWorks: boolean;
beforeEach(async () => {
  await db.sql('delete from watches');
  passed = 0;
  messages = [];
  asked = [];
  restarts = 0;
  errors = [];
  slackWorks = true;
});

const incidentStore = () => createIncidentStore(db, null);

function startProcess() {
  return createWatchSilence({
    facts: testFacts,
    incidentStore: { ...incidentStore(), askForLook: async (target) => void asked.push(target) },
    restart: async () => {
      restarts += 1;
    },
    tell: async (words) => {
      if (!slackWorks) throw new Error('token_revoked');
      messages.push(words);
    },
    // Someone sets the clock back meanwhile.
    now: () => 1_000_000_000 - passed,
    elapsed: () => passed,
    onError: (error) => void errors.push(error),
  });
}

async function look(target: string): Promise<void> {
  const { revision, asked: counted } = await incidentStore().watchOf(target);
  const done = { target, app: target, revision, at: 0, asked: counted, saw: true };
  await incidentStore().keepQuiet(done, NOTHING_KNOWN);
}

/** Rounds in which only these targets are looked at. */
async function rounds(
  count: number,
  looked: readonly string[],
  processes: readonly ReturnType<typeof startProcess>[],
) {
  for (let round = 0; round < count; round += 1) {
    passed += ROUND;
    for (const target of looked) await look(target);
    for (const one of processes) await one.check();
  }
}

describe('the watch of the looks', () => {
  it('reports nothing while looks finish', async () => {
    const one = startProcess();
    await rounds(20, ['prod', 'staging'], [one]);
    expect({ messages, asked, restarts, errors }).toEqual({
      messages: [],
      asked: [],
      restarts: 0,
      errors: [],
    });
  });

  it('reports once, from one of two processes, that three looks in a row failed and why, and once that they work again', async () => {
    const both = [startProcess(), startProcess()];
    await rounds(2, ['prod', 'staging'], both);
    both[0]?.failed('prod', new TypeError("Cannot read properties of null\n  (reading 'x')"));
    await rounds(2, ['staging'], both);
    expect(messages).toEqual([]);
    await rounds(10, ['staging'], both);
    expect(messages).toEqual([
      "The last 3 checks of raxx-api-prod failed on my side (Cannot read properties of null (reading 'x')). I don't know whether it is up; check by hand until I say that I'm back; /raxx status and diagnose still work.",
    ]);
    expect(new Set(asked)).toEqual(new Set(['prod']));
    expect(restarts).toBeGreaterThan(1);
    await rounds(3, ['prod', 'staging'], both);
    expect(messages).toHaveLength(2);
    expect(messages[1]).toMatch(/^Checks of raxx-api-prod are working again/);
    expect(errors).toEqual([]);
  });

  it('restarts looks that never began, and reports it', async () => {
    await rounds(5, ['staging'], [startProcess()]);
    expect(messages).toEqual([
      expect.stringMatching(/^No checks of raxx-api-prod have run for 3 min; I restarted them/),
    ]);
  });

  it('does not count looks as silent that it could not read because the database was away', async () => {
    const one = startProcess();
    await rounds(1, ['prod', 'staging'], [one]);
    const { sql } = db;
    Object.assign(db, { sql: () => Promise.reject(new Error('gone')) });
    for (let round = 0; round < 5; round += 1) {
      passed += ROUND;
      await one.check();
    }
    Object.assign(db, { sql });
    await rounds(2, [], [one]);
    expect(messages).toEqual([]);
    expect(errors).toHaveLength(10);
  });

  it('reports a silence during an outage of Slack when Slack is back', async () => {
    const one = startProcess();
    slackWorks = false;
    await rounds(6, ['staging'], [one]);
    expect(messages).toEqual([]);
    slackWorks = true;
    await rounds(2, ['staging'], [one]);
    expect(messages).toHaveLength(1);
    slackWorks = false;
    await rounds(1, ['prod', 'staging'], [one]);
    slackWorks = true;
    await rounds(2, ['prod', 'staging'], [one]);
    expect(messages).toHaveLength(2);
  });
});

it('a restart of the workers abandons jobs that hang', { timeout: 60_000 }, async () => {
  const queue = await openQueue(db.bossOptions, { onError: () => {} });
  let hanging = true;
  const begun: string[] = [];
  await queue.work('watch', async ({ target }) => {
    begun.push(target);
    if (hanging) await new Promise(() => {});
  });
  for (const target of ['a', 'b', 'c', 'd']) await queue.askForLook(target);
  await vi.waitFor(() => expect(begun).toHaveLength(3), { timeout: 20_000 });
  hanging = false;
  await queue.restart('watch');
  await vi.waitFor(() => expect(begun).toHaveLength(4), { timeout: 20_000 });
  await queue.stop(1_000);
});

/** Many approvals at once, in one process and in two: each action is sent once. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import { phraseText } from '../../src/runbook/text/phrase.ts';
import { APPROVER, OPERATOR } from '../support/acting.ts';
import { freshPostgres } from '../support/databases.ts';
import { figure } from '../support/figure.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { LONG } from '../support/long.ts';
import { type ActingProcess, startActingProcess } from '../support/start-acting-process.ts';

const ROUNDS = LONG === null ? 50 : 10;
const CLICKS = 25;
/** Each app takes one change at a time, so two apps are raced for side by side. */
const LANES = [
  { target: 'prod', app: 'raxx-api-prod' },
  { target: 'staging', app: 'raxx-api-staging' },
] as const;
const PATIENCE_MS = 20_000;

const SECOND = { ...APPROVER, id: 'U4' };

/** Starts a local world and `count` processes at once, on an empty database. */
async function startRace(count: number, databaseEnv: Readonly<Record<string, string>>) {
  const healthy = loadScenario('healthy');
  const world = buildWorld(healthy, Date.now());
  const local = await startLocalWorld(() => world);
  const env = { ...local.env, ...databaseEnv };
  const processes = Array.from({ length: count }, () => startActingProcess(env));
  await Promise.all(processes.map((one) => one.open()));
  const writes = (app: string) =>
    local.outside.heroku.arrived.filter(
      ({ method, path }) => method === 'PATCH' && path === `/apps/${app}/formation`,
    );
  return {
    processes,
    writes,
    async close() {
      await Promise.all(processes.map((one) => one.stop()));
      await local.close();
    },
  };
}

/** The process whose turn it is: there is always one. */
function turn(processes: readonly ActingProcess[], index: number): ActingProcess {
  const one = processes[index % processes.length];
  if (!one) throw new Error('no process');
  return one;
}

async function ended(process: ActingProcess, id: string) {
  const patience = Date.now() + PATIENCE_MS;
  for (;;) {
    const action = await process.find(id);
    if (!['proposed', 'approved', 'executing'].includes(action.state)) return action;
    if (Date.now() > patience) throw new Error(`it came to no end: ${JSON.stringify(action)}`);
    await sleep(20);
  }
}

async function race({ processes, writes }: Awaited<ReturnType<typeof startRace>>) {
  const told = { approved: 0, refused: 0 };
  await Promise.all(
    LANES.map(async ({ target, app }) => {
      for (let round = 1; round <= ROUNDS / LANES.length; round += 1) {
        const kind = round % 2 === 1 ? 'stop' : 'restore';
        const { id } = await turn(processes, round).propose(kind, { ...OPERATOR, id: `U1${round}` }, target);
        const answers = await Promise.all(
          Array.from({ length: CLICKS }, (_, click) =>
            // Both people click in both processes.
            turn(processes, click).approve(id, Math.floor(click / 2) % 2 === 0 ? APPROVER : SECOND),
          ),
        );
        told.approved += answers.filter((one) => one.ok && one.complete).length;
        told.refused += answers.filter(
          (one) => !one.ok && /already|faster/i.test(phraseText(one.words)),
        ).length;
        const action = await ended(turn(processes, round), id);
        expect(action).toMatchObject({ state: 'succeeded', approvals: [{}] });
        expect(writes(app)).toHaveLength(round);
      }
    }),
  );
  const executed = await Promise.all(processes.map((one) => one.executed()));
  const sent = LANES.flatMap(({ app }) => writes(app)).length;
  expect(told).toEqual({ approved: ROUNDS, refused: ROUNDS * (CLICKS - 1) });
  expect(sent).toBe(ROUNDS);
  expect(await turn(processes, 0).faults()).toEqual([]);
  return { sent, executed };
}

const SERVER = process.env.TEST_DATABASE_URL;

describe('25 simultaneous approvals by two people', () => {
  it('send each action once in one process on the embedded database', { timeout: 90_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'raxx-race-'));
    const racing = await startRace(1, { RAXX_DATA_DIR: directory });
    const { sent } = await race(racing);
    figure(`race: embedded processes=1 rounds=${ROUNDS} clicks=${ROUNDS * CLICKS} writes=${sent}`);
    await racing.close();
    rmSync(directory, { recursive: true });
  });

  describe.skipIf(!SERVER)(SERVER ? 'on PostgreSQL' : 'TEST_DATABASE_URL names no server', () => {
    it('send each action once in two processes with six connections each', { timeout: 90_000 }, async () => {
      const url = await freshPostgres();
      const counting = await countConnections(url);
      const racing = await startRace(2, { DATABASE_URL: url });
      const { sent, executed } = await race(racing);
      const most = await counting.stop();
      figure(
        `race: PostgreSQL processes=2 rounds=${ROUNDS} clicks=${ROUNDS * CLICKS} writes=${sent} carried_out_by_each=${executed.join('+')} most_connections=${most}`,
      );
      expect(Math.min(...executed)).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(12);
      await racing.close();
    });
  });
});

/** Counts the connections to the database, again and again. */
async function countConnections(url: string) {
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  const name = new URL(url).pathname.slice(1);
  let most = 0;
  let over = false;
  const counting = (async () => {
    while (!over) {
      const { rows } = await client.query(
        "select count(*)::int as count from pg_stat_activity where datname = $1 and backend_type = 'client backend'",
        [name],
      );
      most = Math.max(most, rows[0].count);
      await sleep(20);
    }
  })();
  return {
    async stop() {
      over = true;
      await counting;
      await client.end();
      return most;
    },
  };
}

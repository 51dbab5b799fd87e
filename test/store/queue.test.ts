/** The queue: a job that throws is reported, and each job is done by a process that names its target. */
import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Db } from '../../src/store/database/db.ts';
import { handOver } from '../../src/store/hand-over.ts';
import { type FailedJob, openQueue } from '../../src/store/queue.ts';
import { DATABASES, openMigrated } from '../support/databases.ts';

let db: Db;
beforeAll(async () => {
  db = await openMigrated();
});
afterAll(() => db.close());

it('reports a job that throws each time, with its name, its id and its cause', {
  timeout: 60_000,
}, async () => {
  const failed: FailedJob[] = [];
  const queue = await openQueue(db.bossOptions, {
    onError: () => {},
    onFailed: (job) => void failed.push(job),
  });
  const fault = new TypeError('a fault of ours');
  await queue.work('watch', () => Promise.reject(fault));
  await queue.work('page', async () => {
    throw fault;
  });
  await queue.askForLook('prod');
  await db.tx((sql) => queue.enqueue(sql, 'page', { incidentId: 'i1' }, 'prod'));
  await vi.waitFor(
    () => {
      const watch = failed.filter(({ name }) => name === 'watch');
      const page = failed.filter(({ name }) => name === 'page');
      expect(watch).toHaveLength(1);
      // A page job is retried.
      expect(page.length).toBeGreaterThan(1);
      expect(new Set(page.map(({ id }) => id)).size).toBe(1);
      for (const { id, error } of failed) {
        expect(id).toMatch(/^[0-9a-f-]{36}$/);
        expect(error).toBe(fault);
      }
    },
    { timeout: 40_000, interval: 200 },
  );
  await queue.stop(1_000);
});

it('leaves a job to a process that names its target, and loses none', {
  timeout: 60_000,
}, async () => {
  const done: string[] = [];
  const start = async (who: string, targets: readonly string[]) => {
    const queue = await openQueue(db.bossOptions, { onError: () => {}, targets });
    await queue.work('execute', async ({ actionId }) => void done.push(`${who} execute ${actionId}`));
    await queue.work('watch', async ({ target }) => void done.push(`${who} watch ${target}`));
    await queue.takeHandedOver();
    return queue;
  };
  const foreign = await start('foreign', ['billing']);
  const ids = Array.from({ length: 12 }, (_, index) => `a${index}`);
  for (const id of ids) await db.tx((sql) => foreign.enqueue(sql, 'execute', { actionId: id }, 'api'));
  await foreign.askForLook('api');
  await db.tx((sql) => foreign.enqueue(sql, 'execute', { actionId: 'b' }, 'billing'));
  // It has seen all of them, and done its own.
  await vi.waitFor(() => expect(done).toEqual(['foreign execute b']), { timeout: 20_000, interval: 200 });
  const ours = await start('ours', ['api', 'billing']);
  const wanted = [...ids.map((id) => `ours execute ${id}`), 'ours watch api'];
  await vi.waitFor(() => expect(done).toEqual(expect.arrayContaining(wanted)), {
    timeout: 40_000,
    interval: 200,
  });
  expect(done).toHaveLength(wanted.length + 1);
  await ours.stop(1_000);
  await foreign.stop(1_000);
});

it('marks only the look that a webhook asks for as a hint, so that the budget of hints counts no other', {
  timeout: 30_000,
}, async () => {
  const looks: unknown[] = [];
  const queue = await openQueue(db.bossOptions, { onError: () => {} });
  await queue.work('watch', async (job) => void looks.push(job));
  await queue.askForLook('prod');
  await queue.askForLook('prod', 'hint');
  await vi.waitFor(() => expect(looks).toHaveLength(2), { timeout: 20_000, interval: 100 });
  expect(looks).toEqual(expect.arrayContaining([{ target: 'prod' }, { target: 'prod', why: 'hint' }]));
  await queue.stop(1_000);
});

it('verifies the actions of a target sooner, but not within two seconds of the last verification', {
  timeout: 30_000,
}, async () => {
  const verified: { readonly id: string; readonly at: number }[] = [];
  const queue = await openQueue(db.bossOptions, { onError: () => {} });
  await queue.work('verify', async ({ actionId }) => void verified.push({ id: actionId, at: Date.now() }));
  const begin = Date.now();
  const enqueue = (actionId: string, target: string, inMs: number) =>
    db.tx((sql) => queue.enqueue(sql, 'verify', { actionId }, target, begin + inMs));
  await enqueue('hinted', 'hinted-app', 3_600_000);
  await enqueue('other', 'other-app', 3_600_000);
  for (let count = 0; count < 5; count += 1) await queue.verifySooner('hinted-app');
  await vi.waitFor(() => expect(verified).not.toEqual([]), { timeout: 20_000, interval: 100 });
  const [first] = verified;
  expect((first?.at ?? 0) - begin).toBeGreaterThanOrEqual(1_900);
  await enqueue('due', 'hinted-app', 0);
  await queue.verifySooner('hinted-app');
  await vi.waitFor(() => expect(verified).toHaveLength(2), { timeout: 20_000, interval: 100 });
  expect(verified.map(({ id }) => id)).toEqual(['hinted', 'due']);
  await queue.stop(1_000);
});

it('hands a job over once, even when it has to try again', { timeout: 30_000 }, async () => {
  const queue = await openQueue(db.bossOptions, { onError: () => {} });
  const boss = new PgBoss({
    ...db.bossOptions,
    schema: 'queue',
    migrate: false,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => {});
  await boss.start();
  const job = { id: randomUUID(), data: { target: 'far', actionId: 'once' } };
  await handOver(boss, 'draw', job, 'far', 60_000);
  await handOver(boss, 'draw', job, 'far', 60_000);
  const rows = await db.sql(`select id from queue.job where name = 'for/far'`);
  expect(rows).toEqual([{ id: job.id }]);
  await boss.stop({ graceful: false });
  await queue.stop(1_000);
});

// The embedded database runs in this process and shares its clock.
const [, postgres] = DATABASES;
it.skipIf(!postgres || postgres.skip !== null)(
  'counts the time for which it leaves a job to others on the clock of PostgreSQL',
  { timeout: 30_000 },
  async () => {
    const server = await postgres?.open();
    if (!server) throw new Error('there is no PostgreSQL');
    const queue = await openQueue(server.bossOptions, { onError: () => {} });
    const options = { schema: 'queue', migrate: false, supervise: false, schedule: false };
    const boss = new PgBoss({ ...server.bossOptions, ...options });
    boss.on('error', () => {});
    await boss.start();
    const job = { id: randomUUID(), data: { target: 'far', hasEnded: true } } as const;
    // The clock of this machine is an hour ahead.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    await handOver(boss, 'draw', job, 'far', 60_000).finally(() => vi.useRealTimers());
    const [row] = await server.sql(
      `select extract(epoch from start_after - now())::float8 as seconds from queue.job
       where name = 'draw' and data->>'handedOver' = $1`,
      [job.id],
    );
    expect(Number(row?.seconds)).toBeGreaterThan(50);
    expect(Number(row?.seconds)).toBeLessThanOrEqual(60);
    await boss.stop({ graceful: false });
    await queue.stop(1_000);
    await server.close();
  },
);

it('lets any process draw the card of an ended action whose target no process names', {
  timeout: 60_000,
}, async () => {
  const done: string[] = [];
  const start = async (who: string, targets: readonly string[]) => {
    const queue = await openQueue(db.bossOptions, { onError: () => {}, targets, unclaimedMs: 2_000 });
    await queue.work('draw', async ({ actionId }) => void done.push(`${who} draws ${actionId}`));
    await queue.takeHandedOver();
    return queue;
  };
  const foreign = await start('foreign', ['shop']);
  const draw = (actionId: string, hasEnded: boolean) =>
    db.tx((sql) => foreign.enqueue(sql, 'draw', { actionId, ...(hasEnded ? { hasEnded } : {}) }, 'renamed'));
  await draw('ended', true);
  await draw('open', false);
  await vi.waitFor(() => expect(done).toEqual(['foreign draws ended']), { timeout: 20_000, interval: 200 });
  // A process that names it takes what is left, and what it takes is not drawn twice.
  const ours = await start('ours', ['renamed']);
  await draw('ended too', true);
  const all = ['foreign draws ended', 'ours draws ended too', 'ours draws open'];
  await vi.waitFor(() => expect(done.toSorted()).toEqual(all), { timeout: 20_000, interval: 200 });
  await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 20_000, interval: 200 });
  expect(done.toSorted()).toEqual(all);
  await ours.stop(1_000);
  await foreign.stop(1_000);

  async function waiting(): Promise<number> {
    const [row] = await db.sql(
      `select count(*)::int as jobs from queue.job
       where state in ('created', 'retry', 'active') and data::text like '%actionId%' and data->>'target' = 'renamed'`,
    );
    return Number(row?.jobs);
  }
});

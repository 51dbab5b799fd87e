/** A process is killed at every change of every kind of action: the next one finishes the action truthfully, and nothing is sent twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect as always, describe, type ExpectStatic, it } from 'vitest';
import { reviewGate } from '../../sandbox/github/live-runs.ts';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { actionSpec } from '../../src/runbook/actions/kinds/index.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { APPROVER, OPERATOR } from '../support/acting.ts';
import { freshPostgres } from '../support/databases.ts';
import { figure } from '../support/figure.ts';
import { KINDS } from '../support/kinds.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { LONG } from '../support/long.ts';
import { type ActingProcess, type Death, startActingProcess } from '../support/start-acting-process.ts';

/** `under_way`: while the other side has the request and has not answered. */
type Point = Death | 'under_way';

const before = (event: string): Death => ({ event, when: 'before' });
const after = (event: string): Death => ({ event, when: 'after' });

const SENDING: readonly Point[] = [
  after('proposed'),
  after('approved'),
  before('executing'),
  after('executing'),
  'under_way',
  after('write'),
  after('sent'),
];
const ENDING: readonly Point[] = [before('succeeded'), after('succeeded')];
const WATCHING: readonly Point[] = [before('held'), after('held')];
const STAGES = ['queued', 'checking', 'at_gate', 'deploying', 'run_succeeded'];

function pointsOf(kind: ActionKind): readonly Point[] {
  const stages = kind === 'deploy' ? STAGES.flatMap((stage) => [before(stage), after(stage)]) : [];
  return [...SENDING, ...stages, ...ENDING, ...(actionSpec(kind).aftercare ? WATCHING : [])];
}

const nameOf = (point: Point) => (point === 'under_way' ? point : `${point.when} ${point.event}`);

/** Longer than the timeout of any write, than any verification, and than any watch after a success. */
const [WRITE_OVER, LOOKED_ENOUGH, WATCHED] = [26_000, 330_000, 1_200_000];
/** Looks at the row between two recoveries. */
const RECOVER_EVERY = 6;
const PATIENCE_MS = 90_000;
const LOOKED_AT_MS = 6_000;
/** Longer than a test takes, so that nothing continues by itself. */
const STANDS_STILL_S = 1_000;

const slowest = { ms: 0, at: '' };
const counted = { kills: 0, writes: 0, twice: 0, unconfirmed: 0, untrue: 0 };

/** Worlds, databases and processes of one chain: each process takes up what the last one left, and dies at the next point. */
async function startChain(databaseEnv: Readonly<Record<string, string>>) {
  let world: World;
  let plays = 0;
  play('healthy');
  const local = await startLocalWorld(() => world);
  const env = { ...local.env, ...databaseEnv, NODE_COMPILE_CACHE: join(tmpdir(), 'raxx-compile-cache') };
  const { heroku, github } = local.outside;
  let living = startActingProcess(env);
  let next = startActingProcess(env);
  await living.open();

  function play(id: string): void {
    const scenario = loadScenario(id);
    world = buildWorld(scenario, Date.now());
    world.github.deploys = { ...world.github.deploys, phase: 0, hiddenFor: 0 };
    // GitHub never reuses an id: in each world the next run has a higher one.
    plays += 1;
    const [any] = world.github.runs;
    if (any) world.github.runs.push({ ...any, id: 20_000 + plays * 10, workflow: 'pr-preview.yml' });
  }

  const writes = () =>
    [...heroku.arrived, ...github.arrived]
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);

  /** A run stops at `stage`; null lets it continue. */
  function holdRun(stage: string | null): void {
    world.github.deploys.phase = stage === null ? 0 : STANDS_STILL_S;
    const run = world.github.runs.findLast(({ live }) => live);
    if (!run?.live) return;
    const phases = { queued: 0, checking: 1.5 }[stage ?? ''] ?? 2.5;
    if (stage !== null && run.live.passedAt === null)
      run.live.begunAt = Date.now() - phases * STANDS_STILL_S * 1000;
    if (stage !== 'at_gate') reviewGate(world, run.id, 'approved', 'Kristerpher', Date.now());
  }

  async function killAt(kind: ActionKind, point: Point): Promise<void> {
    const faults = (['heroku', 'github'] as const).flatMap((service) =>
      ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ service, method, play: { delayMs: 300 } })),
    );
    if (point === 'under_way') world.faults.push(...faults);
    else await living.dieAt(point);
    const stage = point !== 'under_way' && STAGES.includes(point.event) ? point.event : null;
    holdRun(stage === 'run_succeeded' ? null : stage);
    let id = '';
    const acted = living
      .propose(kind, OPERATOR)
      .then((action) => {
        id = action.id;
        return living.approve(id, APPROVER);
      })
      .then(({ ok }) => always(ok).toBe(true));
    // Its death is the reply to its last order.
    acted.catch(() => undefined);
    const patience = Date.now() + PATIENCE_MS;
    for (let watching = false; !living.isDead(); await sleep(10)) {
      if (point === 'under_way' && writes().length > 0) living.kill();
      if (kind === 'deploy') holdRun(stage === 'run_succeeded' ? null : stage);
      if (point !== 'under_way' && point.event === 'held' && !watching) {
        const action = id === '' ? null : await living.find(id).catch(() => null);
        watching = action?.state === 'succeeded';
        if (watching) await living.setAhead(WATCHED);
      }
      if (Date.now() > patience) throw new Error(`it did not die ${nameOf(point)}`);
    }
    always(await living.died).toBe('SIGKILL');
    world.faults = world.faults.filter((one) => !faults.some((ours) => ours === one));
    holdRun(null);
  }

  /** What a process does after its start, without the hours that it would take. */
  async function bringToEnd(process: ActingProcess, kind: ActionKind): Promise<Action> {
    const begun = Date.now();
    const patience = begun + PATIENCE_MS;
    let ahead = WRITE_OVER;
    let round = 0;
    const isEnd = ({ state, watchUntil, aftermath }: Action) =>
      !['proposed', 'approved', 'executing'].includes(state) && (watchUntil === null || aftermath !== null);
    for (;;) {
      const action = await process.newest();
      if (isEnd(action)) return action;
      if (action.state === 'proposed') await process.approve(action.id, APPROVER);
      // A process that noted a missing answer checks by itself from then on; otherwise nothing does until the time is up.
      const isLookedAt = action.progress.answered === false && Date.now() - begun < LOOKED_AT_MS;
      const isTakenUp = action.progress.answered !== undefined && !isLookedAt;
      const wanted = action.state === 'succeeded' ? WATCHED : isTakenUp ? LOOKED_ENOUGH : WRITE_OVER;
      if (wanted > ahead) {
        ahead = wanted;
        await process.setAhead(ahead);
        round = 0;
      }
      if (round % RECOVER_EVERY === 0) await process.recover();
      round += 1;
      if (kind === 'deploy') holdRun(null);
      if (Date.now() > patience) throw new Error(`it came to no end: ${JSON.stringify(action)}`);
      await sleep(50);
    }
  }

  return {
    async kill(kind: ActionKind, point: Point) {
      const { scenario, isDone } = KINDS[kind];
      play(scenario);
      heroku.arrived.length = 0;
      github.arrived.length = 0;
      await killAt(kind, point);
      const begun = performance.now();
      living = next;
      await living.setAhead(WRITE_OVER);
      await living.open();
      next = startActingProcess(env);
      const action = await bringToEnd(living, kind);
      const ms = performance.now() - begun;
      await living.setAhead(0);
      return { action, writes: writes(), isDone: isDone(world), ms };
    },
    faults: () => living.faults(),
    async close() {
      await Promise.all([living.stop(), next.stop()]);
      await local.close();
    },
  };
}

type Chain = Awaited<ReturnType<typeof startChain>>;

/** From the last point to the first, so that what the next process sends itself, with its clock ahead, comes last. */
async function proveAll(
  chain: Chain,
  kind: ActionKind,
  expect: ExpectStatic,
  points = pointsOf(kind),
): Promise<void> {
  for (const point of points.toReversed()) {
    const { action, writes, isDone, ms } = await chain.kill(kind, point);
    const what = `${kind} killed ${nameOf(point)}: ${action.state} (${action.outcome?.words}), ${writes.join(', ')}`;
    counted.kills += 1;
    counted.writes += writes.length;
    if (ms > slowest.ms) Object.assign(slowest, { ms, at: `${kind} ${nameOf(point)}` });
    if (new Set(writes).size !== writes.length) counted.twice += 1;
    // `unconfirmed` only says that it was not seen: never false, but expected only where something may have been sent.
    if (action.state !== 'unconfirmed' && (action.state === 'succeeded') !== isDone) counted.untrue += 1;
    if (action.state === 'unconfirmed') counted.unconfirmed += 1;
    expect.soft(new Set(writes).size, what).toBe(writes.length);
    expect.soft(writes.length, what).toBeLessThanOrEqual(KINDS[kind].requests);
    expect.soft(action.kind, what).toBe(kind);
    expect.soft(action.state === 'succeeded', what).toBe(isDone);
    expect.soft(['succeeded', 'unconfirmed'], what).toContain(action.state);
    // Surely not sent, or verified: only what may have been sent is left unconfirmed.
    const mayBeUnconfirmed = nameOf(point) === 'after executing' || KINDS[kind].requests > 1;
    if (!mayBeUnconfirmed) expect.soft(action.state, what).toBe('succeeded');
    expect.soft(action.aftermath?.kind, what).not.toBe('turned_bad');
    expect
      .soft(action.trail.filter(({ event }) => event === 'executing').length, what)
      .toBeLessThanOrEqual(1);
  }
  expect(await chain.faults()).toEqual([]);
}

async function onChain(
  databaseEnv: Readonly<Record<string, string>>,
  prove: (chain: Chain) => Promise<void>,
): Promise<void> {
  const chain = await startChain(databaseEnv);
  try {
    await prove(chain);
  } finally {
    await chain.close();
  }
}

const kinds = Object.keys(KINDS) as ActionKind[];
const SERVER = process.env.TEST_DATABASE_URL;

describe.skipIf(!SERVER)(SERVER ? 'on PostgreSQL' : 'TEST_DATABASE_URL names no server', () => {
  it.concurrent.for(kinds)('%s, killed at every change', { timeout: 480_000 }, async (kind, { expect }) => {
    await onChain({ DATABASE_URL: await freshPostgres() }, (chain) => proveAll(chain, kind, expect));
  });
});

describe.skipIf(LONG !== null)(LONG ?? 'on the embedded database', () => {
  // Each start of the embedded database takes a second or two: only the changes with the most at stake.
  it.concurrent('a stop, killed around its write', { timeout: 480_000 }, async ({ expect }) => {
    const directory = mkdtempSync(join(tmpdir(), 'raxx-killed-'));
    await onChain({ RAXX_DATA_DIR: directory }, (chain) => proveAll(chain, 'stop', expect, SENDING.slice(1)));
    rmSync(directory, { recursive: true });
  });
});

afterAll(() => {
  const { kills, writes, twice, unconfirmed, untrue } = counted;
  figure(
    `kill: kills=${kills} kinds=${SERVER ? kinds.length : 1} writes=${writes} sent_twice=${twice} unconfirmed=${unconfirmed} untrue_ends=${untrue} slowest=${Math.round(slowest.ms)}ms (${slowest.at})`,
  );
});

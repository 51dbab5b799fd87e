/** Actions on a local GitHub and Heroku, which a test can change and which record every request. */
import { reviewGate } from '../../sandbox/github/live-runs.ts';
import type { RunState } from '../../sandbox/github/state.ts';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import { stableSha } from '../../sandbox/stable-id.ts';
import type { Fault, World } from '../../sandbox/world.ts';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { type ActionContext, APPROVER, startActing } from './acting.ts';
import { openMigrated } from './databases.ts';
import { startLocalWorld } from './local-readings.ts';

export type LocalActing = Awaited<ReturnType<typeof startLocalActing>>;

/** Runs pass through their phases immediately and are listed immediately, unless a test slows them down. */
export async function startLocalActing() {
  let world = worldOf('healthy');
  const local = await startLocalWorld(() => world);
  const db = await openMigrated();
  let context: ActionContext = startActing(db, local.env);

  /** All requests that change something, oldest first. */
  const writes = () =>
    [...local.outside.github.arrived, ...local.outside.heroku.arrived]
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/log-sessions'))
      .map(({ method, path, body }) => `${method} ${path}${body === '' ? '' : ` ${body}`}`);

  /** Works through the jobs every 5 s of simulated time until the condition holds. */
  async function follow(id: string, until: (action: Action) => boolean): Promise<Action> {
    for (let round = 0; round < 100; round += 1) {
      await context.work();
      const action = await context.find(id);
      if (until(action)) return action;
      context.pass(5_000);
    }
    throw new Error(`it got no further than ${JSON.stringify(await context.find(id))}`);
  }

  return {
    get world(): World {
      return world;
    },
    get context(): ActionContext {
      return context;
    },
    db,
    env: local.env,
    arrived: local.outside,
    writes,
    follow,

    /** Starts over with a fresh world and an empty ledger. */
    async reset(scenario = 'healthy', faults: Fault[] = []): Promise<void> {
      world = worldOf(scenario);
      world.faults.push(...faults);
      for (const table of ['approvals', 'saved_formations', 'actions']) await db.sql(`delete from ${table}`);
      local.outside.github.arrived.length = 0;
      local.outside.heroku.arrived.length = 0;
      context = startActing(db, local.env);
    },

    /** Starts another process on the same ledger. The jobs of the earlier process are gone. */
    restart(
      change?: (facts: Facts) => Facts,
      beforeWrite?: () => void,
      actionStore?: ActionStore,
    ): ActionContext {
      context = startActing(db, local.env, change, beforeWrite, actionStore);
      return context;
    },

    /** Proposes and approves; sends nothing yet. */
    async approve(...asked: Parameters<ActionContext['propose']>): Promise<Action> {
      const proposed = await context.propose(...asked);
      const decided = await context.actionService.approve(proposed.id, APPROVER);
      if (!decided.ok) throw new Error(decided.words);
      return proposed;
    },

    ended: (id: string) => follow(id, ({ endedAt }) => endedAt !== null),
    reached: (id: string, stage: string) => follow(id, ({ progress }) => progress.stage === stage),
    /** Resolves at the end of its aftercare. */
    watched: (id: string) => follow(id, ({ aftermath }) => aftermath !== null),

    /** The newest run that was dispatched here. */
    run(): RunState {
      const run = world.github.runs.findLast(({ live }) => live !== undefined);
      if (!run) throw new Error('nothing was dispatched');
      return run;
    },

    letThrough(state: 'approved' | 'rejected' = 'approved'): void {
      const run = world.github.runs.findLast(({ live }) => live !== undefined);
      if (!run || !reviewGate(world, run.id, state, 'Kristerpher', Date.now()))
        throw new Error('no run waits at the gate');
    },

    /** A new commit on the branch; its SHA. */
    push(branch = 'main', title = 'Nobody approved this'): string {
      const sha = stableSha(`commit ${title}`);
      const found = world.github.branches.find(({ name }) => name === branch);
      found?.commits.unshift({ sha, title, author: 'kris', age: age() });
      return sha;
    },

    prod() {
      const app = world.heroku.apps['raxx-api-prod'];
      if (!app) throw new Error('no prod');
      return app;
    },
    age,

    async close(): Promise<void> {
      await db.close();
      await local.close();
    },
  };

  /** The age of what happens now, as the simulators count it. */
  function age(): number {
    return (world.start - Date.now()) / 1000;
  }
}

function worldOf(id: string): World {
  const scenario = loadScenario(id);
  const world = buildWorld(scenario, Date.now());
  world.github.deploys = { ...world.github.deploys, phase: 0, hiddenFor: 0 };
  return world;
}

/** The commit that a deploy acts on. */
export function shaOf(params: Action['params']): string {
  if (!('sha' in params)) throw new Error('this is no deploy');
  return params.sha;
}

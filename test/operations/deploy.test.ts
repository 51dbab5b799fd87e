/** A deploy from the asking to its end, on a local GitHub and Heroku: what reaches them is counted. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reviewGate } from '../../sandbox/github/live-runs.ts';
import { buildWorld, loadScenarios } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { type Db, openMemory } from '../../src/store/db.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type Acting, APPROVER, startActing } from '../support/acting.ts';
import { startLocalWorld } from '../support/local-readings.ts';

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let db: Db;
let acting: Acting;

function play(id: string): void {
  const scenario = loadScenarios().find((one) => one.id === id);
  if (!scenario) throw new Error(`no scenario ${id}`);
  world = buildWorld(scenario, Date.now());
  world.github.deploys = { ...world.github.deploys, phase: 0, hiddenFor: 0 };
}

beforeAll(async () => {
  play('healthy');
  local = await startLocalWorld(() => world);
  db = await openMemory();
  await migrate(db);
});
afterAll(async () => {
  await db.close();
  await local.close();
});
beforeEach(async () => {
  play('healthy');
  await db.sql('delete from approvals');
  await db.sql('delete from actions');
  local.outside.github.arrived.length = 0;
  acting = startActing(db, local.env);
});

const writes = () =>
  local.outside.github.arrived
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, body }) => `${method} ${path}${body === '' ? '' : ` ${body}`}`);

/** Looks again and again, as time goes by, until nothing is left to be looked for. */
async function follow(id: string, until: (stage: unknown, state: string) => boolean) {
  for (let round = 0; round < 40; round += 1) {
    await acting.work();
    const action = await acting.find(id);
    if (until(action.progress.stage, action.state)) return action;
    acting.pass(5_000);
  }
  throw new Error(`it got no further than ${JSON.stringify(await acting.find(id))}`);
}

describe('a deploy', () => {
  it('ships what was approved: one dispatch, the gate, the release', async () => {
    const proposed = await acting.propose('deploy');
    expect(proposed.plan.title).toMatch(/^Deploy [0-9a-f]{8} \(main\) to raxx-api-prod$/);
    await acting.acts.approve(proposed.id, APPROVER);
    const waiting = await follow(proposed.id, (stage) => stage === 'at_gate');
    expect(waiting.progress).toMatchObject({
      words: 'The run waits at the required-reviewer gate.',
      link: { text: 'Approve it on GitHub' },
    });
    expect(reviewGate(world, Number(waiting.progress.runId), 'approved', 'Kristerpher', Date.now())).toBe(
      true,
    );
    const ended = await follow(proposed.id, (_stage, state) => state !== 'executing');
    expect(ended).toMatchObject({ state: 'succeeded' });
    expect(ended.outcome?.words).toMatch(
      /^v100 runs [0-9a-f]{8}; web\.1 up; the health URL answers HTTP 200/,
    );
    expect(writes()).toEqual([
      'POST /repos/raxx-app/TradeMasterAPI/actions/workflows/deploy-heroku.yml/dispatches {"ref":"main","inputs":{"environment":"production"},"return_run_details":true}',
    ]);
  });
});

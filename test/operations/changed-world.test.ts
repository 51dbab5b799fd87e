/** A world that changed after the proposal: what was approved is not sent. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import type { Db } from '../../src/store/database/db.ts';
import { type ActionContext, APPROVER, startActing } from '../support/acting.ts';
import { openMigrated } from '../support/databases.ts';
import { KINDS } from '../support/kinds.ts';
import { startLocalWorld } from '../support/local-readings.ts';

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let db: Db;
let context: ActionContext;

function play(id: string): void {
  const scenario = loadScenario(id);
  world = buildWorld(scenario, Date.now());
}

beforeAll(async () => {
  play('healthy');
  local = await startLocalWorld(() => world);
  db = await openMigrated();
});
afterAll(async () => {
  await db.close();
  await local.close();
});
beforeEach(async () => {
  await db.sql('delete from approvals');
  await db.sql('delete from saved_formations');
  await db.sql('delete from actions');
  local.outside.heroku.arrived.length = 0;
  context = startActing(db, local.env);
});

function prod() {
  const app = world.heroku.apps['raxx-api-prod'];
  if (!app) throw new Error('no prod');
  return app;
}

const scaleTo = (quantity: number) => () => void Object.assign(prod().formation[0] ?? {}, { quantity });
const resizeTo = (size: string) => () => void Object.assign(prod().formation[0] ?? {}, { size });
const removeType = () => void prod().formation.splice(0);
function release(): void {
  const last = prod().releases.at(-1);
  if (!last) throw new Error('no release');
  prod().releases.push({
    ...last,
    version: last.version + 1,
    description: 'Deploy 1234567',
    slug: 'new',
    age: -1,
  });
}
const unseen = (path: string) => () =>
  void world.faults.push({ service: 'heroku', method: 'GET', path, play: { status: 503 } });

const CHANGES: readonly (readonly [kind: ActionKind, what: string, change: () => void, words: string])[] = [
  ['stop', 'another quantity', scaleTo(3), 'is 3 × Basic now'],
  ['stop', 'another size', resizeTo('Standard-1X'), 'is 1 × Standard-1X now'],
  ['stop', 'stopped by hand', scaleTo(0), 'is 0 × Basic now'],
  ['stop', 'the process type is gone', removeType, 'is gone now'],
  ['stop', 'the formation is not seen', unseen('/formation$'), "couldn't read"],
  ['restore', 'started by hand', scaleTo(1), 'it is 1 × Basic now'],
  ['restore', 'another size', resizeTo('Standard-1X'), 'it is 0 × Standard-1X now'],
  ['restore', 'the process type is gone', removeType, 'it is gone now'],
  ['restore', 'a new release', release, 'has been released since this was proposed'],
  ['restore', 'the releases are not seen', unseen('/releases$'), "couldn't read"],
  ['restart', 'stopped by hand', scaleTo(0), 'has been scaled to 0'],
  ['restart', 'the process type is gone', removeType, 'has been scaled to 0'],
  ['restart', 'the dynos are not seen', unseen('/dynos$'), "couldn't read"],
  ['rollback', 'a new release', release, 'is running now'],
  ['rollback', 'the releases are not seen', unseen('/releases$'), "couldn't read"],
  ['rollback', 'the dynos are not seen', unseen('/dynos$'), "couldn't read"],
  ['boot_timeout', 'a new release', release, 'is running now'],
  ['boot_timeout', 'the releases are not seen', unseen('/releases$'), "couldn't read"],
  ['boot_timeout', 'the dynos are not seen', unseen('/dynos$'), "couldn't read"],
  ['resize', 'another size', resizeTo('Performance-M'), 'it is 1 × Performance-M now'],
  ['resize', 'another quantity', scaleTo(2), 'it is 2 × Basic now'],
  ['resize', 'stopped by hand', scaleTo(0), 'it is 0 × Basic now'],
  ['resize', 'the formation is not seen', unseen('/formation$'), "couldn't read"],
];

/** Only where the planned command is still right, or the current world could not be seen; otherwise it would do harm. */
const fitsByHand = (kind: ActionKind, words: string) =>
  words === "couldn't read" || (kind === 'stop' && /is [1-9] ×/.test(words));

describe.each(['proposal and approval', 'approval and write'])('a change between %s supersedes', (moment) => {
  it.each(CHANGES)('a %s (%s)', async (kind, _what, change, words) => {
    play(KINDS[kind].scenario);
    const { id, plan } = await context.propose(kind);
    if (moment === 'proposal and approval') change();
    await context.actionService.approve(id, APPROVER);
    if (moment === 'approval and write') change();
    await context.work();
    const { state, outcome, sentAt } = await context.find(id);
    expect({ state, sentAt }).toEqual({ state: 'superseded', sentAt: null });
    expect(outcome?.words).toMatch(/^Not sent\. It no longer applies: .* Propose it again\.$/);
    expect(outcome).toMatchObject({
      words: expect.stringContaining(words),
      next: [kind],
      manualCommand: fitsByHand(kind, words) ? plan.byHand : null,
    });
    expect(local.outside.heroku.arrived.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});

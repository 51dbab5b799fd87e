/** Every fault of Heroku, on the write and on the looks: the action ends in its true state after one request. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { Fault, World } from '../../sandbox/world.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import type { Db } from '../../src/store/database/db.ts';
import { APPROVER, startActing } from '../support/acting.ts';
import { openMigrated } from '../support/databases.ts';
import { figure } from '../support/figure.ts';
import { KINDS } from '../support/kinds.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { LONG } from '../support/long.ts';

const HEROKU_KINDS = ['stop', 'restore', 'restart', 'rollback', 'resize', 'boot_timeout'] as const;
type Play = Fault['play'];

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let db: Db;
const counted = { actions: 0, requests: 0, untrue: 0 };

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
  const { actions, requests, untrue } = counted;
  figure(`faults: heroku actions=${actions} requests=${requests} untrue_ends=${untrue}`);
});

interface Misfortune {
  /** Null when the write succeeds. */
  readonly onWrite: Play | null;
  readonly onLooks: readonly Fault[];
}

/** Approves one action, lets it go wrong, and looks until it has ended; only our clock moves. */
async function carryOut(kind: ActionKind, { onWrite, onLooks }: Misfortune) {
  play(KINDS[kind].scenario);
  await db.sql('delete from approvals');
  await db.sql('delete from saved_formations');
  await db.sql('delete from actions');
  const { arrived } = local.outside.heroku;
  arrived.length = 0;
  const context = startActing(db, local.env);
  const { id } = await context.propose(kind);
  await context.actionService.approve(id, APPROVER);
  const writing = ['POST', 'PATCH', 'DELETE'].map((method) => ({ service: 'heroku' as const, method }));
  if (onWrite) world.faults.push(...writing.map((one) => ({ ...one, play: onWrite })));
  // The looks begin after the write has left.
  await context.actionService.execute(id);
  world.faults.push(...onLooks.map((one) => ({ ...one })));
  let action: Action = await context.find(id);
  for (let look = 0; action.state === 'executing' && look < 200; look += 1) {
    await context.work();
    // A few looks at their normal pace, then the rest of the time at once.
    context.pass(look < 8 ? 2_100 : 60_000);
    action = await context.find(id);
  }
  const requests = arrived.filter(({ method }) => method !== 'GET').length;
  counted.actions += 1;
  counted.requests += requests;
  if (action.state === 'executing' || (action.state === 'succeeded' && !KINDS[kind].isDone(world)))
    counted.untrue += 1;
  return { action, requests, isDone: KINDS[kind].isDone(world) };
}

const refused = [400, 401, 403, 404, 422, 429].map((status) => [`${status}`, { status, body: {} }] as const);
const lost: readonly (readonly [string, Play])[] = [
  ['500', { status: 500, body: {} }],
  ['503', { status: 503, body: {} }],
  ['408', { status: 408, body: {} }],
  ['an error page', { html: 502 }],
  ['a reset before it arrived', { reset: true }],
];
const unheard: readonly (readonly [string, Play])[] = [
  ['a reset after it was taken', { resetAfter: true }],
  ['an answer cut short', { truncate: true }],
];

/** Every fault for the emergency stop, and one of each kind for every other change; all faults in the long run. */
const cut = <T>(kind: ActionKind, faults: readonly T[]) =>
  kind === 'stop' || LONG === null ? faults : faults.slice(0, 1);

describe.each(HEROKU_KINDS)('a write of %s', (kind) => {
  it.each(cut(kind, refused))(
    'that is answered with %s fails, and nothing is changed',
    async (_name, onWrite) => {
      const { action, ...rest } = await carryOut(kind, { onWrite, onLooks: [] });
      expect(rest).toEqual({ requests: 1, isDone: false });
      expect(action.state).toBe('failed');
      expect(action.outcome?.words).toMatch(/^Refused: Heroku: .* Nothing was changed\.$/);
      expect(action.outcome?.manualCommand).toMatch(/^heroku /);
    },
  );

  it.each(cut(kind, lost))('that meets %s is unconfirmed, and not sent again', async (_name, onWrite) => {
    const { action, ...rest } = await carryOut(kind, { onWrite, onLooks: [] });
    expect(rest).toEqual({ requests: 1, isDone: false });
    expect(action.state).toBe('unconfirmed');
    expect(action.outcome?.words).toContain('I will not send it again.');
  });

  it.each(cut(kind, unheard))('that meets %s is verified', async (_name, onWrite) => {
    const { action, ...rest } = await carryOut(kind, { onWrite, onLooks: [] });
    expect(rest).toEqual({ requests: 1, isDone: true });
    expect(action.state).toBe('succeeded');
  });
});

it.skipIf(LONG !== null)(
  'a stop that is never answered is looked at after the time-out',
  { timeout: 40_000 },
  async () => {
    const { action, ...rest } = await carryOut('stop', { onWrite: { hang: true }, onLooks: [] });
    expect(rest).toEqual({ requests: 1, isDone: false });
    expect(action.state).toBe('unconfirmed');
  },
);

describe('an action whose looks meet faults', () => {
  const look = fc.record({
    service: fc.constant('heroku' as const),
    method: fc.constant('GET'),
    path: fc.constantFrom('/dynos$', '/formation$', '/releases$', '.'),
    times: fc.integer({ min: 1, max: 4 }),
    play: fc.constantFrom<Play>(
      ...[401, 403, 404, 429, 500, 503].map((status) => ({ status, body: {} })),
      { html: 502 },
      { reset: true },
      { resetAfter: true },
      { truncate: true },
    ),
  });
  const misfortune = fc.record({
    onWrite: fc.constantFrom<Play | null>(
      null,
      ...unheard.map(([, one]) => one),
      ...lost.map(([, one]) => one),
    ),
    onLooks: fc.array(look, { maxLength: 3 }),
  });

  it('ends in its true state after one request', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...HEROKU_KINDS), misfortune, async (kind, given) => {
        const { action, requests, isDone } = await carryOut(kind, given);
        expect(requests).toBe(1);
        expect(action.state).toBe(isDone ? 'succeeded' : 'unconfirmed');
      }),
      { numRuns: LONG === null ? 40 : 6 },
    );
  });

  it.each(LONG === null ? HEROKU_KINDS : (['stop'] as const))(
    '%s is not called done while nothing can be seen',
    async (kind) => {
      const onLooks: Fault[] = [{ service: 'heroku', method: 'GET', play: { status: 503 } }];
      const { action, requests } = await carryOut(kind, { onWrite: null, onLooks });
      expect({ state: action.state, requests }).toEqual({ state: 'unconfirmed', requests: 1 });
    },
  );
});

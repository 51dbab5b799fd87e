/** An action at the terminal, step by step: a clock of its own, no queue, and a ledger that may fail at any point. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { createOutside, createWrite, doableKinds } from '../../src/compose/upstreams.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import {
  createTerminalSession,
  type Done,
  type TerminalSession,
} from '../../src/operations/actions/terminal-session.ts';
import type { ActingStore } from '../../src/operations/ports/action-store.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import type { Db } from '../../src/store/database/db.ts';
import { APPROVER, startActing } from '../support/acting.ts';
import { openMigrated } from '../support/databases.ts';
import { startLocalWorld } from '../support/local-readings.ts';

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let db: Db;
let ahead: number;
let waited: number[];
let interruption: AbortController;

function play(id: string): void {
  const scenario = loadScenario(id);
  world = buildWorld(scenario, Date.now());
}

beforeAll(async () => {
  play('healthy');
  local = await startLocalWorld(() => world);
  db = await openMigrated();
}, 60_000);
afterAll(async () => {
  await db.close();
  await local.close();
});
beforeEach(async () => {
  play('healthy');
  ahead = 0;
  waited = [];
  interruption = new AbortController();
  await db.sql('delete from saved_formations');
  await db.sql('delete from approvals');
  await db.sql('delete from actions');
  local.outside.heroku.arrived.length = 0;
});

const WHO = 'terminal kris@laptop';
const writes = () => local.outside.heroku.arrived.filter(({ method }) => method !== 'GET').length;

function config() {
  const read = readConfig(local.env);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.value;
}

/** `actionStore`: a ledger that may fail; `onWait`: what happens while it waits. */
function terminal(
  actionStore: ActingStore = createActionStore(db, null),
  onWait: () => void = () => {},
): TerminalSession {
  const redactor = createRedactor({ secrets: [] });
  const log = createLog('silent', redactor);
  return createTerminalSession({
    outside: createOutside(config(), log),
    write: createWrite(config(), log),
    facts: config().facts,
    canDo: doableKinds(config()),
    redactor,
    actionStore,
    who: WHO,
    isAlone: false,
    interrupted: interruption.signal,
    now: () => Date.now() + ahead,
    expire: AbortSignal.timeout,
    wait: async (ms) => {
      waited.push(ms);
      ahead += ms;
      onWait();
    },
  });
}

const prod = () => {
  const target = config().facts.targets.find(({ name }) => name === 'prod');
  if (!target) throw new Error('no prod');
  return target;
};

async function draftOf(at: TerminalSession, kind: ActionKind) {
  const planned = await at.plan({ kind, target: prod(), reason: 'it burns' });
  if (!planned.ok) throw new Error(planned.words);
  return planned.draft;
}

async function carryOut(kind: ActionKind, at = terminal()): Promise<Done & { readonly seen: string[] }> {
  const seen: string[] = [];
  const done = await at.act(await draftOf(at, kind), ({ state }: Action) => seen.push(state));
  return { ...done, seen };
}

describe('a change at the terminal', () => {
  it('writes nothing before the name is typed', async () => {
    await draftOf(terminal(), 'stop');
    expect(await createActionStore(db, null).recent(5)).toEqual([]);
  });

  it('goes through the same states as any action, and its audit names the person', async () => {
    const done = await carryOut('stop');
    expect(done).toMatchObject({
      kind: 'ended',
      action: { state: 'succeeded', origin: 'terminal', askedBy: WHO },
    });
    const { trail } = (done as Extract<Done, { kind: 'ended' }>).action;
    expect(trail.map(({ event, who, words }) => [event, who, words])).toEqual([
      ['proposed', WHO, null],
      ['approved', WHO, 'approvals not asked'],
      ['executing', 'bot', null],
      ['sent', 'bot', null],
      ['succeeded', 'bot', 'No dynos on raxx-api-prod.'],
    ]);
    expect(writes()).toBe(1);
    expect(await createActionStore(db, null).savedFormations('raxx-api-prod')).toHaveLength(1);
  });

  it('keeps looking, and gives up when the bot would', async () => {
    play('stopped');
    world.app = { answer: { status: 500 } };
    const done = await carryOut('restore');
    expect(done).toMatchObject({ kind: 'ended', action: { state: 'unconfirmed' } });
    expect(waited.length).toBeGreaterThan(100);
    expect(writes()).toBe(1);
  });

  it('is not sent when the world changed while the name was typed', async () => {
    const at = terminal();
    const draft = await draftOf(at, 'stop');
    Object.assign(world.heroku.apps['raxx-api-prod']?.formation[0] ?? {}, { quantity: 3 });
    const done = await at.act(draft, () => {});
    expect(done).toMatchObject({ action: { state: 'superseded' } });
    expect(writes()).toBe(0);
  });
});

describe('a change at the terminal beside a running bot', () => {
  it('is refused during another change, unless it is a stop', async () => {
    const bot = startActing(db, local.env);
    const { id } = await bot.propose('restart');
    await bot.actionService.approve(id, APPROVER);
    expect(await carryOut('rollback')).toMatchObject({
      kind: 'refused',
      words:
        'Another change to raxx-api-prod is in progress: Restart web on raxx-api-prod, not sent yet. Nothing was done. Try again once it finishes.',
      manualCommand: 'heroku rollback v98 --app raxx-api-prod',
    });
    expect(await carryOut('stop')).toMatchObject({ kind: 'ended', action: { state: 'succeeded' } });
    expect(await bot.find(id)).toMatchObject({ state: 'superseded' });
  });

  it('first settles what a dead process left behind, without sending any of it', async () => {
    const bot = startActing(db, local.env);
    const { id } = await bot.propose('restart');
    await bot.actionService.approve(id, APPROVER);
    ahead = 61_000;
    expect(await carryOut('rollback')).toMatchObject({ kind: 'ended' });
    expect(await bot.find(id)).toMatchObject({ state: 'superseded' });
    expect(writes()).toBe(1);
  });

  it('is left alone by the recovery of the bot while it is fresh, and superseded by it later', async () => {
    const at = terminal();
    const draft = await draftOf(at, 'stop');
    const bot = startActing(db, local.env);
    const begun = await createActionStore(db, null).begin(draft, Date.now());
    if (!begun.ok) throw new Error('busy');
    await bot.actionService.recover();
    expect(await bot.find(begun.action.id)).toMatchObject({ state: 'approved' });
    bot.pass(61_000);
    await bot.actionService.recover();
    expect(await bot.find(begun.action.id)).toMatchObject({ state: 'superseded' });
    expect(writes()).toBe(0);
  });

  it('closes the same proposal in Slack, so that nobody can approve it any more', async () => {
    const bot = startActing(db, local.env);
    const { id } = await bot.propose('stop');
    await carryOut('stop');
    expect(await bot.actionService.approve(id, APPROVER)).toMatchObject({
      ok: false,
      words: 'Already superseded by terminal kris@laptop. Nothing was done.',
    });
    expect(writes()).toBe(1);
  });
});

describe('Ctrl-C', () => {
  it('before the write keeps it from being sent', async () => {
    const at = terminal();
    const draft = await draftOf(at, 'stop');
    interruption.abort();
    expect(await at.act(draft, () => {})).toMatchObject({
      kind: 'ended',
      action: {
        state: 'superseded',
        outcome: { words: 'Interrupted before it was sent. Nothing was changed.' },
      },
    });
    expect(writes()).toBe(0);
  });

  it('after the write leaves the action to the recovery of the bot', async () => {
    play('stopped');
    world.app = { answer: { status: 500 } };
    const left = await carryOut(
      'restore',
      terminal(undefined, () => interruption.abort()),
    );
    expect(left).toMatchObject({ kind: 'left', action: { state: 'executing' } });
    const bot = startActing(db, local.env);
    bot.pass(600_000);
    await bot.actionService.recover();
    const { id } = (left as Extract<Done, { kind: 'left' }>).action;
    expect(await bot.find(id)).toMatchObject({ state: 'unconfirmed' });
    expect(writes()).toBe(1);
  });
});

describe('a ledger that fails', () => {
  const broken = (name: 'move' | 'savedFormations', from: number): ActingStore => {
    const actionStore = createActionStore(db, null);
    let calls = 0;
    const failing = async (...given: never[]) => {
      calls += 1;
      if (calls >= from) throw new Error('connection terminated');
      return (actionStore[name] as (...given: never[]) => unknown)(...given);
    };
    return { ...actionStore, [name]: failing };
  };

  it('while planning means that nothing was done', async () => {
    const at = terminal(broken('savedFormations', 1));
    expect(await at.plan({ kind: 'stop', target: prod(), reason: null })).toEqual({
      ok: false,
      words: 'The ledger failed (connection terminated). Nothing was done.',
      manualCommand: null,
    });
  });

  it('before the write means that nothing is sent', async () => {
    expect(await carryOut('stop', terminal(broken('move', 1)))).toMatchObject({
      kind: 'refused',
      words: 'The ledger failed before anything was sent (connection terminated). Nothing was changed.',
    });
    expect(writes()).toBe(0);
  });

  it('after the write is reported with the fact that it was sent', async () => {
    expect(await carryOut('stop', terminal(broken('move', 2)))).toMatchObject({
      kind: 'lost',
      words: expect.stringContaining('It was sent, and then the ledger failed'),
    });
    expect(writes()).toBe(1);
  });
});

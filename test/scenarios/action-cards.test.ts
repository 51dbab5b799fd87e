/** The card of every kind of action as real plans and real ends draw it: on a phone everything up to the buttons stands on the first screen. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reviewGate } from '../../sandbox/github/live-runs.ts';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import type { Action, ActionState, Outcome } from '../../src/runbook/model/action.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { validateMessage } from '../../src/slack/client/validate-message.ts';
import { actionView } from '../../src/slack/views/actions/action.ts';
import type { Approver } from '../../src/slack/views/actions/approval.ts';
import type { Message } from '../../src/slack/views/parts/message.ts';
import type { Db } from '../../src/store/database/db.ts';
import { APPROVER, startActing } from '../support/acting.ts';
import { STATES } from '../support/action.ts';
import { openMigrated } from '../support/databases.ts';
import { KINDS } from '../support/kinds.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { firstScreens, NO_BROWSER, openBrowser } from '../support/phone.ts';
import { type KnownRepetition, unexpectedRepetitions } from '../support/repeated-facts.ts';
import { sentenceCount } from '../support/sentences.ts';
import { forgetActions } from '../support/slack-bot.ts';

/** Of 844 px the head of the app, the composer and the keyboard's bar leave so much. */
const SCREEN_PX = 640;

const kinds = Object.keys(KINDS) as ActionKind[];
const canDo: ReadonlySet<ActionKind> = new Set(kinds);
const approvers: readonly Approver[] = [
  { kind: 'user', id: 'U0KRIS001', name: 'Kristerpher' },
  { kind: 'user', id: 'U0MOIRA01', name: 'Moira Quill' },
];

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let db: Db;
const drawn = new Map<string, Message>();

beforeAll(async () => {
  world = worldOf('healthy');
  local = await startLocalWorld(() => world);
  db = await openMigrated();
});
afterAll(async () => {
  await db.close();
  await local.close();
});
beforeEach(() => forgetActions(db));

function worldOf(id: string): World {
  const made = buildWorld(loadScenario(id), Date.now());
  // Runs pass through their phases at once, whatever our clock shows.
  made.github.deploys = { ...made.github.deploys, phase: 0, hiddenFor: 0 };
  return made;
}

/** Kristerpher approves the run that waits at the gate, if there is one. */
function passGate(): void {
  const run = world.github.runs.findLast(({ live }) => live !== undefined);
  if (run?.status === 'waiting') reviewGate(world, run.id, 'approved', 'Kristerpher', Date.now());
}

function draw(name: string, action: Action): void {
  const view = actionView(action, { canDo, warning: null, approvers, mentions: true });
  expect(validateMessage(view)).toEqual([]);
  drawn.set(name, view);
}

/** How it could end otherwise, with as many words as it may take. */
function ending(action: Action, state: ActionState, words: string, evidence: readonly string[]): Action {
  const outcome: Outcome = { words, evidence, next: [action.kind], manualCommand: action.plan.byHand };
  return { ...action, state, outcome };
}

describe.each(kinds)('the card of %s', (kind) => {
  it('is one that Slack accepts in every state', { timeout: 30_000 }, async () => {
    world = worldOf(KINDS[kind].scenario);
    const context = startActing(db, local.env);
    const proposed = await context.propose(kind);
    draw(`${kind}: proposed`, proposed);
    await context.actionService.approve(proposed.id, APPROVER);
    draw(`${kind}: approved`, await context.find(proposed.id));
    await context.actionService.execute(proposed.id);
    const sent = await context.find(proposed.id);
    draw(`${kind}: ${sent.state}`, sent);
    for (let round = 0; round < 20 && (await context.find(proposed.id)).state === 'executing'; round += 1) {
      context.pass(5_000);
      await context.work();
      const now = await context.find(proposed.id);
      draw(`${kind}: ${now.state}`, now);
      passGate();
    }
    const refused =
      'Refused: Heroku: The formation cannot be changed while a release is in progress (HTTP 409).';
    draw(`${kind}: failed`, ending(sent, 'failed', refused, ['web.1 up', 'release v42']));
    const unseen =
      'The request was accepted at 2026-05-01 10:00:00 UTC, but I saw no effect within 5 min (web.1 is starting); I will not send it again.';
    draw(`${kind}: unconfirmed`, ending(sent, 'unconfirmed', unseen, ['web.1 starting']));
    for (const state of ['rejected', 'expired', 'superseded'] as const)
      draw(`${kind}: ${state}`, ending(proposed, state, 'Nothing was done.', []));
  });
});

/** As a record, so that a state that is added has to be drawn, too. */
const ACTION_STATES: Readonly<Record<ActionState, true>> = {
  proposed: true,
  approved: true,
  executing: true,
  succeeded: true,
  failed: true,
  unconfirmed: true,
  rejected: true,
  expired: true,
  superseded: true,
};

const KNOWN: readonly KnownRepetition[] = [
  {
    why: 'the outcome and its evidence both have the answer of the health URL',
    fact: /^http 200 in # ms$/,
    cards: ['deploy: succeeded', 'restore: succeeded'],
  },
];

describe('the cards of actions', () => {
  beforeAll(() => {
    for (const [name, action] of STATES) draw(`made up: ${name}`, action);
  });

  it('are drawn for every kind in every state', () => {
    const real = kinds.flatMap((kind) => Object.keys(ACTION_STATES).map((state) => `${kind}: ${state}`));
    const madeUp = STATES.map(([name]) => `made up: ${name}`);
    expect([...drawn.keys()].toSorted()).toEqual([...real, ...madeUp].toSorted());
  });

  it('say the first screen in a notification of one or two sentences', () => {
    const long = [...drawn].map(([name, { text }]) => [name, text] as const);
    expect(long.filter(([, text]) => sentenceCount(text) > 2)).toEqual([]);
  });

  it('say no fact twice', () => expect(unexpectedRepetitions(drawn, KNOWN)).toEqual([]));

  it.skipIf(NO_BROWSER !== null)(
    `have everything up to the buttons on the first screen of a phone, in a browser${NO_BROWSER === null ? '' : ` (${NO_BROWSER})`}`,
    { timeout: 120_000 },
    async () => {
      const browser = await openBrowser();
      try {
        const heights = await firstScreens(browser, [...drawn.values()], Date.now());
        const high = [...drawn.keys()].map((name, index) => [name, heights[index] ?? 0] as const);
        expect(heights).toHaveLength(drawn.size);
        expect(high.filter(([, height]) => height > SCREEN_PX || height === 0)).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});

/** The card of every kind of action as real plans and real ends draw it: on a phone everything up to the buttons stands on the first screen. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWorld, loadScenarios } from '../../sandbox/scenario.ts';
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
import { cardText } from '../support/card-text.ts';
import { openMigrated } from '../support/databases.ts';
import { KINDS } from '../support/kinds.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { firstScreens, NO_BROWSER, openBrowser } from '../support/phone.ts';
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
  const scenario = loadScenarios().find((one) => one.id === id);
  if (!scenario) throw new Error(`no scenario ${id}`);
  return buildWorld(scenario, Date.now());
}

function draw(name: string, action: Action): void {
  const view = actionView(action, { canDo, warning: '', approvers, mentions: true });
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
    }
    const refused =
      'Refused: Heroku: The formation cannot be changed while a release is in progress (HTTP 409).';
    draw(`${kind}: failed`, ending(sent, 'failed', refused, ['web.1 up', 'release v42']));
    const unseen =
      'The request was accepted at 2026-05-01 10:00:00 UTC; within 5 min it was not seen to take effect: web.1 is starting. The bot will not send it again.';
    draw(`${kind}: unconfirmed`, ending(sent, 'unconfirmed', unseen, ['web.1 starting']));
    for (const state of ['rejected', 'expired', 'superseded'] as const)
      draw(`${kind}: ${state}`, ending(proposed, state, 'Nothing was done.', []));
  });
});

describe('the first screen of an action on a phone', () => {
  it.skipIf(NO_BROWSER !== null)(
    `has everything up to the buttons in a browser${NO_BROWSER === null ? '' : ` (${NO_BROWSER})`}`,
    { timeout: 120_000 },
    async () => {
      for (const [name, action] of STATES) draw(`made up: ${name}`, action);
      const browser = await openBrowser();
      try {
        const heights = await firstScreens(browser, [...drawn.values()], Date.now());
        const high = [...drawn.keys()].map((name, index) => [name, heights[index] ?? 0] as const);
        expect(high.filter(([, height]) => height > SCREEN_PX || height === 0)).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );

  it('says nothing twice', () => {
    for (const [name, card] of drawn) {
      const lines = cardText(card).split('\n').slice(1);
      expect([name, lines.filter((line, index) => lines.indexOf(line) !== index)]).toEqual([name, []]);
    }
  });
});

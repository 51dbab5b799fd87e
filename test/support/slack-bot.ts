/** The bot in Slack over signed HTTP, with a real ledger and a local Heroku, against a local Slack whose faults the test sets. */
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import { createSender, type Sender } from '../../sandbox/slack/sender.ts';
import { type SlackServer, startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import type { Fault, World } from '../../sandbox/world.ts';
import type { RefusalSeen } from '../../src/operations/ports/slack-refusals.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { createSlackApp, type SlackApp } from '../../src/slack/app.ts';
import type { SlackAppDeps } from '../../src/slack/context.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import { type ActionContext, startActing } from './acting.ts';
import { openMigrated } from './databases.ts';
import { startLocalWorld } from './local-readings.ts';
import { noActs } from './no-acts.ts';
import { ALL_SCOPES } from './slack-scopes.ts';

export const [KRIS, MOIRA, ANA, GUS, SAM, BOT] = [
  'U0KRIS001',
  'U0MOIRA01',
  'U0ANA0001',
  'U0GUS0001',
  'U0SAM0001',
  'U0RAXXBOT',
] as const;
export const [MOOSEQUEST, RANDOM, LEADS] = ['C0MOOSE01', 'C0RANDOM1', 'C0LEADS01'] as const;
const [TOKEN, SECRET] = ['xoxb-1-test-token', 'signing-secret'] as const;

export interface SlackBotOptions {
  readonly facts?: (facts: Facts) => Facts;
  /** Changes the workspace before the bot starts. */
  readonly prepare?: (slack: Slack) => void;
  readonly scopes?: readonly string[];
  /** What is wrong with Slack from the start. */
  readonly faults?: readonly Fault[];
  readonly more?: Partial<SlackAppDeps>;
  /** Puts something between the bot and its database. */
  readonly through?: (db: Db) => Db;
}

export interface SlackBot {
  readonly slack: Slack;
  readonly server: SlackServer;
  readonly app: SlackApp;
  readonly context: ActionContext;
  readonly sender: Sender;
  readonly url: string;
  readonly logged: readonly string[];
  readonly refusals: readonly RefusalSeen[];
  faults: Fault[];
  scopes: readonly string[];
  /** Moves the bot's clock forward. */
  pass(ms: number): void;
  /** Returns what the acknowledgement shows. */
  command(text: string, user?: string, channel?: string): Promise<string>;
  /** Clicks the newest button with this action_id. */
  click(actionId: string, user?: string): Promise<void>;
  /** What was shown only to this person, oldest first. */
  shownTo(user: string): readonly string[];
  /** What the bot posted visibly for everybody. */
  posted(): ReturnType<Slack['messages']['all']>;
  newest(): Promise<Action>;
  /** How many calls of this Web API method arrived. */
  calls(method: string): number;
  close(): Promise<void>;
}

async function openSlackBot(world: OrdinaryWorld, options: SlackBotOptions): Promise<SlackBot> {
  const { facts = (given) => given, prepare, scopes = ALL_SCOPES, faults = [], more = {}, through } = options;
  const db = through ? through(world.db) : world.db;
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const logged: string[] = [];
  const refusals: RefusalSeen[] = [];
  const moods = { faults: [...faults], scopes };
  const slack = createSlack();
  prepare?.(slack);
  const server = await startSlack(slack, {
    token: TOKEN,
    scopes: () => moods.scopes,
    faults: () => moods.faults,
  });
  const context = startActing(db, world.local.env, facts);
  const never = () => Promise.reject(new Error('no reading was expected'));
  const app = createSlackApp({
    botToken: TOKEN,
    signingSecret: SECRET,
    apiUrl: server.apiUrl,
    port: 0,
    facts: context.facts,
    diagnosisService: {
      refusal: () => null,
      waitingFor: () => [],
      diagnose: never,
      status: never,
      logs: never,
    },
    ...noActs,
    incidentStore: createIncidentStore(db, null),
    actionService: context.actionService,
    actionStore: context.actionStore,
    canDo: new Set(['stop', 'restart']),
    redact: createRedactor({ secrets: [TOKEN] }),
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    now,
    randomId: () => 'id-4711',
    expire: AbortSignal.timeout,
    noteRefusal: async (refusal) => void refusals.push(refusal),
    readiness: async () => ({ ok: true, reasons: [] }),
    ...more,
  });
  const { port } = await app.start();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const sender = createSender({ slack, eventsUrl: () => url, signingSecret: SECRET, replyBase: server.url });

  return Object.assign(moods, {
    slack,
    server,
    app,
    context,
    sender,
    url,
    logged,
    refusals,
    pass: (ms: number) => {
      ahead += ms;
    },
    async command(text: string, user: string = KRIS, channel: string = MOOSEQUEST) {
      const { body } = await sender.command(`/raxx ${text}`, user, channel);
      return body === '' ? '' : String(JSON.parse(body).text);
    },
    async click(actionId: string, user: string = KRIS) {
      const sign = `"action_id":"${actionId}"`;
      const message = slack.messages
        .all()
        .findLast(({ blocks, onlyFor }) => onlyFor === undefined && JSON.stringify(blocks).includes(sign));
      if (!message) throw new Error(`no button ${actionId}`);
      await sender.click({ channel: message.channel, ts: message.ts, actionId, user });
    },
    shownTo: (user: string) =>
      slack.messages
        .all()
        .filter(({ onlyFor }) => onlyFor === user)
        .map(({ text }) => text),
    posted: () => slack.messages.all().filter(({ author, onlyFor }) => author === BOT && !onlyFor),
    async newest() {
      const [action] = await context.actionStore.recent(1);
      if (!action) throw new Error('nothing was asked for');
      return action;
    },
    calls: (method: string) => server.arrived.filter(({ path }) => path.endsWith(`/${method}`)).length,
    async close() {
      await app.stop();
      await server.close();
    },
  });
}

export interface OrdinaryWorld {
  readonly db: Db;
  readonly local: Awaited<ReturnType<typeof startLocalWorld>>;
}

/** For a test file: the local Heroku and GitHub on an ordinary day, and an empty ledger, before each test. */
export function useOrdinaryWorld(): OrdinaryWorld {
  let world: World;
  let local: OrdinaryWorld['local'];
  let db: Db;
  beforeAll(async () => {
    world = ordinaryWorld();
    local = await startLocalWorld(() => world);
    db = await openMigrated();
  });
  afterAll(async () => {
    await db.close();
    await local.close();
  });
  beforeEach(async () => {
    world = ordinaryWorld();
    await forgetActions(db);
    local.outside.heroku.arrived.length = 0;
  });
  return {
    get db() {
      return db;
    },
    get local() {
      return local;
    },
  };
}

/** Opens bots in that world, and closes them after each test. */
export function useSlackBots(
  usual: SlackBotOptions = {},
  world: OrdinaryWorld = useOrdinaryWorld(),
): (options?: SlackBotOptions) => Promise<SlackBot> {
  let opened: SlackBot[] = [];
  afterEach(async () => {
    for (const bot of opened) await bot.close();
    opened = [];
  });
  return async (options = {}) => {
    const bot = await openSlackBot(world, { ...usual, ...options });
    opened.push(bot);
    return bot;
  };
}

/** The signing secret, for requests that a test makes itself. */
export const SIGNING_SECRET = SECRET;

/** A world in which everything is healthy. */
export function ordinaryWorld(): World {
  const healthy = loadScenario('healthy');
  return buildWorld(healthy, Date.now());
}

/** Empties the ledger of actions. */
export async function forgetActions(db: Db): Promise<void> {
  await db.sql('delete from approvals');
  await db.sql('delete from saved_formations');
  await db.sql('delete from actions');
}

/** The whole bot, killed and cut off from Slack: each action is carried out once, and its card shows how it ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import { createSender } from '../../sandbox/slack/sender.ts';
import { type SlackServer, startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import type { World } from '../../sandbox/world.ts';
import { freshPostgres } from '../support/databases.ts';
import { figure } from '../support/figure.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { LONG } from '../support/long.ts';

const ROOT = join(import.meta.dirname, '../..');
const [OPERATOR, CHANNEL] = ['U0KRIS001', 'C0MOOSE01'] as const;
const TOKEN = 'xoxb-1-test-token';
const SIGNING_SECRET = 'signing-secret';
const SCOPES = [
  'chat:write',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'channels:read',
  'groups:read',
];
/** Longer than the wait for a process that may still be writing. */
const AHEAD_MS = 30_000;

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let slack: Slack;
let server: SlackServer;
let folder: string;
let bots: ChildProcess[];

beforeEach(async () => {
  const healthy = loadScenario('healthy');
  world = buildWorld(healthy, Date.now());
  local = await startLocalWorld(() => world);
  slack = createSlack();
  server = await startSlack(slack, { token: TOKEN, scopes: SCOPES, faults: () => world.faults });
  folder = mkdtempSync(join(tmpdir(), 'raxx-killed-bot-'));
  bots = [];
});
afterEach(async () => {
  await Promise.all(bots.map(kill));
  await server.close();
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

async function kill(bot: ChildProcess): Promise<void> {
  if (bot.exitCode !== null || bot.signalCode !== null) return;
  const ended = once(bot, 'exit');
  bot.kill('SIGKILL');
  await ended;
}

/** `aheadMs`: its clock, and that of its embedded database. */
async function startBot(databaseEnv: Readonly<Record<string, string>>, aheadMs = 0) {
  const clock = `const real = Date.now; Date.now = () => real() + ${aheadMs};`;
  const bot = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(clock)}`, 'src/main.ts'],
    {
      cwd: ROOT,
      env: {
        ...local.env,
        SLACK_BOT_TOKEN: TOKEN,
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SLACK_API_URL: server.apiUrl,
        PORT: '0',
        ...databaseEnv,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  bots.push(bot);
  const port = await new Promise<number>((resolve, reject) => {
    bot.once('exit', () => reject(new Error('the bot ended')));
    createInterface({ input: bot.stdout }).on('line', (line) => {
      const { msg, port: found }: { msg?: string; port?: number } = JSON.parse(line);
      if (msg === 'listening' && found !== undefined) resolve(found);
    });
  });
  const sender = createSender({
    slack,
    eventsUrl: () => `http://127.0.0.1:${port}/slack/events`,
    signingSecret: SIGNING_SECRET,
    replyBase: server.url,
  });
  return { bot, sender };
}

/** The cards of actions in the channel; the watch may post there, too. */
function cards() {
  const isCard = /: (?:Stop|Restore) raxx-api-prod/;
  return slack.messages.all().filter((one) => !one.onlyFor && !one.threadTs && isCard.test(one.text));
}

/** The newest one. */
function card() {
  const found = cards().at(-1);
  if (!found) throw new Error('no card yet');
  return found;
}

const until = (check: () => void, timeout = 20_000) => vi.waitFor(check, { timeout, interval: 20 });
const writes = () => local.outside.heroku.arrived.filter(({ method }) => method === 'PATCH');

type Sender = Awaited<ReturnType<typeof startBot>>['sender'];

async function ask(sender: Sender, command: string, title: RegExp): Promise<void> {
  await sender.command(`/raxx ${command}`, OPERATOR, CHANNEL);
  await until(() => expect(card().text).toMatch(title));
}

async function approve(sender: Sender): Promise<void> {
  const { ts } = card();
  await sender.click({ channel: CHANNEL, ts, actionId: 'approve', user: OPERATOR });
}

describe.skipIf(LONG !== null)(LONG ?? 'the whole bot', () => {
  it('carries out each action once when it is killed midway, while Slack is away, or cut off from Slack', {
    timeout: 120_000,
  }, async () => {
    const database = { RAXX_DATA_DIR: join(folder, 'data') };
    const first = await startBot(database);
    await ask(first.sender, 'stop prod', /^Proposed: Stop raxx-api-prod/);
    world.faults.push({ service: 'heroku', method: 'PATCH', play: { delayMs: 400 } });
    await approve(first.sender);
    await until(() => expect(writes()).toHaveLength(1));
    await kill(first.bot);
    world.faults = [];

    const second = await startBot(database, AHEAD_MS);
    await until(() => expect(card().text).toMatch(/^Done: .*No dynos on raxx-api-prod/));
    expect(writes()).toHaveLength(1);

    await ask(second.sender, 'restore prod', /^Proposed: Restore raxx-api-prod/);
    world.faults.push({ service: 'slack', play: { status: 503 } });
    await approve(second.sender);
    await until(() => expect(writes()).toHaveLength(2));
    await kill(second.bot);
    expect(card().text).toMatch(/^Proposed/);

    const third = await startBot(database, 2 * AHEAD_MS);
    world.faults = [];
    await until(() => expect(card().text).toMatch(/^Done: .*web\.1 up/), 60_000);
    expect(writes()).toHaveLength(2);

    await ask(third.sender, 'stop prod', /^Proposed: Stop raxx-api-prod/);
    world.faults.push({ service: 'slack', play: { reset: true } });
    await approve(third.sender);
    await until(() => expect(writes()).toHaveLength(3));
    expect(card().text).toMatch(/^Proposed/);
    world.faults = [];
    await until(() => expect(card().text).toMatch(/^Done: .*No dynos on raxx-api-prod/), 60_000);
    expect(writes()).toHaveLength(3);
    // Each has exactly one card.
    expect(cards()).toHaveLength(3);
    await kill(third.bot);
    figure(`bot: killed=2 slack_away=2 actions=3 writes=${writes().length} cards=${cards().length}`);
  });

  const SERVER = process.env.TEST_DATABASE_URL;
  describe.skipIf(!SERVER)(SERVER ? 'on PostgreSQL' : 'TEST_DATABASE_URL names no server', () => {
    it('finishes an action in the next process after both have died', {
      timeout: 120_000,
    }, async () => {
      const database = { DATABASE_URL: await freshPostgres() };
      const [one, other] = await Promise.all([startBot(database), startBot(database)]);
      await ask(one.sender, 'stop prod', /^Proposed: Stop raxx-api-prod/);
      world.faults.push({ service: 'heroku', method: 'PATCH', play: { delayMs: 400 } });
      await approve(one.sender);
      await until(() => expect(writes()).toHaveLength(1));
      // Either of them may have the job: both are gone, and one comes back.
      const died = performance.now();
      await Promise.all([kill(one.bot), kill(other.bot)]);
      world.faults = [];
      await startBot(database);
      await until(() => expect(card().text).toMatch(/^Done: .*No dynos on raxx-api-prod/), 90_000);
      expect(writes()).toHaveLength(1);
      figure(
        `taken up: writes=1 true_end_after=${((performance.now() - died) / 1000).toFixed(0)}s, by its own clock`,
      );
    });
  });
});

/** The whole local world: everything outside, a local Slack, the real bot as a child process, and the page. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Bot, startBot } from './bot.ts';
import { copyDatabase, prepareDatabase } from './database.ts';
import { findFreePort } from './free-port.ts';
import { advance } from './github/live-runs.ts';
import { settleDynos } from './heroku/dynos.ts';
import { startOutside } from './outside.ts';
import { type Page, startPage } from './page/server.ts';
import type { Plain } from './patch.ts';
import { writeLocalRunbook } from './runbook-file.ts';
import { buildWorld, loadScenarios, type Scenario } from './scenario.ts';
import { createScript } from './script.ts';
import { setMoods } from './slack/moods.ts';
import { createSender } from './slack/sender.ts';
import { startSlack } from './slack/simulator.ts';
import { createSlack } from './slack/slack.ts';
import type { Shortcut } from './slack/workspace.ts';
import { createWebhooks } from './webhooks.ts';
import type { World } from './world.ts';

export interface SandboxOptions {
  /** Of the page; 0: any. */
  readonly port: number;
  /** Id of the scenario to begin with. */
  readonly scenario: string;
  /** Each line that the bot prints. */
  readonly onBotLine?: (line: string) => void;
  /** How long boots and runs take: 1 is what a person can watch. */
  readonly pace?: number;
  /** Seconds that a dyno takes to boot, whatever the pace: on Heroku 10 to 60. */
  readonly bootSeconds?: number;
  /** Laid over the runbook file of every scenario. */
  readonly runbook?: Plain;
}

export interface Sandbox {
  readonly page: Page;
  /** A file of variables with which a terminal looks at this world: `set -a; . FILE`. */
  readonly envFile: string;
  /** Resolves when the bot of the present scenario is ready. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Seconds that a dyno takes to boot: what people see of a Python app on Heroku. */
const BOOT_S = 15;
const TICK_MS = 200;
const HOOKS = { heroku: '10ca1-sandbox-heroku-webhook', github: '10ca1-sandbox-github-webhook' };
const SLACK = { token: 'xoxb-10ca1-sandbox-bot-token', signingSecret: '10ca1-sandbox-signing-secret' };

/** Throws when there is no such scenario, or the page's port is taken. */
export async function startSandbox({
  port,
  scenario: first,
  onBotLine,
  pace = 1,
  bootSeconds = BOOT_S * pace,
  runbook: ownRunbook = {},
}: SandboxOptions): Promise<Sandbox> {
  const scenarios = loadScenarios();
  let scenario = findScenario(scenarios, first);
  let world: World = buildPaced(scenario, pace, bootSeconds);
  let play = createScript(scenario.script);
  const folder = mkdtempSync(join(tmpdir(), 'raxx-sandbox-'));
  const database = await prepareDatabase();

  const outside = await startOutside(() => world);
  const slack = createSlack();
  const app = installedApp();
  slack.workspace.shortcuts = app.shortcuts;
  setMoods(slack.workspace, scenario.slack);
  const slackServer = await startSlack(slack, {
    token: SLACK.token,
    scopes: app.scopes,
    faults: () => world.faults,
  });
  const runbook = join(folder, 'runbook.yml');
  const addresses = {
    apps: Object.fromEntries(Object.entries(outside.apps).map(([name, { url }]) => [name, url])),
    console: outside.console.url,
  };
  const writeRunbook = () =>
    writeLocalRunbook(join(ROOT, 'runbook.yml'), runbook, addresses, [scenario.runbook, ownRunbook]);
  writeRunbook();
  const outsideEnv = { ...outside.env, RUNBOOK: runbook };
  const envFile = join(folder, 'env');
  /** The terminal uses the ledger of the bot that runs. */
  const writeEnvFile = (terminalEnv: Readonly<Record<string, string>>) =>
    writeFileSync(
      envFile,
      Object.entries(terminalEnv)
        .map(([name, value]) => `${name}='${value}'\n`)
        .join(''),
    );

  let nextPort = await findFreePort();
  let botPort = nextPort;
  let page: Page | undefined;
  const run = (): Bot => {
    botPort = nextPort;
    // A database of its own: another scenario is another morning.
    const data = join(folder, `data-${botPort}`);
    copyDatabase(database, data);
    const terminalEnv = { ...outsideEnv, RAXX_DATA_DIR: data };
    writeEnvFile(terminalEnv);
    return startBot({
      env: {
        ...terminalEnv,
        HEROKU_WEBHOOK_SECRET: HOOKS.heroku,
        GITHUB_WEBHOOK_SECRET: HOOKS.github,
        SLACK_BOT_TOKEN: SLACK.token,
        SLACK_SIGNING_SECRET: SLACK.signingSecret,
        SLACK_API_URL: slackServer.apiUrl,
        PORT: String(botPort),
        // Compiled code is kept from start to start: each scenario starts the bot anew.
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
      },
      onState: () => page?.changed(),
      ...(onBotLine ? { onLine: onBotLine } : {}),
    });
  };
  let bot = run();
  nextPort = await findFreePort();

  const webhooks = createWebhooks({
    botUrl: () => `http://127.0.0.1:${botPort}`,
    githubUrl: outside.github.url,
    herokuSecret: HOOKS.heroku,
    githubSecret: HOOKS.github,
  });
  /** What goes on by itself: the story, runs that were dispatched, and what the bot is told of it. */
  function tick(): void {
    const now = Date.now();
    play(world, now);
    if (webhooks.tell(worldNow(world), now)) page?.changed();
  }
  const ticking = setInterval(tick, TICK_MS);

  const sender = createSender({
    slack,
    eventsUrl: () => `http://127.0.0.1:${botPort}/slack/events`,
    signingSecret: SLACK.signingSecret,
    replyBase: slackServer.url,
  });
  const leaving = new Set<Promise<void>>();

  /** Another scenario is another morning: the bot starts anew, with nothing remembered. */
  function setScenario(id: string): boolean {
    const found = scenarios.find((one) => one.id === id);
    if (!found) return false;
    scenario = found;
    world = buildPaced(found, pace, bootSeconds);
    play = createScript(found.script);
    writeRunbook();
    slack.messages.clear();
    setMoods(slack.workspace, found.slack);
    const gone = bot.stop();
    leaving.add(gone);
    void gone.finally(() => leaving.delete(gone));
    bot = run();
    void findFreePort().then((free) => {
      nextPort = free;
    });
    page?.changed();
    return true;
  }

  page = await startPage(
    {
      slack,
      sender,
      scenarios: scenarios.map(card),
      scenario: () => card(scenario),
      setScenario,
      bot: () => bot.state(),
      world: () => worldNow(world),
    },
    port,
  );
  const shown = page;
  return {
    page: shown,
    envFile,
    ready: () => bot.ready(),
    async close() {
      clearInterval(ticking);
      await webhooks.stop();
      await Promise.all([bot.stop(), ...leaving]);
      await Promise.all([shown.close(), slackServer.close(), outside.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A scenario was asked for by a name that none has; the message lists them. */
export class NoSuchScenario extends Error {}

function findScenario(scenarios: readonly Scenario[], id: string): Scenario {
  const found = scenarios.find((one) => one.id === id);
  if (found) return found;
  throw new NoSuchScenario(
    `There is no scenario "${id}". There are: ${scenarios.map((one) => one.id).join(', ')}.`,
  );
}

function card({ id, title, group, story, expect }: Scenario) {
  return { id, title, group, story, expect };
}

/** Nobody can watch what happens at once. */
function buildPaced(scenario: Scenario, pace: number, bootSeconds: number): World {
  const world = buildWorld(scenario, Date.now());
  for (const app of Object.values(world.heroku.apps)) app.bootSeconds = bootSeconds;
  const { deploys } = world.github;
  world.github.deploys = {
    ...deploys,
    phase: deploys.phase * pace,
    hiddenFor: deploys.hiddenFor * pace,
    crashesAfter: deploys.crashesAfter === null ? null : deploys.crashesAfter * pace,
  };
  return world;
}

/** As anybody who asked at this moment would find it. */
function worldNow(world: World): World {
  const now = Date.now();
  advance(world, now);
  settleDynos(world, now);
  return world;
}

const manifest = z.object({
  features: z.object({
    shortcuts: z.array(z.object({ name: z.string(), type: z.string(), callback_id: z.string() })),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});

/** What the app's own manifest asks for, and no more. */
function installedApp(): { readonly scopes: readonly string[]; readonly shortcuts: readonly Shortcut[] } {
  const file: unknown = parse(readFileSync(join(ROOT, 'manifest.yml'), 'utf8'));
  const { features, oauth_config: granted } = manifest.parse(file);
  const shortcuts = features.shortcuts
    .filter(({ type }) => type === 'message')
    .map(({ name, callback_id }) => ({ name, callbackId: callback_id }));
  return { scopes: granted.scopes.bot, shortcuts };
}

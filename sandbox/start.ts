/** The whole local world: everything outside, a local Slack, the real bot as a child process, and the page. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Bots, startBots } from './bots.ts';
import { type LocalOutside, startOutside } from './outside.ts';
import { type Page, startPage } from './page/server.ts';
import type { Plain } from './patch.ts';
import { writeLocalRunbook } from './runbook-file.ts';
import { loadScenarios, type Scenario } from './scenario.ts';
import { setMoods } from './slack/moods.ts';
import { createSender } from './slack/sender.ts';
import { startSlack } from './slack/simulator.ts';
import { createSlack, type Slack } from './slack/slack.ts';
import type { Shortcut } from './slack/workspace.ts';
import { createStage, type Stage } from './stage.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export interface SandboxOptions {
  /** The page's port; 0 for any. */
  readonly port: number;
  /** Id of the scenario to begin with. */
  readonly scenario: string;
  /** Called for each line that the bot prints. */
  readonly onBotLine?: (line: string) => void;
  /** Factor for the duration of boots and runs. At 1, a person can follow them. */
  readonly pace?: number;
  /** Seconds that a dyno takes to boot, whatever the pace. On Heroku it is 10 to 60. */
  readonly bootSeconds?: number;
  /** Applied to the runbook file of every scenario. */
  readonly runbook?: Plain;
}

export interface Sandbox {
  readonly page: Page;
  /** A file of variables for a terminal that looks at this world: `set -a; . FILE`. */
  readonly envFile: string;
  /** Resolves when the bot of the current scenario is ready. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Seconds that a dyno takes to boot: the usual time of a Python app on Heroku. */
const BOOT_S = 15;
const TICK_MS = 200;
const HOOKS = { heroku: '10ca1-sandbox-heroku-webhook', github: '10ca1-sandbox-github-webhook' };
const SLACK = { token: 'xoxb-10ca1-sandbox-bot-token', signingSecret: '10ca1-sandbox-signing-secret' };

/** Throws if there is no such scenario, or if the page's port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { pace = 1, bootSeconds = BOOT_S * pace } = options;
  const scenarios = loadScenarios();
  const stage = createStage(findScenario(scenarios, options.scenario), { pace, bootSeconds });
  const folder = mkdtempSync(join(tmpdir(), 'raxx-sandbox-'));
  const outside = await startOutside(stage.world);
  const slack = createSlack();
  slack.workspace.shortcuts = installedApp().shortcuts;
  setMoods(slack.workspace, stage.scenario().slack);
  const slackServer = await serveSlack(slack, stage);
  const runbook = join(folder, 'runbook.yml');
  const writeRunbook = () => writeRunbookFor(stage.scenario(), runbook, outside, options.runbook ?? {});
  writeRunbook();
  let page: Page | undefined;
  const bots = await startBots({
    folder,
    sharedEnv: { ...outside.env, RUNBOOK: runbook },
    botEnv: botEnv(slackServer.apiUrl),
    onState: () => page?.changed(),
    ...(options.onBotLine ? { onLine: options.onBotLine } : {}),
  });
  const webhooks = webhooksTo(bots, outside);
  const ticking = setInterval(() => {
    if (tick(stage, webhooks)) page?.changed();
  }, TICK_MS);

  /** Begins another scenario as a new day, with a fresh bot that remembers nothing. */
  function setScenario(id: string): boolean {
    const found = scenarios.find((scenario) => scenario.id === id);
    if (!found) return false;
    stage.set(found);
    writeRunbook();
    slack.messages.clear();
    setMoods(slack.workspace, found.slack);
    bots.replace();
    page?.changed();
    return true;
  }

  const sender = createSender({
    slack,
    eventsUrl: () => `${bots.url()}/slack/events`,
    signingSecret: SLACK.signingSecret,
    replyBase: slackServer.url,
  });
  const shown = await startPage(
    {
      slack,
      sender,
      scenarios: scenarios.map(card),
      scenario: () => card(stage.scenario()),
      setScenario,
      bot: () => bots.current().state(),
      world: stage.worldNow,
    },
    options.port,
  );
  page = shown;
  return {
    page: shown,
    envFile: bots.envFile,
    ready: () => bots.current().ready(),
    async close() {
      clearInterval(ticking);
      await webhooks.stop();
      await bots.stop();
      await Promise.all([shown.close(), slackServer.close(), outside.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serveSlack(slack: Slack, stage: Stage) {
  return startSlack(slack, {
    token: SLACK.token,
    scopes: installedApp().scopes,
    faults: () => stage.world().faults,
  });
}

function botEnv(slackApiUrl: string): Record<string, string> {
  return {
    HEROKU_WEBHOOK_SECRET: HOOKS.heroku,
    GITHUB_WEBHOOK_SECRET: HOOKS.github,
    SLACK_BOT_TOKEN: SLACK.token,
    SLACK_SIGNING_SECRET: SLACK.signingSecret,
    SLACK_API_URL: slackApiUrl,
  };
}

function webhooksTo(bots: Bots, { github }: LocalOutside): Webhooks {
  return createWebhooks({
    botUrl: bots.url,
    githubUrl: github.url,
    herokuSecret: HOOKS.heroku,
    githubSecret: HOOKS.github,
  });
}

/**
 * Runs what happens by itself: the script, the runs that were dispatched, and the webhooks about them. Returns
 * whether anything changed.
 */
function tick(stage: Stage, webhooks: Webhooks): boolean {
  stage.play();
  return webhooks.sendChanges(stage.worldNow(), Date.now());
}

function writeRunbookFor(scenario: Scenario, file: string, outside: LocalOutside, own: Plain): void {
  const apps = Object.entries(outside.apps).map(([name, { url }]) => [name, url]);
  const addresses = { apps: Object.fromEntries(apps), console: outside.console.url };
  writeLocalRunbook(join(ROOT, 'runbook.yml'), file, addresses, [scenario.runbook, own]);
}

/** Thrown if there is no scenario with the requested id. The message lists those that exist. */
export class NoSuchScenario extends Error {}

function findScenario(scenarios: readonly Scenario[], id: string): Scenario {
  const found = scenarios.find((scenario) => scenario.id === id);
  if (found) return found;
  throw new NoSuchScenario(
    `There is no scenario "${id}". There are: ${scenarios.map((scenario) => scenario.id).join(', ')}.`,
  );
}

function card({ id, title, group, story, expect }: Scenario) {
  return { id, title, group, story, expect };
}

const manifest = z.object({
  features: z.object({
    shortcuts: z.array(z.object({ name: z.string(), type: z.string(), callback_id: z.string() })),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});

/** Returns the scopes and shortcuts that the app's own manifest requests, and no more. */
function installedApp(): { readonly scopes: readonly string[]; readonly shortcuts: readonly Shortcut[] } {
  const file: unknown = parse(readFileSync(join(ROOT, 'manifest.yml'), 'utf8'));
  const { features, oauth_config: granted } = manifest.parse(file);
  const shortcuts = features.shortcuts
    .filter(({ type }) => type === 'message')
    .map(({ name, callback_id }) => ({ name, callbackId: callback_id }));
  return { scopes: granted.scopes.bot, shortcuts };
}

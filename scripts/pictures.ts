/**
 * `npm run pictures [name…]`: takes pictures of the main states on the sandbox's page,
 * at phone and desktop width, light and dark.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';

interface Shown {
  readonly ts: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string;
  readonly onlyFor?: string;
  readonly blocks: readonly object[];
}

interface Picture {
  readonly name: string;
  /** Defaults to the previous picture's scenario. */
  readonly scenario?: string;
  /** Creates the state and returns the message that shows it. Null for the Home tab. */
  show(): Promise<Shown | null>;
}

const FOLDER = join(import.meta.dirname, '..', 'docs', 'pictures');
const USER = 'ops@raxx.app';
const USER_ID = 'U0KRIS001';
const CHANNEL = 'C0MOOSE01';
const WITHIN_MS = 60_000;
const WIDTHS = { phone: { width: 390, height: 760 }, desk: { width: 1_120, height: 640 } } as const;
const LIGHTS = ['light', 'dark'] as const;

/** Look often and page soon, so that no picture takes half an hour. */
const runbook = { watch: { every_seconds: 2 }, escalation: { unresolved_minutes: 0.1 } };

const executablePath = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== '' && existsSync(path),
);
if (executablePath === undefined) {
  process.stderr.write('There is no Chromium here: install it, or name it in CHROMIUM.\n');
  process.exit(1);
}

const sandbox: Sandbox = await startSandbox({ port: 0, scenario: 'healthy', pace: 0.2, runbook });
await sandbox.ready();
const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });

async function api<T>(path: string, body?: object): Promise<T> {
  const answer = await fetch(`${sandbox.page.url}/api/${path}`, {
    method: body ? 'POST' : 'GET',
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Waits for the newest message in the channel with this text, for everyone or only for the user. */
async function appears(text: RegExp, onlyFor?: string): Promise<Shown> {
  const until = Date.now() + WITHIN_MS;
  while (Date.now() < until) {
    const all = await api<readonly Shown[]>('messages');
    const found = all.findLast(
      (one) => one.channel === CHANNEL && one.onlyFor === onlyFor && !one.threadTs && text.test(one.text),
    );
    if (found) return found;
    await sleep(200);
  }
  const said = (await api<readonly Shown[]>('messages')).map((one) => one.text);
  throw new Error(`no message says ${text}, but:\n${said.join('\n')}`);
}

async function typed(text: string, answer: RegExp, onlyFor?: string): Promise<Shown> {
  await api('command', { text, user: USER });
  return appears(answer, onlyFor);
}

async function pressed(card: RegExp, actionId: string, answer: RegExp): Promise<Shown> {
  const { ts } = await appears(card);
  await api('click', { ts, actionId, user: USER });
  return appears(answer);
}

function approved(proposal: RegExp, answer: RegExp): Promise<Shown> {
  return pressed(proposal, 'approve', answer);
}

/** Approves on GitHub the run that waits at the gate. */
async function reviewed(answer: RegExp): Promise<Shown> {
  const { github } = await api<{ github: { runs: readonly { id: number; state: string }[] } }>('state');
  const run = github.runs.find(({ state }) => state === 'waits at the gate');
  if (run === undefined) throw new Error('no run waits at the gate');
  await api('review', { run: run.id, state: 'approved', by: 'Kristerpher' });
  return appears(answer);
}

const pictures: readonly Picture[] = [
  {
    name: 'healthy',
    scenario: 'healthy',
    show: () => typed('/raxx diagnose prod', /^raxx-api-prod is healthy/),
  },
  {
    name: 'config-var',
    scenario: 'missing-variable',
    show: () => typed('/raxx diagnose prod', /^raxx-api-prod .*KeyError/),
  },
  {
    name: 'crash-loop',
    scenario: 'suspect-deploy',
    // Take the picture once GitHub has shown which files the deploy changed.
    show: async () => {
      await typed('/raxx diagnose prod', /^raxx-api-prod .*TypeError/);
      return appears(/^raxx-api-prod .*TypeError.*suspect/);
    },
  },
  { name: 'changes', show: () => typed('/raxx changes prod', /^raxx-api-prod .*Changed: /, USER_ID) },
  { name: 'incident', show: () => appears(/^Incident: /) },
  { name: 'ping', show: () => appears(/^<@\w+>: .*prod down/) },
  { name: 'proposed', show: () => typed('/raxx stop prod too many errors', /^Proposed: Stop/) },
  {
    name: 'done',
    show: () => approved(/^Proposed: Stop/, /^Done: Stop/),
  },
  {
    name: 'stopped',
    show: async () => {
      // Diagnoses within five seconds share their evidence, and the stop is newer than that.
      await sleep(5_500);
      return typed('/raxx diagnose prod', /^raxx-api-prod is stopped/);
    },
  },
  { name: 'logs', show: () => typed('/raxx logs prod', /^Log of raxx-api-prod/, USER_ID) },
  { name: 'incidents', show: () => typed('/raxx incidents', /incident/, USER_ID) },
  { name: 'catch-up', show: () => typed('/raxx catchup prod', /prod/, USER_ID) },
  {
    name: 'home',
    show: async () => {
      await api('home', { user: USER });
      return null;
    },
  },
  { name: 'resolved', show: () => pressed(/^Incident: /, 'close_incident', /^Closed with the app stopped/) },
  {
    name: 'slow',
    scenario: 'everything-silent',
    show: () => typed('/raxx diagnose prod', /^Diagnosing raxx-api-prod/),
  },
  { name: 'unknown', show: () => appears(/^Can't tell/) },
  {
    name: 'errors',
    scenario: 'server-error',
    show: () => typed('/raxx logs prod', /requests failed/, USER_ID),
  },
  {
    name: 'deploy-proposed',
    scenario: 'healthy',
    show: () => typed('/raxx deploy prod', /^Proposed: Deploy/),
  },
  {
    name: 'at-the-gate',
    show: () => approved(/^Proposed: Deploy/, /^Waiting for approval on GitHub: Deploy/),
  },
  { name: 'deploying', show: () => reviewed(/^Under way: Deploy/) },
  { name: 'history', show: () => typed('/raxx history', /^(Last \d+ actions|The last action)/, USER_ID) },
  {
    name: 'unconfirmed',
    scenario: 'stop-never-arrives',
    show: async () => {
      await typed('/raxx stop prod', /^Proposed: Stop/);
      return approved(/^Proposed: Stop/, /^(Not confirmed|Failed): Stop/);
    },
  },
];

/** The page scrolls if a message arrives meanwhile. In that case the picture is taken again. */
async function steadily(card: Locator, shoot: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await sleep(500);
    await card.evaluate((one) => one.scrollIntoView({ block: 'start' }));
    const before = await card.boundingBox();
    await shoot();
    if ((await card.boundingBox())?.y === before?.y) return;
  }
}

/** Opens what the picture shows. */
async function find(tab: Page, shown: Shown | null): Promise<Locator> {
  if (shown === null) await tab.locator('#channels [data-channel=home]').click();
  const card = tab.locator(shown === null ? '.home' : `#messages > [data-ts="${shown.ts}"]`);
  await card.waitFor();
  return card;
}

interface OpenTab {
  readonly tab: Page;
  /** `phone-light` */
  readonly look: string;
}

async function openTabs(): Promise<readonly OpenTab[]> {
  const looks = Object.entries(WIDTHS).flatMap(([width, viewport]) =>
    LIGHTS.map((colorScheme) => ({ viewport, colorScheme, look: `${width}-${colorScheme}` })),
  );
  return Promise.all(
    looks.map(async ({ look, ...options }) => {
      const tab = await browser.newPage(options);
      await tab.goto(sandbox.page.url);
      return { tab, look };
    }),
  );
}

/** The tabs are open before the state is created, because some states last only seconds. */
async function take({ name, show }: Picture): Promise<void> {
  const tabs = await openTabs();
  const shown = await show();
  await Promise.all(
    tabs.map(async ({ tab, look }) => {
      const card = await find(tab, shown);
      // Show only the channel, because the panels around it belong to the sandbox.
      const path = join(FOLDER, `${name}-${look}.png`);
      await steadily(card, () => tab.locator('main').screenshot({ path }));
      await tab.close();
    }),
  );
}

const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);

/** Returns the pictures of each scenario, in order, because a later one may build on an earlier one. */
function stories(all: readonly Picture[]): readonly (readonly Picture[])[] {
  const begun: Picture[][] = [];
  for (const picture of all) {
    if (picture.scenario !== undefined) begun.push([]);
    begun.at(-1)?.push(picture);
  }
  return begun;
}

mkdirSync(FOLDER, { recursive: true });
try {
  for (const story of stories(pictures)) {
    if (!story.some(({ name }) => isWanted(name))) continue;
    for (const picture of story) {
      if (picture.scenario !== undefined) {
        await api('scenario', { id: picture.scenario });
        await sandbox.ready();
      }
      if (!isWanted(picture.name)) {
        await picture.show();
        continue;
      }
      await take(picture);
      process.stdout.write(`${picture.name}\n`);
    }
  }
} finally {
  await browser.close();
  await sandbox.close();
}
process.exit(0);

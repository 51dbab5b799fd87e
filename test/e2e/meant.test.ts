/** Intended changes page nobody, with boots as long as Heroku's: the real bot, its webhooks, and requests that the router holds. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { LONG } from '../support/long.ts';

interface Shown {
  readonly ts: string;
  readonly channel: string;
  readonly text: string;
  readonly onlyFor?: string;
  readonly threadTs?: string;
  readonly blocks: readonly object[];
}

interface State {
  readonly apps: readonly {
    readonly name: string;
    readonly dynos: string;
    readonly releases: readonly string[];
  }[];
  readonly github: {
    readonly runs: readonly { readonly id: number; readonly reviewers: readonly string[] }[];
  };
}

const KRIS = 'U0KRIS001';
/** Longer than the time between two sightings. */
const BOOT_S = 34;
const runbook = { watch: { every_seconds: 2 } };

let sandbox: Sandbox;
async function start(scenario: string, bootSeconds: number): Promise<void> {
  sandbox = await startSandbox({ port: 0, scenario, pace: 0.1, bootSeconds, runbook });
  await sandbox.ready();
  // The first request opens the embedded database, which takes seconds.
  await call('command', { text: '/raxx history', user: KRIS });
  await vi.waitFor(async () => expect((await messages()).length).toBeGreaterThan(1), { timeout: 30_000 });
}
afterEach(() => sandbox.close());

async function call<T>(path: string, body?: object): Promise<T> {
  const answer = await fetch(`${sandbox.page.url}/api/${path}`, {
    method: body ? 'POST' : 'GET',
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

const messages = () => call<readonly Shown[]>('messages');
const everybody = async () => (await messages()).filter(({ onlyFor, threadTs }) => !onlyFor && !threadTs);
const alarms = async () =>
  (await everybody()).filter(({ text }) => /^(Incident|Resolved)/.test(text) || /\bdown\b/.test(text));

function appears(text: RegExp, timeout = 20_000): Promise<Shown> {
  return vi.waitFor(
    async () => {
      const found = (await everybody()).findLast((one) => text.test(one.text));
      if (!found)
        throw new Error(`no ${text} among ${(await everybody()).map((one) => one.text).join(' | ')}`);
      return found;
    },
    { timeout, interval: 100 },
  );
}

/** Proposes, approves and waits until it is done. */
async function act(command: string, proposed: RegExp): Promise<void> {
  await call('command', { text: command, user: KRIS });
  const { ts, channel } = await appears(proposed);
  await call('click', { ts, channel, actionId: 'approve', user: KRIS });
}

async function passGate(): Promise<void> {
  const id = await vi.waitFor(
    async () => {
      const run = (await call<State>('state')).github.runs.find(({ reviewers }) => reviewers.length > 0);
      if (!run) throw new Error('no run waits at the gate');
      return run.id;
    },
    { timeout: 30_000, interval: 100 },
  );
  await call('review', { run: id, state: 'approved', by: 'Kristerpher' });
}

async function dynosOf(name: string): Promise<string> {
  return (await call<State>('state')).apps.find((one) => one.name === name)?.dynos ?? '';
}

async function releasesOf(name: string): Promise<string> {
  return (await call<State>('state')).apps.find((one) => one.name === name)?.releases[0] ?? '';
}

async function boots(name: string): Promise<void> {
  await vi.waitFor(async () => expect(await dynosOf(name)).toContain('starting'), {
    timeout: 30_000,
    interval: 50,
  });
  await vi.waitFor(async () => expect(await dynosOf(name)).toBe('web.1 up'), {
    timeout: 60_000,
    interval: 200,
  });
  // Two more rounds of the watch.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
}

describe('an intended change', () => {
  it('pages nobody when it is a push that deploys staging, or a restart of prod', {
    timeout: 120_000,
  }, async () => {
    await start('healthy', BOOT_S);
    await call('push', { title: 'A merge like any other', author: 'kris' });
    await act('/raxx restart prod', /^Proposed: Restart web on raxx-api-prod/);
    await boots('raxx-api-prod');
    expect(await dynosOf('raxx-api-staging')).toBe('web.1 up');
    expect(await releasesOf('raxx-api-staging')).toContain('Deploy');
    expect(await alarms()).toEqual([]);
    await appears(/^Done: Restart web on raxx-api-prod/);
  });

  it('pages once when its boot crashes', { timeout: 120_000 }, async () => {
    await start('deploy-crashes', 6);
    await act('/raxx deploy prod', /^Proposed: Deploy /);
    await passGate();
    await appears(/^Incident: raxx-api-prod has been down/, 40_000);
    await appears(/<@U0KRIS001>.*prod down/, 20_000);
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const all = await everybody();
    const pings = all.filter(({ text }) => text.includes('<@U0KRIS001>') && text.includes('prod down'));
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual(['C0MOOSE01', 'D0KRIS001']);
    expect(all.filter(({ text }) => text.startsWith('Incident'))).toHaveLength(1);
  });
});

describe.skipIf(LONG !== null)(LONG ?? 'a slower intended change', () => {
  it('pages nobody when it is a deploy of prod through its gate, then a rollback', {
    timeout: 240_000,
  }, async () => {
    await start('healthy', BOOT_S);
    await act('/raxx deploy prod', /^Proposed: Deploy /);
    await passGate();
    await boots('raxx-api-prod');
    await appears(/^Done: Deploy/, 40_000);
    expect(await alarms()).toEqual([]);
  });
});

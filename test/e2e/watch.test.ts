/** Without a typed command: the app breaks by itself, and the bot detects it, pages, is acknowledged, fixes it by a button and resolves it. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { LONG } from '../support/long.ts';

interface Shown {
  readonly ts: string;
  readonly channel: string;
  readonly text: string;
  readonly blocks: readonly object[];
  readonly onlyFor?: string;
  readonly threadTs?: string;
}

const [CHANNEL, DM] = ['C0MOOSE01', 'D0KRIS001'];
const OPERATOR = 'ops@raxx.app';

let sandbox: Sandbox;
beforeAll(async () => {
  const runbook = {
    watch: { every_seconds: 2 },
    escalation: { unresolved_minutes: 0.1, repeat_minutes: 10 },
  };
  sandbox = await startSandbox({ port: 0, scenario: 'breaks-and-heals', pace: 0.2, runbook });
  await sandbox.ready();
});
afterAll(() => sandbox.close());

async function call(path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${sandbox.page.url}/api/${path}`, {
    method: body ? 'POST' : 'GET',
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

const messages = async () => (await call('messages')) as readonly Shown[];

/** The first message that `fits`, once there is one. */
function appears(what: string, fits: (message: Shown) => boolean, timeout = 20_000): Promise<Shown> {
  return vi.waitFor(
    async () => {
      const found = (await messages()).find(fits);
      if (!found) throw new Error(`no ${what} yet`);
      return found;
    },
    { timeout, interval: 100 },
  );
}

const has = (actionId: string) => (message: Shown) =>
  JSON.stringify(message.blocks).includes(`"action_id":"${actionId}"`);
const click = ({ ts, channel }: Shown, actionId: string) =>
  call('click', { ts, channel, actionId, user: OPERATOR });
const isHourBefore = ({ text }: Shown) => /^The (hour|\d+ min) before .* UTC, when /.test(text);
const mentions = ({ text }: Shown) => text.includes('<@U0KRIS001>');

/** To resolve, the app has to be up for five minutes by the clock of the real bot: only the long tests wait for that. */
const END = LONG === null ? 'the quiet end' : 'being up again';

it(`follows an incident from the crash to ${END}`, { timeout: 460_000 }, async () => {
  const card = await appears('incident', ({ text }) => text.startsWith('Incident: '), 35_000);
  expect(card).toMatchObject({ channel: CHANNEL });
  expect(card.text).toContain('failure mode B (H10)');
  expect(mentions(card)).toBe(false);

  const hour = await appears('hour before', isHourBefore);
  expect(hour).toMatchObject({ channel: CHANNEL, threadTs: card.ts });
  expect(JSON.stringify(hour.blocks)).toContain('"type":"data_visualization"');

  const ping = await appears('ping', (one) => one.ts !== card.ts && one.channel === CHANNEL && mentions(one));
  const direct = await appears('direct message', ({ channel }) => channel === DM);
  expect(has('acknowledge')(ping)).toBe(true);
  await click(direct, 'acknowledge');
  await appears(
    'acknowledgement',
    ({ text, threadTs }) => text.startsWith('Acknowledged') && threadTs === card.ts,
  );

  await click(card, 'propose_restart');
  await click(await appears('proposal', has('approve')), 'approve');
  // Up is not recovered: it has to be up for five minutes.
  await appears(
    'recovery',
    ({ ts, text }) =>
      ts === card.ts && /^Incident: raxx-api-prod (is back up|has been degraded|is degraded)/.test(text),
  );
  expect((await messages()).filter(isHourBefore)).toHaveLength(1);
  if (LONG !== null) return;
  const ended = await appears(
    'end',
    ({ ts, text }) => ts === card.ts && text.startsWith('Resolved'),
    400_000,
  );
  expect(has('propose_restart')(ended)).toBe(false);

  // Each page gets its final text where it was posted, the acknowledged ones as well.
  await vi.waitFor(
    async () => {
      const pings = (await messages()).filter((one) => mentions(one) && one.onlyFor === undefined);
      expect(pings.length).toBeGreaterThanOrEqual(2);
      for (const { text } of pings) expect(text).toMatch(/^<@U0KRIS001>: Resolved; was: prod/);
    },
    { timeout: 20_000, interval: 200 },
  );
  const all = (await messages()).filter(({ onlyFor }) => onlyFor === undefined);
  expect(all.some(({ ts }) => ts === ping.ts)).toBe(true);
  expect(all.filter(({ text }) => /^(Incident|Resolved after)/.test(text))).toHaveLength(1);
});

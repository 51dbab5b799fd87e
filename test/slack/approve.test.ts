/** Clicks on Approve over signed HTTP, with a real ledger and a local Heroku: one write for any number of clicks, and an answer to every refusal. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { signedHeaders } from '../../sandbox/slack/sign.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { OPERATOR } from '../support/acting.ts';
import { figure } from '../support/figure.ts';
import {
  SIGNING_SECRET,
  type SlackBot,
  type SlackBotOptions,
  useOrdinaryWorld,
  useSlackBots,
} from '../support/slack-bot.ts';

const [ASKER, APPROVER, GUEST, STRANGER, NOBODY] = [
  'U0KRIS001',
  'U0MOIRA01',
  'U0GUS0001',
  'U0SAM0001',
  'U0NOBODY1',
] as const;
const [TEAM, APP, CHANNEL] = ['T0RAXX001', 'A0RAXXAPP', 'C0MOOSE01'] as const;

/** Two people may approve, but not what they asked for themselves. */
const twoApprovers = (facts: Facts): Facts => ({
  ...facts,
  people: { ...facts.people, approvers: [ASKER, APPROVER, GUEST, STRANGER, NOBODY] },
  approvals: { ...facts.approvals, stop: { approvals: 1, selfApprove: false } },
});

const world = useOrdinaryWorld();
const openBot = useSlackBots({ facts: twoApprovers, more: { canDo: new Set(['stop']) } }, world);
let bot: SlackBot;
async function open(options: SlackBotOptions = {}): Promise<void> {
  bot = await openBot(options);
}
beforeEach(() => open());

interface Clicked {
  readonly value: string;
  readonly user: string;
  readonly action?: 'approve' | 'reject';
  readonly team?: string;
  readonly app?: string | undefined;
}

/** The body of a request as Slack sends it. Sending the same body twice is a replay. */
function bodyOf({ value, user, action = 'approve', team = TEAM, app = APP }: Clicked): string {
  const payload = {
    type: 'block_actions',
    user: { id: user, team_id: team },
    team: { id: team },
    ...(app === undefined ? {} : { api_app_id: app }),
    channel: { id: CHANNEL },
    trigger_id: bot.slack.views.trigger(user),
    response_url: bot.server.url + bot.slack.responseUrls.issue('actions', { channel: CHANNEL, user }),
    actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: '1' }],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

function post(body: string, headers: Record<string, string>) {
  return fetch(bot.url, { method: 'POST', body, headers, signal: AbortSignal.timeout(4_000) });
}

async function click(clicked: Clicked): Promise<void> {
  const body = bodyOf(clicked);
  const { status } = await post(body, signedHeaders(SIGNING_SECRET, body, Math.floor(Date.now() / 1000)));
  expect(status).toBe(200);
}

const asker = { ...OPERATOR, id: ASKER };
const shownTo = (user: string) => bot.shownTo(user);
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 8_000, interval: 10 });
const writes = () =>
  world.local.outside.heroku.arrived.filter(
    ({ method, path }) => method !== 'GET' && !path.endsWith('/log-sessions'),
  );

describe('a signed approval', () => {
  it('sends one write when it arrives ten times at once and ten times later', async () => {
    const { id } = await bot.context.propose('stop', { by: asker });
    const body = bodyOf({ value: id, user: APPROVER });
    const headers = signedHeaders(SIGNING_SECRET, body, Math.floor(Date.now() / 1000));
    const tenTimes = async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(body, headers)));
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    };
    await tenTimes();
    await until(async () => expect((await bot.context.find(id)).state).toBe('approved'));
    await bot.context.work();
    expect(await bot.context.find(id)).toMatchObject({
      state: 'succeeded',
      approvals: [{ person: APPROVER }],
    });
    await tenTimes();
    await bot.context.work();
    // A replay is acknowledged, but is not a second click.
    expect((await bot.context.find(id)).trail.filter(({ event }) => event === 'refused')).toEqual([]);
    expect(writes()).toHaveLength(1);
    figure(`replay: one signed click sent 20 times, writes=${writes().length}`);
  });
});

describe('a decision by click', () => {
  interface Refusal {
    readonly user: string;
    readonly words: string;
    readonly state?: string;
    readonly more?: Partial<Clicked>;
    prepare?(id: string): Promise<void>;
  }
  const approvers =
    'You are not one of the approvers in the runbook file (people.approvers). Who can: someone. Nothing was done.';

  it.each<readonly [name: string, refusal: Refusal]>([
    [
      'the asker, where self-approval is off',
      {
        user: ASKER,
        words:
          'You asked for this yourself, and the runbook file requires someone else to approve it (self_approve: false). Ask another approver: someone',
      },
    ],
    [
      'someone who is not an approver',
      {
        user: APPROVER,
        words: approvers,
        prepare: async () => {
          await open({
            facts: (facts) => ({ ...facts, people: { ...facts.people, approvers: [ASKER] } }),
          });
        },
      },
    ],
    ['a person whom Slack does not know', { user: NOBODY, words: 'I could not see who you are' }],
    [
      'a person whom the bot has never seen, while Slack does not answer',
      {
        user: APPROVER,
        words: 'I could not see who you are',
        prepare: async () => {
          // From the start: the bot remembers for an hour whom it has seen.
          await open({ faults: [{ service: 'slack', path: 'users.info', play: { status: 500 } }] });
        },
      },
    ],
    ['a guest', { user: GUEST, words: 'I answer only full members of this workspace. Nothing was done.' }],
    [
      'a person of another workspace in a shared channel',
      { user: STRANGER, words: 'I answer only full members of this workspace. Nothing was done.' },
    ],
    [
      'a person who clicked in another workspace',
      {
        user: APPROVER,
        more: { team: 'T0OTHER01' },
        words: 'I answer only members of the workspace where I am installed. Nothing was done.',
      },
    ],
    [
      'a click on a message of another app',
      {
        user: APPROVER,
        more: { app: 'A0OTHERAPP' },
        words: 'This request came from another Slack app. Nothing was done.',
      },
    ],
    [
      'anybody, once the proposal has expired',
      {
        user: APPROVER,
        words: 'This has expired. Propose it again. Nothing was done.',
        state: 'expired',
        prepare: async () => bot.context.pass(31 * 60_000),
      },
    ],
    [
      'anybody, once the proposal was rejected',
      {
        user: APPROVER,
        words: 'Already rejected by someone. Nothing was done.',
        state: 'rejected',
        prepare: async (id) => void (await bot.context.actionService.reject(id, asker)),
      },
    ],
    [
      'a click with a forged value',
      { user: APPROVER, more: { value: 'x' }, words: 'There is no such proposal. Nothing was done.' },
    ],
    [
      'a click with SQL as its value',
      {
        user: APPROVER,
        more: { value: "' or state = 'proposed' --" },
        words: 'There is no such proposal. Nothing was done.',
      },
    ],
    [
      'a click with an id that does not exist',
      {
        user: APPROVER,
        more: { value: '00000000-0000-4000-8000-000000000000' },
        words: 'There is no such proposal. Nothing was done.',
      },
    ],
    [
      'a click with the name of a target as its value',
      { user: APPROVER, more: { value: 'prod' }, words: 'There is no such proposal. Nothing was done.' },
    ],
    [
      'a rejection by someone who is neither approver nor asker',
      {
        user: APPROVER,
        more: { action: 'reject' },
        words:
          'Only an approver, or the person who asked for it, may reject this. Who can: someone. Nothing was done.',
        prepare: async () => {
          await open({
            facts: (facts) => ({ ...facts, people: { ...facts.people, approvers: [ASKER] } }),
          });
        },
      },
    ],
  ])(
    'is refused with its reason and does nothing: %s',
    async (_name, { user, words, state = 'proposed', more = {}, prepare }) => {
      const { id } = await bot.context.propose('stop', { by: asker });
      await prepare?.(id);
      await click({ value: id, user, ...more });
      await until(() => expect(shownTo(user).join('\n')).toContain(words));
      await bot.context.work();
      expect(writes()).toEqual([]);
      expect(await bot.context.find(id)).toMatchObject({ state, approvals: [], sentAt: null });
    },
  );

  it('is refused without the id of an app', async () => {
    const { id } = await bot.context.propose('stop', { by: asker });
    const body = bodyOf({ value: id, user: APPROVER }).replace(`%22api_app_id%22%3A%22${APP}%22%2C`, '');
    await post(body, signedHeaders(SIGNING_SECRET, body, Math.floor(Date.now() / 1000)));
    await until(() => expect(shownTo(APPROVER).join()).toContain('another Slack app'));
    expect((await bot.context.find(id)).state).toBe('proposed');
  });

  it('is not accepted when another secret signed it', async () => {
    const { id } = await bot.context.propose('stop', { by: asker });
    const body = bodyOf({ value: id, user: APPROVER });
    const { status } = await post(body, signedHeaders('other', body, Math.floor(Date.now() / 1000)));
    expect(status).toBe(401);
    expect((await bot.context.find(id)).state).toBe('proposed');
  });

  it('names who decided when it comes after another decision', async () => {
    const { id } = await bot.context.propose('stop', { by: asker });
    await click({ value: id, user: APPROVER });
    await until(async () => expect((await bot.context.find(id)).state).toBe('approved'));
    await click({ value: id, user: ASKER });
    await until(() => expect(shownTo(ASKER)).toEqual(['Already approved by someone. Nothing was done.']));
    await bot.context.work();
    expect(writes()).toHaveLength(1);
  });
});

describe('a card', () => {
  it('is posted once when two jobs draw it at once', async () => {
    const { id } = await bot.context.propose('stop', { by: asker });
    await Promise.all([bot.app.actions.draw(id), bot.app.actions.draw(id), bot.app.actions.draw(id)]);
    expect(bot.server.arrived.filter(({ path }) => path.endsWith('chat.postMessage'))).toHaveLength(1);
    expect(bot.slack.messages.all()).toHaveLength(1);
  });
});

describe('the identity of the app', () => {
  it('is proved by the signature alone when Slack refuses to show it', async () => {
    const body = { ok: false, error: 'missing_scope' };
    await open({ faults: [{ service: 'slack', path: 'bots.info', play: { status: 200, body } }] });
    const { id } = await bot.context.propose('stop', { by: asker });
    await click({ value: id, user: APPROVER, app: 'A0OTHERAPP' });
    await until(async () => expect((await bot.context.find(id)).state).toBe('approved'));
  });

  it('blocks every click while Slack cannot be reached to read it', async () => {
    await open({ faults: [{ service: 'slack', path: 'bots.info', play: { status: 500 } }] });
    const answer = await fetch(bot.url.replace('/slack/events', '/readyz'));
    expect(answer.status).toBe(503);
  });
});

import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageDeps, ScenarioCard } from '../../../sandbox/page/api.ts';
import { type Page, startPage } from '../../../sandbox/page/server.ts';
import { buildWorld, loadScenario } from '../../../sandbox/scenario.ts';
import { type LocalServer, startServer } from '../../../sandbox/server.ts';
import { createSender } from '../../../sandbox/slack/sender.ts';
import { createSlack, type Slack } from '../../../sandbox/slack/slack.ts';
import type { World } from '../../../sandbox/world.ts';

const healthy: ScenarioCard = {
  id: 'healthy',
  title: 'Healthy',
  group: 'well',
  story: 'All is well.',
  expect: {},
};
const stopped: ScenarioCard = {
  id: 'stopped',
  title: 'Stopped',
  group: 'failing',
  story: 'Someone stopped it.',
  expect: {},
};

let slack: Slack;
let bot: LocalServer;
let page: Page;
let scenario: ScenarioCard;
let world: World;

beforeEach(async () => {
  slack = createSlack();
  scenario = healthy;
  const atTheGate = loadScenario('at-the-gate');
  world = buildWorld(atTheGate, Date.now());
  bot = await startServer({
    service: 'slack',
    routes: [{ method: 'POST', path: /\/slack\/events/, handle: () => ({ status: 200, body: 'heard' }) }],
    faults: () => [],
    notFound: () => ({ status: 404 }),
  });
  const deps: PageDeps = {
    slack,
    sender: createSender({
      slack,
      eventsUrl: () => `${bot.url}/slack/events`,
      signingSecret: 'secret',
      replyBase: 'http://127.0.0.1:1',
    }),
    scenarios: [healthy, stopped],
    scenario: () => scenario,
    setScenario(id) {
      const found = [healthy, stopped].find((one) => one.id === id);
      if (found) scenario = found;
      return found !== undefined;
    },
    bot: () => ({ state: 'ready', words: 'The bot is ready' }),
    world: () => world,
  };
  page = await startPage(deps, 0);
});
afterEach(() => Promise.all([page.close(), bot.close()]));

const get = (path: string) => fetch(page.url + path);
const post = (path: string, body: unknown, type = 'application/json') =>
  fetch(page.url + path, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });

describe("the page's API", () => {
  it('types a command as a person, and shows the result', async () => {
    const answer = await post('/api/command', { text: '/raxx help', user: 'ops@raxx.app' });
    expect(await answer.json()).toMatchObject({ ack: { status: 200, failure: null, body: 'heard' } });
    expect(await (await get('/api/messages')).json()).toMatchObject([
      { text: 'heard', onlyFor: 'U0KRIS001', channel: 'C0MOOSE01' },
    ]);
    expect(new URLSearchParams(bot.arrived[0]?.body).get('text')).toBe('help');
  });

  it('posts a text without a slash as a message, escaped as Slack does', async () => {
    await post('/api/command', { text: 'is <prod> down?', user: 'moira' });
    expect(slack.messages.all()).toMatchObject([{ text: 'is &lt;prod&gt; down?', author: 'U0MOIRA01' }]);
    expect(bot.arrived).toEqual([]);
  });

  it('presses a button, and finds the channel by the message', async () => {
    const button = {
      type: 'button',
      action_id: 'approve',
      text: { type: 'plain_text', text: 'Approve' },
    } as const;
    const { ts } = slack.messages.post({
      channel: 'C0MOOSE01',
      author: 'U0RAXXBOT',
      text: 'card',
      blocks: [{ type: 'actions', elements: [button] }],
    });
    const answer = await post('/api/click', { ts, actionId: 'approve', user: 'moira' });
    expect(answer.status).toBe(200);
    const payload = JSON.parse(new URLSearchParams(bot.arrived[0]?.body).get('payload') ?? '{}');
    expect(payload).toMatchObject({ user: { id: 'U0MOIRA01' }, actions: [{ action_id: 'approve' }] });
  });

  it('opens the Home tab of a person, which the bot is notified of, and shows what it published', async () => {
    const opened = await post('/api/home', { user: 'moira' });
    expect(await opened.json()).toMatchObject({ ack: { status: 200 } });
    expect(JSON.parse(bot.arrived[0]?.body ?? '')).toMatchObject({
      event: { type: 'app_home_opened', tab: 'home', user: 'U0MOIRA01' },
    });
    expect(await (await get('/api/state')).json()).toMatchObject({ homes: [] });
    slack.views.publish('U0MOIRA01', { type: 'home', blocks: [{ type: 'divider' }] });
    expect(await (await get('/api/state')).json()).toMatchObject({
      homes: [{ user: 'U0MOIRA01', blocks: [{ type: 'divider' }] }],
    });
  });

  it('chooses a shortcut from the menu of a message', async () => {
    slack.workspace.shortcuts = [{ callbackId: 'add_to_timeline', name: 'Add to timeline' }];
    const said = { channel: 'C0MOOSE01', author: 'U0MOIRA01', text: 'logins fail', blocks: [] };
    const { ts } = slack.messages.post(said);
    const chosen = { ts, channel: 'C0MOOSE01', callbackId: 'add_to_timeline', user: 'ops@raxx.app' };
    expect((await post('/api/shortcut', chosen)).status).toBe(200);
    const payload = JSON.parse(new URLSearchParams(bot.arrived[0]?.body).get('payload') ?? '{}');
    expect(payload).toMatchObject({
      type: 'message_action',
      callback_id: 'add_to_timeline',
      message: { text: 'logins fail' },
      user: { id: 'U0KRIS001' },
    });
    expect(await (await get('/api/state')).json()).toMatchObject({
      workspace: { shortcuts: [{ callbackId: 'add_to_timeline' }] },
    });
  });

  it.each([
    ['/api/home', { user: 'nobody' }, 409],
    ['/api/shortcut', { ts: '1.0', channel: 'C0MOOSE01', callbackId: 'add_to_timeline', user: 'moira' }, 409],
    ['/api/shortcut', { ts: '1.0', user: 'moira' }, 400],
    ['/api/click', { ts: '1.0', actionId: 'approve', user: 'moira' }, 409],
    ['/api/command', { text: '/raxx', user: 'nobody' }, 409],
    ['/api/command', { text: '/deploy', user: 'moira' }, 409],
    ['/api/command', { user: 'moira' }, 400],
    ['/api/scenario', { id: 'nope' }, 409],
    ['/api/review', { run: 9300, state: 'approved', by: 'kris' }, 409],
    ['/api/review', { run: 9250, state: 'approved', by: 'Kristerpher' }, 409],
    ['/api/review', { run: 9300, state: 'maybe', by: 'Kristerpher' }, 400],
    ['/api/push', { title: 'Fix', author: 'nobody' }, 409],
    ['/api/push', { title: 'Fix', author: 'kris', branch: 'nope' }, 409],
    ['/api/push', { title: ' ', author: 'kris' }, 400],
    ['/api/nope', {}, 404],
  ])('refuses %s %j with %i and the reason', async (path, body, status) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(/\w+/) });
    expect(bot.arrived).toEqual([]);
  });

  it('lets a reviewer decide on a run that waits at the gate, and shows it', async () => {
    expect(await (await get('/api/state')).json()).toMatchObject({
      github: { runs: [{ id: 9300, state: 'waits at the gate', reviewers: ['Kristerpher'] }, {}, {}] },
    });
    const review = { run: 9300, state: 'rejected', by: 'Kristerpher', comment: 'not today' };
    expect(await (await post('/api/review', review)).json()).toEqual({ run: 9300, state: 'rejected' });
    expect(await (await get('/api/state')).json()).toMatchObject({
      github: {
        runs: [
          { id: 9300, state: 'failure', reviewers: [], reviews: ['rejected by Kristerpher: not today'] },
          {},
          {},
        ],
      },
    });
  });

  it('pushes a commit, and shows where the branch is', async () => {
    const answer = await post('/api/push', { title: 'Fix a typo', author: 'kris' });
    const pushed = (await answer.json()) as { sha: string };
    expect(pushed).toEqual({ branch: 'main', sha: expect.stringMatching(/^[0-9a-f]{40}$/) });
    const { github } = (await (await get('/api/state')).json()) as { github: { branches: unknown[] } };
    expect(github.branches[0]).toEqual({ name: 'main', tip: `${pushed.sha.slice(0, 8)} Fix a typo` });
  });

  it('shows what Heroku has', async () => {
    expect(await (await get('/api/state')).json()).toMatchObject({
      apps: [
        {
          name: 'raxx-api-prod',
          formation: 'web=1:Basic worker=0:Basic',
          dynos: 'web.1 up',
          releases: [
            expect.stringMatching(/^v99 Deploy [0-9a-f]{8} \(current\)$/),
            expect.anything(),
            expect.anything(),
          ],
        },
        { name: 'raxx-api-staging' },
      ],
    });
  });

  it('changes the scenario', async () => {
    expect(await (await post('/api/scenario', { id: 'stopped' })).json()).toEqual({ id: 'stopped' });
    expect(await (await get('/api/state')).json()).toMatchObject({ scenario: { id: 'stopped' } });
    expect(await (await get('/api/scenarios')).json()).toMatchObject([{ id: 'healthy' }, { id: 'stopped' }]);
  });

  it('notifies open pages of each change', async () => {
    const stream = await get('/api/events');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('event: change');
    slack.messages.post({ channel: 'C0MOOSE01', author: 'U0RAXXBOT', text: 'new', blocks: [] });
    expect((await reader?.read())?.value).toContain('event: change');
  });
});

describe("the page's files", () => {
  it('are served with every script that they import, with types stripped, and load nothing from outside', async () => {
    const seen = new Set<string>();
    const open = ['/', '/page/page.css', '/page/client/main.js'];
    for (let path = open.shift(); path !== undefined; path = open.shift()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const answer = await get(path);
      const text = await answer.text();
      expect([path, answer.status]).toEqual([path, 200]);
      expect(text).not.toMatch(/^import type/m);
      if (path === '/') expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
      for (const [, target = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
        open.push(new URL(target, `http://a${path}`).pathname);
      }
    }
    expect(seen).toContain('/page/mrkdwn.ts');
  });

  it('are only the listed ones', async () => {
    for (const path of ['/page/server.ts', '/page/../main.ts', '/package.json', '/page/constructor']) {
      expect((await get(path)).status).toBe(404);
    }
  });
});

describe("the page's server", () => {
  it('refuses a form from another site', async () => {
    expect((await post('/api/command', { text: '/raxx', user: 'moira' }, 'text/plain')).status).toBe(415);
  });

  it('answers to loopback names only', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${page.url}/api/state`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('takes the next free port when the wanted one is taken', async () => {
    const port = Number(new URL(page.url).port);
    const second = await startPage({ ...emptyDeps(), slack }, port);
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
    await second.close();
  });
});

function emptyDeps(): PageDeps {
  return {
    slack,
    sender: createSender({ slack, eventsUrl: () => bot.url, signingSecret: 's', replyBase: bot.url }),
    scenarios: [],
    scenario: () => healthy,
    setScenario: () => false,
    bot: () => ({ state: 'starting', words: '' }),
    world: () => world,
  };
}

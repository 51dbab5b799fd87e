/** What the local Heroku and GitHub send, taken by the bot's own routes. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { advance, reviewGate } from '../../sandbox/github/live-runs.ts';
import { healthyWorld } from '../../sandbox/healthy-world.ts';
import { scale } from '../../sandbox/heroku/scale.ts';
import { createWebhooks as createSenders, type Webhooks } from '../../sandbox/webhooks.ts';
import type { World } from '../../sandbox/world.ts';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import type { Hint } from '../../src/webhooks/hints.ts';
import { createWebhooks } from '../../src/webhooks/index.ts';
import { testFacts } from '../support/facts.ts';

const SECRETS = { herokuSecret: 'heroku-secret', githubSecret: 'github-secret' };
const START = Date.now();
let world: World;
let webhooks: Webhooks;
let http: HttpServer;
let hints: Hint[];
/** `dyno crashed`, `workflow_job waiting` */
let heard: string[];
let statuses: number[];
let refusals: number;

beforeEach(async () => {
  world = { ...healthyWorld(), start: START };
  hints = [];
  heard = [];
  statuses = [];
  refusals = 0;
  const routes = createWebhooks({
    ...SECRETS,
    facts: testFacts,
    now: Date.now,
    takeHint: async (hint, status) => {
      refusals -= 1;
      if (refusals >= 0) return { status: 503, words: '' };
      hints.push(hint);
      return { status, words: '' };
    },
  });
  const listening = new Map(
    [...routes].map(([path, route]) => [
      path,
      async (delivery: Parameters<typeof route>[0]) => {
        const reply = await route(delivery);
        const body = JSON.parse(delivery.rawBody.toString());
        const event = delivery.headers['x-github-event'];
        if (event === undefined)
          heard.push(`${body.webhook_metadata.event.include} ${body.data.state ?? body.action}`);
        else heard.push(`${event} ${body.deployment_status?.state ?? body.action}`);
        statuses.push(reply.status);
        return reply;
      },
    ]),
  );
  http = createHttpServer({
    port: 0,
    routes: listening,
    slackListener: () => null,
    readiness: async () => ({ ok: true, reasons: [] }),
    now: Date.now,
  });
  const url = `http://127.0.0.1:${await http.start()}`;
  webhooks = createSenders({ ...SECRETS, botUrl: () => url, githubUrl: 'http://127.0.0.1:1' });
  webhooks.sendChanges(world, START);
});
afterEach(async () => {
  await webhooks.stop();
  const stopped = http.stop();
  http.cut();
  await stopped;
});

const prod = () => {
  const app = world.heroku.apps['raxx-api-prod'];
  if (!app) throw new Error('no prod');
  return { name: 'raxx-api-prod', app, start: world.start };
};
const until = (check: () => void) => vi.waitFor(check, { timeout: 4_000, interval: 10 });
const hear = (...events: readonly string[]) =>
  until(() => expect(heard.toSorted()).toEqual(events.toSorted()));

describe('the local Heroku', () => {
  it('reports a dyno that crashed', async () => {
    for (const dyno of prod().app.dynos) dyno.state = 'crashed';
    expect(webhooks.sendChanges(world, Date.now())).toBe(true);
    await hear('dyno crashed');
    expect(hints).toMatchObject([{ targets: ['prod'], crashedAt: expect.any(Number) }]);
  });

  it('reports an app that is scaled to zero, but not as a crash', async () => {
    scale(prod(), { updates: [{ type: 'web', quantity: 0 }] }, Date.now());
    webhooks.sendChanges(world, Date.now());
    await hear('dyno down', 'api:formation update');
    expect(hints.map(({ crashedAt }) => crashedAt)).toEqual([null, null]);
  });

  it('repeats a delivery that was not accepted', async () => {
    refusals = 1;
    for (const dyno of prod().app.dynos) dyno.state = 'crashed';
    webhooks.sendChanges(world, Date.now());
    await until(() => expect(statuses).toEqual([503, 204]));
  });

  it('reports nothing twice, and nothing after a change of world', async () => {
    expect(webhooks.sendChanges(world, Date.now())).toBe(false);
    const other: World = { ...healthyWorld(), start: START };
    other.heroku.apps = {};
    expect(webhooks.sendChanges(other, Date.now())).toBe(false);
  });
});

describe('the local GitHub', () => {
  it('reports each stage of a run, and the release at its end', async () => {
    const { phase } = world.github.deploys;
    const [newest] = world.github.runs.toSorted((one, other) => other.id - one.id);
    if (!newest) throw new Error('no run');
    const id = newest.id + 1;
    world.github.runs.push({
      ...newest,
      id,
      event: 'workflow_dispatch',
      status: 'queued',
      conclusion: null,
      environment: 'production',
      age: 0,
      duration: 0,
      live: { begunAt: START, gateAt: null, passedAt: null },
      jobs: [],
      approvals: [],
    });
    const at = (phases: number) => START + phases * phase * 1_000;
    const go = (phases: number) => {
      heard = [];
      advance(world, at(phases));
      webhooks.sendChanges(world, at(phases));
    };
    go(0);
    await hear('workflow_run requested');
    go(1.5);
    await hear('workflow_run in_progress', 'workflow_job in_progress');
    go(2.5);
    await hear('workflow_job completed', 'workflow_job waiting', 'deployment_status waiting');
    reviewGate(world, id, 'approved', 'Kristerpher', at(3));
    go(3.5);
    await hear('workflow_run in_progress', 'workflow_job in_progress', 'deployment_status in_progress');
    go(4.5);
    await hear(
      'workflow_run completed',
      'workflow_job completed',
      'deployment_status success',
      'api:release create',
      'dyno up',
    );
    expect(new Set(statuses)).toEqual(new Set([200, 204]));
    // A job does not say of which workflow it is: it asks for no look.
    const asking = hints.filter(({ targets }) => targets.length > 0);
    expect(asking.length).toBeGreaterThan(0);
    expect(asking.every(({ targets }) => targets.includes('prod'))).toBe(true);
  });
});

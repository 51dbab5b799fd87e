/** Deliveries by the thousand, over HTTP, into a real watch on a real database. */
import { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createHints } from '../../src/webhooks/hints.ts';
import { createWebhooks } from '../../src/webhooks/index.ts';
import { DATABASES } from '../support/databases.ts';
import { dyno, NOW, seen } from '../support/evidence.ts';
import { testFacts } from '../support/facts.ts';
import { figure } from '../support/figure.ts';
import { LONG } from '../support/long.ts';
import { emptyBook, startWatching, type Watching } from '../support/watching.ts';
import { dynoEvent, githubDelivery, herokuDelivery, SECRET, type Sent } from '../support/webhooks.ts';

/** Ten thousand in the long run, as the documents say; a thousand show the same. */
const MANY = LONG === null ? 10_000 : 1_000;
const AT_ONCE = 50;
let db: Db;
let watching: Watching;
let http: HttpServer;
let url: string;
let looks: number;
let working: Promise<void>;
let databaseWorks: boolean;

beforeAll(async () => {
  const [embedded] = DATABASES;
  if (!embedded) throw new Error('no database');
  db = await embedded.open();
});
afterAll(() => db.close());

beforeEach(async () => {
  await emptyBook(db);
  watching = startWatching(db);
  looks = 0;
  working = Promise.resolve();
  databaseWorks = true;
  const timers: NodeJS.Timeout[] = [];
  const takeHint = createHints({
    incidentStore: {
      noteCrash: async (...given) => watching.incidentStore.noteCrash(...given),
      // As in the queue, the look comes after the reply.
      askForLook: async (target) => {
        if (!databaseWorks) throw new Error('connection refused');
        looks += 1;
        working = working.then(() => watching.look(target));
      },
    },
    verifySooner: async () => {},
    now: Date.now,
    expire: AbortSignal.timeout,
    later: (ms, work) => void timers.push(setTimeout(work, ms)),
    onError: () => {},
  });
  const routes = createWebhooks({
    herokuSecret: SECRET,
    githubSecret: SECRET,
    facts: testFacts,
    takeHint,
    now: () => NOW,
  });
  const readiness = async () => ({ ok: true, reasons: [] });
  http = createHttpServer({ port: 0, routes, slackListener: () => null, readiness, now: Date.now });
  url = `http://127.0.0.1:${await http.start()}`;
  return async () => {
    timers.forEach(clearTimeout);
    const stopped = http.stop();
    http.cut();
    await stopped;
    await working;
  };
});

async function post(path: string, { headers, body }: Sent): Promise<number> {
  const answer = await fetch(url + path, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

/** Sends this many deliveries, some at once, and returns how often each status came. */
async function flood(count: number, sent: (index: number) => Sent): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  const agent = new Agent({ connections: AT_ONCE });
  let next = 0;
  async function work() {
    while (next < count) {
      const index = next;
      next += 1;
      const { headers, body } = sent(index);
      const answer = await agent.request({
        origin: url,
        path: '/webhooks/heroku',
        method: 'POST',
        headers,
        body,
      });
      await answer.body.dump();
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await agent.close();
  return statuses;
}

const crashed = {
  dynos: seen([dyno('crashed', 5_000)]),
  health: seen({ kind: 'http', status: 503, ms: 9 } as const),
};
const event = (id: string) => ({ event: { id, include: 'dyno' } });

describe('a flood of deliveries', () => {
  it('of one crash makes one incident and one or two looks', { timeout: 60_000 }, async () => {
    watching.world(crashed);
    const sent = herokuDelivery(dynoEvent());
    const startedAt = performance.now();
    expect(await flood(MANY, () => sent)).toEqual({ 204: MANY });
    const seconds = (performance.now() - startedAt) / 1000;
    await working;
    const incidents = await watching.incidentStore.recent(10);
    expect(incidents).toHaveLength(1);
    // The first simultaneous ones were not known yet.
    expect(looks).toBeLessThanOrEqual(2);
    figure(
      `${MANY} deliveries of one crash in ${seconds.toFixed(1)} s: ${incidents.length} incident, ${looks} look${looks === 1 ? '' : 's'}`,
    );
  });

  it('of as many events makes one look every ten seconds', { timeout: 60_000 }, async () => {
    watching.world(crashed);
    const startedAt = performance.now();
    const sent = (index: number) => herokuDelivery(dynoEvent({}, { webhook_metadata: event(`e${index}`) }));
    expect(await flood(MANY, sent)).toEqual({ 204: MANY });
    const seconds = (performance.now() - startedAt) / 1000;
    await working;
    const incidents = await watching.incidentStore.recent(10);
    expect(incidents).toHaveLength(1);
    expect(looks).toBeLessThanOrEqual(Math.ceil(seconds / 10) + 1);
    figure(
      `${MANY} deliveries of ${MANY} events in ${seconds.toFixed(1)} s: ${incidents.length} incident, ${looks} look${looks === 1 ? '' : 's'}`,
    );
  });

  it('does nothing when it is forged', { timeout: 60_000 }, async () => {
    watching.world(crashed);
    const forged = herokuDelivery(dynoEvent(), 'guessed');
    expect(await flood(MANY, () => forged)).toEqual({ 401: MANY });
    expect(looks).toBe(0);
    expect(await watching.incidentStore.newest('prod')).toBeNull();
  });
});

describe('a delivery', () => {
  it('of an old crash does not call the app down: the look shows how it is now', async () => {
    expect(await post('/webhooks/heroku', herokuDelivery(dynoEvent()))).toBe(204);
    await working;
    expect(looks).toBe(1);
    expect(await watching.incidentStore.newest('prod')).toBeNull();
  });

  it('of a crash makes the first sighting proof, and a late, older one changes nothing', async () => {
    const at = (ms: number, id: string) =>
      herokuDelivery(
        dynoEvent({}, { created_at: new Date(NOW - ms).toISOString(), webhook_metadata: event(id) }),
      );
    await post('/webhooks/heroku', at(1_000, 'new'));
    await post('/webhooks/heroku', at(90_000, 'old'));
    await working;
    expect((await watching.incidentStore.watchOf('prod')).crashToldAt).toBe(NOW - 1_000);
    // Another process does not know the newer one.
    await watching.incidentStore.noteCrash('prod', NOW - 90_000);
    expect((await watching.incidentStore.watchOf('prod')).crashToldAt).toBe(NOW - 1_000);
  });

  it('of GitHub makes the watch look at each target', async () => {
    const body = {
      action: 'completed',
      workflow_run: { path: '.github/workflows/deploy-heroku.yml' },
      repository: { full_name: testFacts.github.repository },
    };
    expect(await post('/webhooks/github', githubDelivery('workflow_run', body))).toBe(200);
    expect(looks).toBe(2);
  });

  it('gets a 503 while the database is gone, so that it is sent again', async () => {
    databaseWorks = false;
    expect(await post('/webhooks/heroku', herokuDelivery(dynoEvent()))).toBe(503);
  });

  it('is not read to the end when it is too long', async () => {
    expect(await post('/webhooks/heroku', herokuDelivery('x'.repeat(1_100_000)))).toBe(413);
  });

  it('gets a 404 without a secret, and for other methods', async () => {
    expect(
      createWebhooks({
        herokuSecret: undefined,
        githubSecret: undefined,
        facts: testFacts,
        takeHint: async () => ({ status: 204, words: '' }),
        now: () => NOW,
      }).size,
    ).toBe(0);
    expect(await post('/webhooks/other', herokuDelivery(dynoEvent()))).toBe(404);
    expect((await fetch(`${url}/webhooks/heroku`)).status).toBe(404);
  });
});

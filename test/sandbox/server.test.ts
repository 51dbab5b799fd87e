/** Planned faults: which requests they meet, and when they begin and end. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LocalServer, startServer } from '../../sandbox/server.ts';
import type { Fault } from '../../sandbox/world.ts';

let faults: Fault[];
let server: LocalServer;
beforeEach(async () => {
  server = await startServer({
    service: 'slack',
    faults: () => faults,
    routes: [],
    notFound: () => ({ status: 200, body: 'well' }),
  });
});
afterEach(() => server.close());

const ask = async (path: string, method = 'GET') => (await fetch(server.url + path, { method })).status;
const away = { status: 503 };

it('waits for the request that it begins after', async () => {
  faults = [{ service: 'slack', path: '/card', after: { service: 'slack', method: 'POST' }, play: away }];
  expect(await ask('/card')).toBe(200);
  expect(await ask('/approve', 'POST')).toBe(200);
  expect([await ask('/card'), await ask('/other')]).toEqual([503, 200]);
});

it('waits for a request to its own service only', async () => {
  faults = [{ service: 'slack', after: { service: 'heroku', method: 'POST' }, play: away }];
  await ask('/approve', 'POST');
  expect(await ask('/card')).toBe(200);
});

it('ends when its time is over, counted from the first time that it was played', async () => {
  const fault: Fault = { service: 'slack', forMs: 60_000, play: away };
  faults = [fault];
  expect([await ask('/card'), await ask('/card')]).toEqual([503, 503]);
  fault.until = Date.now() - 1;
  expect(await ask('/card')).toBe(200);
});

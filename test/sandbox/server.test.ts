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

it('begins after the request that it names', async () => {
  faults = [{ service: 'slack', path: '/card', after: { service: 'slack', method: 'POST' }, play: away }];
  expect(await ask('/card')).toBe(200);
  expect(await ask('/approve', 'POST')).toBe(200);
  expect([await ask('/card'), await ask('/other')]).toEqual([503, 200]);
});

it('waits only for a request to its own service', async () => {
  faults = [{ service: 'slack', after: { service: 'heroku', method: 'POST' }, play: away }];
  await ask('/approve', 'POST');
  expect(await ask('/card')).toBe(200);
});

it('ends after its time, counted from when it was first played', async () => {
  const fault: Fault = { service: 'slack', forMs: 60_000, play: away };
  faults = [fault];
  expect([await ask('/card'), await ask('/card')]).toEqual([503, 503]);
  fault.until = Date.now() - 1;
  expect(await ask('/card')).toBe(200);
});

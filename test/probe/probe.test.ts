import { afterEach, describe, expect, it } from 'vitest';
import { createProbe } from '../../src/probe/probe.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

let server: RawServer;
afterEach(() => server?.close());

const options = () => ({ signal: AbortSignal.timeout(5_000) });
const probe = () => createProbe({ statusUrl: server.url, now: Date.now });

describe('a probed URL', () => {
  it.each([200, 204, 302, 403, 404, 503])('answers %i', async (status) => {
    server = await startRawServer((_request, response) => response.writeHead(status).end());
    expect(await probe().get(server.url, options())).toMatchObject({
      ok: true,
      value: { kind: 'http', status },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('says why there is no answer', async () => {
    server = await startRawServer(() => {});
    const dead = await startRawServer(() => {});
    await dead.close();
    const { get } = probe();
    expect(await get(dead.url, options())).toMatchObject({
      value: { kind: 'refused', detail: 'ECONNREFUSED' },
    });
    expect(await get('http://raxx-no-such-host.invalid', options())).toMatchObject({
      value: { kind: 'dns' },
    });
    expect(await get(server.url.replace('http:', 'https:'), options())).toMatchObject({
      value: { kind: 'tls' },
    });
    const short = { signal: AbortSignal.timeout(40) };
    expect(await get(server.url, short)).toMatchObject({ value: { kind: 'timeout' } });
  });

  it('is requested once more when the connection is cut, because two cuts are not an accident', async () => {
    server = await startRawServer((request, response, number) => {
      if (number <= 3) request.socket.destroy();
      else response.end();
    });
    expect(await probe().get(server.url, options())).toMatchObject({ value: { kind: 'reset' } });
    expect(server.requests).toHaveLength(2);
    expect(await probe().get(server.url, options())).toMatchObject({ value: { kind: 'http', status: 200 } });
    expect(server.requests).toHaveLength(4);
  });

  it('has not answered when its answer is truncated', async () => {
    server = await startRawServer((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
    });
    expect(await probe().get(server.url, options())).toMatchObject({ value: { kind: 'reset' } });
  });
});

describe('the status page', () => {
  const incident = (more: object) => ({
    id: 1,
    title: 'Routing',
    state: 'investigating',
    created_at: '2026-05-01T10:00:00.000Z',
    full_url: 'https://status.heroku.com/incidents/1',
    tags: ['NA'],
    systems: [{ name: 'Apps' }],
    ...more,
  });
  const answers = async (status: number, body: unknown) => {
    server = await startRawServer((_request, response) =>
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)),
    );
    return probe().platform(options());
  };
  const green = [{ system: 'Apps', status: 'green' }];

  it('lists the active incidents', async () => {
    const incidents = [
      incident({}),
      incident({ id: 2, state: 'resolved' }),
      incident({ id: 3, state: 'upcoming' }),
      incident({ id: '4', tags: undefined, systems: undefined, full_url: undefined }),
    ];
    expect(await answers(200, { status: green, incidents, scheduled: [] })).toMatchObject({
      ok: true,
      value: {
        systems: green,
        incidents: [
          { id: '1', title: 'Routing', tags: ['NA'], systems: ['Apps'] },
          { id: '4', tags: [], systems: [], url: null },
        ],
      },
    });
    expect(server.requests).toEqual(['GET /api/v4/current-status']);
  });

  it.each([
    ['an error page', 503, '<html>', 'unreachable', 'HTTP 503'],
    ['no JSON', 200, '<html>', 'malformed', 'malformed response'],
    ['no system at all', 200, { status: [], incidents: [] }, 'malformed', 'status'],
    ['no list of incidents', 200, { status: green }, 'malformed', 'incidents'],
  ])('is unseen, not green, when it shows %s', async (_name, status, body, why, words) => {
    expect(await answers(status, body)).toMatchObject({
      ok: false,
      why,
      detail: expect.stringContaining(words),
    });
  });

  it('is unseen when it does not answer', async () => {
    server = await startRawServer((request) => request.socket.destroy());
    expect(await probe().platform(options())).toMatchObject({ ok: false, why: 'unreachable' });
  });
});

import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHerokuReader } from '../../src/heroku/reader.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

const HOST = 'https://api.heroku.com';
const TOKEN = 'HRKU-0123-secret-token';
const AT = 1_777_629_600_000;
const options = { signal: new AbortController().signal, use: 'incident' } as const;
const reader = () => createHerokuReader({ baseUrl: HOST, token: TOKEN, now: () => AT });

beforeAll(() => nock.disableNetConnect());
beforeEach(() => nock.cleanAll());
afterEach(() => expect(nock.pendingMocks()).toEqual([]));
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

const headers = {
  accept: 'application/vnd.heroku+json; version=3',
  authorization: `Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}`,
};
const api = (more: Record<string, string> = {}) => nock(HOST, { reqheaders: { ...headers, ...more } });

const release = {
  id: 'r1',
  version: 42,
  status: 'succeeded',
  current: true,
  description: 'Deploy 4f070772',
  eligible_for_rollback: true,
  slug: { id: 's1' },
  user: { email: 'ops@raxx.app' },
  created_at: '2026-05-01T09:58:00Z',
  something_new: true,
};

describe('the Heroku reader', () => {
  it('reads the app', async () => {
    api()
      .get('/apps/raxx-api-prod')
      .reply(
        200,
        {
          id: 'a1',
          name: 'raxx-api-prod',
          maintenance: false,
          region: { name: 'us' },
          stack: { name: 'heroku-24' },
          slug_size: null,
        },
        { 'ratelimit-remaining': '4321' },
      );
    const heroku = reader();
    expect(heroku.rateLimit()).toBeNull();
    expect(await heroku.app('raxx-api-prod', options)).toEqual({
      ok: true,
      value: {
        id: 'a1',
        name: 'raxx-api-prod',
        maintenance: false,
        region: 'us',
        stack: 'heroku-24',
        slugSize: null,
      },
      at: AT,
    });
    expect(heroku.rateLimit()).toEqual({ api: 'heroku', remaining: 4321, limit: null, resetAt: null });
  });

  it('reads dynos and formation', async () => {
    const times = { created_at: '2026-05-01T09:58:05Z', updated_at: '2026-05-01T09:59:10Z' };
    api()
      .get('/apps/a/dynos')
      .reply(200, [
        { name: 'web.1', type: 'web', size: 'Basic', state: 'crashed', release: { version: 42 }, ...times },
      ])
      .get('/apps/a/formation')
      .reply(200, [{ type: 'web', quantity: 1, size: 'Basic', command: 'gunicorn' }]);
    const heroku = reader();
    expect(await heroku.dynos('a', options)).toMatchObject({
      value: [
        {
          name: 'web.1',
          state: 'crashed',
          releaseVersion: 42,
          updatedAt: Date.parse('2026-05-01T09:59:10Z'),
        },
      ],
    });
    expect(await heroku.formation('a', options)).toMatchObject({ value: [{ type: 'web', quantity: 1 }] });
  });

  it('reads the newest releases, in one page sorted by version', async () => {
    api({ range: 'version ..; max=20,order=desc' })
      .get('/apps/a/releases')
      .reply(206, [release, { ...release, version: 41, current: false, slug: null, description: null }], {
        'next-range': 'version ]41..; max=20',
      });
    expect(await reader().releases('a', 20, options)).toMatchObject({
      value: [
        { version: 42, slugId: 's1', actor: 'ops@raxx.app', eligibleForRollback: true, current: true },
        { version: 41, slugId: null, description: '' },
      ],
    });
  });

  it('reads a slug', async () => {
    const slug = {
      id: 's1',
      commit: '4f07',
      size: 3,
      stack: { name: 'heroku-24' },
      process_types: { web: 'gunicorn' },
      created_at: '2026-05-01T09:58:00Z',
    };
    api().get('/apps/a/slugs/s1').reply(200, slug);
    expect(await reader().slug('a', 's1', options)).toMatchObject({
      value: { commit: '4f07', stack: 'heroku-24' },
    });
  });

  it.each([
    ['text/html', 'L1\nL2\n'],
    ['text/event-stream', 'id: 1\ndata: L1\n\nid: 2\ndata: L2\n\n'],
  ])('reads a log, as %s, without sending the token', async (type, body) => {
    const line = (text: string) => `2026-05-01T10:00:00.000000+00:00 heroku[web.1]: ${text}`;
    api()
      .post('/apps/a/log-sessions', { lines: 1500, tail: false })
      .reply(201, { logplex_url: 'https://logs.heroku.com/stream?token=t' });
    nock('https://logs.heroku.com', { badheaders: ['authorization'] })
      .get('/stream?token=t')
      .reply(200, body.replace('L1', line('one')).replace('L2', line('two')), { 'content-type': type });
    expect(await reader().logs('a', 1500, options)).toMatchObject({
      value: { asked: 1500, lines: [{ process: 'web.1', text: 'one', at: AT }, { text: 'two' }] },
    });
  });

  it('refuses a log on a host that is not Heroku’s', async () => {
    api().post('/apps/a/log-sessions').reply(201, { logplex_url: 'https://heroku.com.evil.example/stream' });
    const seen = await reader().logs('a', 1500, options);
    expect(seen).toMatchObject({
      ok: false,
      why: 'unreachable',
      detail: expect.stringContaining('not Heroku’s'),
    });
  });

  it('refuses a page from a proxy in between', async () => {
    api().post('/apps/a/log-sessions').reply(201, { logplex_url: 'https://logs.heroku.com/stream' });
    nock('https://logs.heroku.com').get('/stream').reply(200, '<html>\n<h1>Please log in</h1>\n</html>');
    expect(await reader().logs('a', 1500, options)).toMatchObject({ ok: false, why: 'malformed' });
  });

  it('does not see a log whose stream is refused or has expired', async () => {
    api().post('/apps/a/log-sessions').reply(201, { logplex_url: 'https://logs.heroku.com/gone' });
    nock('https://logs.heroku.com').get('/gone').reply(404, 'Not found');
    expect(await reader().logs('a', 1500, options)).toMatchObject({ ok: false, why: 'not_found' });
  });
});

describe('a bad answer from Heroku', () => {
  const problem = (id: string, message: string) => ({ id, message });
  it.each([
    [401, problem('unauthorized', 'Invalid credentials provided.'), 'unauthorized', 'Invalid credentials'],
    [
      403,
      problem('forbidden', 'You do not have access to the app a.'),
      'forbidden',
      'You do not have access',
    ],
    [402, problem('delinquent', 'Pay first.'), 'forbidden', 'the account has an unpaid invoice'],
    [403, problem('suspended', 'Suspended.'), 'forbidden', 'Heroku suspended the account or the app'],
    [404, problem('not_found', "Couldn't find that app."), 'not_found', "Couldn't find that app"],
    [429, problem('rate_limit', 'Your account reached\nthe limit'), 'rate_limited', 'reached the limit'],
    [503, problem('maintenance', 'API is down'), 'unreachable', 'HTTP 503 API is down'],
    [502, '<html>Bad gateway</html>', 'unreachable', 'HTTP 502'],
    [301, '', 'unreachable', 'HTTP 301'],
  ] as const)('%i is a reason, in words', async (status, body, why, words) => {
    api().get('/apps/a/dynos').reply(status, body);
    const seen = await reader().dynos('a', options);
    expect(seen).toMatchObject({ ok: false, why, at: AT });
    expect(seen).toHaveProperty('detail', expect.stringMatching(/^Heroku dynos: /));
    expect(JSON.stringify(seen)).toContain(words);
    expect(JSON.stringify(seen)).not.toContain(TOKEN);
  });

  it('is unseen when it is not JSON, or has another shape: the field is named', async () => {
    api().get('/apps/a/dynos').reply(200, '<html>hello</html>');
    expect(await reader().dynos('a', options)).toMatchObject({
      why: 'malformed',
      detail: expect.stringContaining("isn't JSON"),
    });
    api()
      .get('/apps/a/formation')
      .reply(200, [{ type: 'web', quantity: 'one', size: 'Basic', command: 'x' }]);
    expect(await reader().formation('a', options)).toMatchObject({
      why: 'malformed',
      detail: expect.stringContaining('0.quantity'),
    });
    api().get('/apps/a/dynos').reply(200, '');
    expect(await reader().dynos('a', options)).toMatchObject({ why: 'malformed' });
  });

  it('is unseen when the connection is cut, refused or silent', async () => {
    api()
      .get('/apps/a/dynos')
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
    expect(await reader().dynos('a', options)).toMatchObject({
      why: 'unreachable',
      detail: 'Heroku dynos: connection closed before a response (ECONNRESET)',
    });
    api().get('/apps/a/dynos').delay(1_000).reply(200, []);
    expect(
      await reader().dynos('a', { signal: AbortSignal.timeout(30), use: 'incident' } as const),
    ).toMatchObject({
      why: 'timeout',
      detail: 'Heroku dynos: no response in time',
    });
  });
});

describe('a truncated body', () => {
  let server: RawServer;
  afterEach(() => server.close());

  it('is unseen, both from the API and from the log stream', async () => {
    nock.enableNetConnect('127.0.0.1');
    server = await startRawServer((request, response) => {
      if (request.method === 'POST')
        return void response.end(JSON.stringify({ logplex_url: `${server.url}/stream` }));
      response.writeHead(200, { 'content-length': '100' });
      response.write('[{"name":', () => request.socket.destroy());
    });
    const heroku = createHerokuReader({ baseUrl: server.url, token: TOKEN, now: () => AT });
    expect(await heroku.dynos('a', options)).toMatchObject({ ok: false, why: 'unreachable' });
    expect(await heroku.logs('a', 1500, options)).toMatchObject({ ok: false, why: 'unreachable' });
    nock.disableNetConnect();
  });
});

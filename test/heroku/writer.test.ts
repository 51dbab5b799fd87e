/** Writes to Heroku: the exact request, once, whatever comes back. */
import type { IncomingMessage } from 'node:http';
import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import { createHerokuWriter } from '../../src/heroku/writer.ts';
import type { WriteRequest } from '../../src/runbook/model/write-request.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

const SCALE: WriteRequest = {
  api: 'heroku',
  method: 'PATCH',
  path: '/apps/raxx-api-prod/formation',
  body: { updates: [{ type: 'web', quantity: 0 }] },
};

describe('a request to Heroku', () => {
  afterEach(() => expect(nock.pendingMocks()).toEqual([]));
  const write = createHerokuWriter({ baseUrl: 'https://api.heroku.com', token: 'HRKU-write' });
  const api = () =>
    nock('https://api.heroku.com', {
      reqheaders: {
        authorization: `Basic ${Buffer.from(':HRKU-write').toString('base64')}`,
        accept: 'application/vnd.heroku+json; version=3',
      },
    });

  it('carries exactly the body of a formation change', async () => {
    api()
      .patch('/apps/raxx-api-prod/formation', { updates: [{ type: 'web', quantity: 0 }] })
      .reply(200, []);
    expect(await write(SCALE)).toEqual({ kind: 'done', body: [] });
  });

  it('carries no body when it restarts', async () => {
    api().delete('/apps/raxx-api-prod/formations/web', '').reply(202, {});
    expect(
      await write({ api: 'heroku', method: 'DELETE', path: '/apps/raxx-api-prod/formations/web' }),
    ).toMatchObject({ kind: 'done' });
  });

  it('drops the answer of config vars unread', async () => {
    const body = { GUNICORN_TIMEOUT: '120' };
    api()
      .patch('/apps/raxx-api-prod/config-vars', body)
      .reply(200, { SECRET_KEY: 'hunter2', ...body });
    const request = {
      api: 'heroku',
      method: 'PATCH',
      path: '/apps/raxx-api-prod/config-vars',
      body,
      secretAnswer: true,
    } as const;
    expect(await write(request)).toEqual({ kind: 'done', body: undefined });
  });
});

describe('a write', () => {
  let server: RawServer;
  afterEach(() => server.close());
  const send = () => createHerokuWriter({ baseUrl: server.url, token: 'HRKU-write' })(SCALE);

  it.each([400, 401, 402, 403, 404, 409, 422, 429])(
    'answered %i is refused with Heroku’s words as a clause, once',
    async (status) => {
      server = await startRawServer((_request, response) =>
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end('{"id":"x","message":"Heroku says no."}'),
      );
      expect(await send()).toMatchObject({
        kind: 'refused',
        words: expect.stringMatching(/Heroku says no(?!\.)/),
      });
      expect(server.requests).toEqual(['PATCH /apps/raxx-api-prod/formation']);
    },
  );

  it.each<readonly [name: string, answer: Parameters<typeof startRawServer>[0]]>([
    ['cut', (request: IncomingMessage) => request.socket.destroy()],
    ['answered 408', (_request, response) => response.writeHead(408).end('{}')],
    ['answered 500', (_request, response) => response.writeHead(500).end('{}')],
    [
      'answered 503 with a page',
      (_request, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>'),
    ],
    ['answered 200 without JSON', (_request, response) => response.writeHead(200).end('<html>')],
    [
      'answered 200 with half a body',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('[{"type":', () => request.socket.destroy());
      },
    ],
  ])('is sent once and may have taken effect when it is %s', async (_name, answer) => {
    server = await startRawServer(answer);
    expect(await send()).toMatchObject({ kind: 'unknown', words: expect.stringMatching(/^Heroku: ./) });
    expect(server.requests).toHaveLength(1);
  });
});

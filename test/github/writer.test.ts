/** Writes to GitHub: the exact request, once, whatever comes back. */
import sodium from 'libsodium-wrappers';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGitHubWriter } from '../../src/github/writer.ts';
import type { WriteRequest } from '../../src/runbook/model/write-request.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

const HOST = 'https://api.github.com';
const BASE = '/repos/raxx-app/TradeMasterAPI';
const TOKEN = 'github_pat_secret0000000000000000';
const writer = (baseUrl = HOST) =>
  createGitHubWriter({
    baseUrl,
    auth: { kind: 'token', token: TOKEN },
    repository: 'raxx-app/TradeMasterAPI',
    log: { debug: () => {} },
  });

const DISPATCH: WriteRequest = {
  api: 'github',
  method: 'POST',
  path: '/actions/workflows/deploy-heroku.yml/dispatches',
  body: { ref: 'main', inputs: { environment: 'production' }, return_run_details: true },
};

describe('a request to GitHub', () => {
  beforeAll(() => nock.disableNetConnect());
  beforeEach(() => nock.cleanAll());
  afterEach(() => expect(nock.pendingMocks()).toEqual([]));
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
  const api = () =>
    nock(HOST, { reqheaders: { authorization: `token ${TOKEN}`, 'x-github-api-version': '2022-11-28' } });

  it('carries exactly a dispatch’s body, and returns the run’s id', async () => {
    api()
      .post(`${BASE}${DISPATCH.path}`, {
        ref: 'main',
        inputs: { environment: 'production' },
        return_run_details: true,
      })
      .reply(200, { workflow_run_id: 30433642123 });
    expect(await writer()(DISPATCH)).toEqual({ kind: 'done', body: { workflow_run_id: 30433642123 } });
  });

  it('carries no body when it cancels a run', async () => {
    api().post(`${BASE}/actions/runs/7/cancel`, '').reply(202, {});
    expect(await writer()({ api: 'github', method: 'POST', path: '/actions/runs/7/cancel' })).toMatchObject({
      kind: 'done',
    });
  });

  it('carries exactly an environment’s body', async () => {
    const body = { reviewers: [{ type: 'User', id: 11 }], deployment_branch_policy: null };
    api().put(`${BASE}/environments/production`, body).reply(200, {});
    const request = { api: 'github', method: 'PUT', path: '/environments/production', body } as const;
    expect(await writer()(request)).toMatchObject({ kind: 'done' });
  });

  it('carries a secret sealed so that only its key opens it', async () => {
    await sodium.ready;
    const keys = sodium.crypto_box_keypair();
    const { ORIGINAL } = sodium.base64_variants;
    const sent = Promise.withResolvers<{ encrypted_value: string; key_id: string }>();
    api()
      .get(`${BASE}/actions/secrets/public-key`)
      .reply(200, { key_id: '42', key: sodium.to_base64(keys.publicKey, ORIGINAL) })
      .put(`${BASE}/actions/secrets/DEPLOY_FREEZE_OVERRIDE`, (body) => {
        sent.resolve(body);
        return true;
      })
      .reply(204);
    const request = {
      api: 'github',
      method: 'PUT',
      path: '/actions/secrets/DEPLOY_FREEZE_OVERRIDE',
      sealed: '0',
    } as const;
    expect(await writer()(request)).toMatchObject({ kind: 'done' });
    const { encrypted_value, key_id, ...more } = await sent.promise;
    expect(more).toEqual({});
    expect(key_id).toBe('42');
    const box = sodium.from_base64(encrypted_value, ORIGINAL);
    const opened = sodium.crypto_box_seal_open(box, keys.publicKey, keys.privateKey);
    expect(sodium.to_string(opened)).toBe('0');
  });

  it.each<readonly [name: string, status: number, answer: object]>([
    ['not there', 404, { message: 'Not Found' }],
    ['no key', 200, { key_id: '42' }],
    ['a key that is none', 200, { key_id: '42', key: 'c2hvcnQ=' }],
  ])('is not sent with a secret when the public key is %s', async (_name, status, answer) => {
    api().get(`${BASE}/actions/secrets/public-key`).reply(status, answer);
    const request = { api: 'github', method: 'PUT', path: '/actions/secrets/X', sealed: '0' } as const;
    expect(await writer()(request)).toMatchObject({
      kind: 'refused',
      words: expect.stringMatching(
        /^GitHub: couldn't read the repository's public key \(.*\); nothing was sent$/,
      ),
    });
  });
});

describe('a write', () => {
  let server: RawServer;
  afterEach(() => server.close());

  it.each([
    [400, 'Problems parsing JSON'],
    [401, 'Bad credentials'],
    [403, 'Resource not accessible by personal access token'],
    [404, 'Not Found'],
    [409, 'Cannot cancel a workflow run that is completed'],
    [422, 'Unexpected inputs provided: ["foo"]'],
    [429, 'You have exceeded a secondary rate limit'],
  ])('is sent once and refused with GitHub’s message when it is answered %i', async (status, message) => {
    server = await startRawServer((_request, response) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: `${message}.` })),
    );
    const result = await writer(server.url)(DISPATCH);
    expect(result).toMatchObject({
      kind: 'refused',
      words: expect.stringContaining(`HTTP ${status} ${message}`),
    });
    expect(server.requests).toEqual([`POST ${BASE}${DISPATCH.path}`]);
  });

  it.each<readonly [name: string, answer: Parameters<typeof startRawServer>[0]]>([
    ['cut', (request) => request.socket.destroy()],
    ['answered 408', (_request, response) => response.writeHead(408).end()],
    ['answered 500', (_request, response) => response.writeHead(500).end('{}')],
    [
      'answered 502 with a page',
      (_request, response) =>
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Unicorn!</html>'),
    ],
    ['answered 503', (_request, response) => response.writeHead(503, { 'retry-after': '1' }).end()],
    ['answered nonsense', (request) => request.socket.end('nonsense\r\n\r\n')],
  ])('is sent once and may have taken effect when it is %s', async (_name, answer) => {
    server = await startRawServer(answer);
    expect(await writer(server.url)(DISPATCH)).toMatchObject({
      kind: 'unknown',
      words: expect.stringMatching(/^GitHub: ./),
    });
    expect(server.requests).toHaveLength(1);
  });

  it('is sent once and given up when it is never answered', async () => {
    server = await startRawServer(() => {});
    const waiting = createGitHubWriter({
      baseUrl: server.url,
      auth: { kind: 'token', token: TOKEN },
      repository: 'o/r',
      log: { debug: () => {} },
      timeoutMs: 100,
    });
    expect(await waiting(DISPATCH)).toEqual({ kind: 'unknown', words: 'GitHub: no response in time' });
    expect(server.requests).toHaveLength(1);
  });

  it.each<readonly [name: string, answer: Parameters<typeof startRawServer>[0]]>([
    [
      'cut',
      (request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"workflow_run_id":', () => request.socket.destroy());
      },
    ],
    [
      'not JSON',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>ok</html>'),
    ],
  ])('was accepted, without an id, when its 200 has a body that is %s', async (_name, answer) => {
    server = await startRawServer(answer);
    const result = await writer(server.url)(DISPATCH);
    expect(result.kind === 'done' ? Object(result.body).workflow_run_id : result.kind).toBeUndefined();
    expect(server.requests).toHaveLength(1);
  });

  it('is not sent again when GitHub redirects it', async () => {
    server = await startRawServer((_request, response) =>
      response.writeHead(301, { location: '/repositories/1' }).end(),
    );
    expect(await writer(server.url)(DISPATCH)).toMatchObject({
      kind: 'refused',
      words: expect.stringContaining('has moved'),
    });
    expect(server.requests).toHaveLength(1);
  });
});

import { generateKeyPairSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/github/client.ts';
import { createGitHubReader } from '../../src/github/reader.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

let server: RawServer;
afterEach(() => server.close());

const token = { kind: 'token', token: 'github_pat_secret' } as const;

describe('the GitHub client', () => {
  it.each([
    ['answered 502', 502],
    ['cut without an answer', null],
  ])('sends a dispatch that is %s only once', async (_name, status) => {
    server = await startRawServer((request, response) => {
      if (status === null) request.socket.destroy();
      else response.writeHead(status).end();
    });
    const { octokit } = createClient(server.url, token, { debug: () => {} });
    const dispatch = octokit.request(
      'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      {
        owner: 'o',
        repo: 'r',
        workflow_id: 'deploy-heroku.yml',
        ref: 'main',
      },
    );
    await expect(dispatch).rejects.toThrow();
    expect(server.requests).toEqual(['POST /repos/o/r/actions/workflows/deploy-heroku.yml/dispatches']);
  });

  it('logs failures at debug level only', async () => {
    server = await startRawServer((_request, response) =>
      response.writeHead(404, { deprecation: '@1', sunset: 'x' }).end('{"message":"Not Found"}'),
    );
    const said: string[] = [];
    const { octokit } = createClient(server.url, token, { debug: (words) => void said.push(words) });
    await expect(octokit.request('GET /user')).rejects.toMatchObject({ status: 404 });
    expect(said.join('\n')).toContain('GET /user - 404');
  });

  it.each([
    ['that never comes', (): void => {}],
    ['whose body never ends', (response: ServerResponse) => void response.write('{"private":')],
  ])('gives up on an answer %s', async (_name, answer) => {
    server = await startRawServer((_request, response) => answer(response));
    const reader = createGitHubReader({
      baseUrl: server.url,
      auth: token,
      repository: 'o/r',
      log: { debug: () => {} },
      now: Date.now,
    });
    expect(
      await reader.repository({ signal: AbortSignal.timeout(60), use: 'incident' } as const),
    ).toMatchObject({
      ok: false,
      why: 'timeout',
    });
  });

  it('reports a truncated body as malformed', async () => {
    server = await startRawServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"private":', () => request.socket.destroy());
    });
    const deps = {
      baseUrl: server.url,
      auth: token,
      repository: 'o/r',
      log: { debug: () => {} },
      now: Date.now,
    };
    const seen = await createGitHubReader(deps).repository({
      signal: AbortSignal.timeout(4_000),
      use: 'incident',
    } as const);
    expect(seen.ok).toBe(false);
  });

  it('signs in as an App and requests its token only once', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    server = await startRawServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.endsWith('/access_tokens')) {
        const expires_at = new Date(Date.now() + 3_600_000).toISOString();
        response
          .writeHead(201)
          .end(JSON.stringify({ token: 'ghs_installation', expires_at, permissions: {} }));
        return;
      }
      const isSigned = request.headers.authorization === 'token ghs_installation';
      response.writeHead(isSigned ? 200 : 401).end(JSON.stringify({ private: true, default_branch: 'main' }));
    });
    const reader = createGitHubReader({
      baseUrl: server.url,
      auth: {
        kind: 'app',
        appId: '1',
        privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
        installationId: '42',
      },
      repository: 'o/r',
      log: { debug: () => {} },
      now: Date.now,
    });
    const options = { signal: AbortSignal.timeout(5_000), use: 'incident' } as const;
    expect(await reader.repository(options)).toMatchObject({ ok: true });
    expect(await reader.repository(options)).toMatchObject({ ok: true });
    expect(server.requests).toEqual([
      'POST /app/installations/42/access_tokens',
      'GET /repos/o/r',
      'GET /repos/o/r',
    ]);
  });

  it('gives up on signing in as an App that gets no answer', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    server = await startRawServer(() => {});
    const auth = {
      kind: 'app',
      appId: '1',
      privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      installationId: '42',
    } as const;
    const { octokit } = createClient(server.url, auth, { debug: () => {} }, { signInMs: 60 });
    await expect(octokit.request('GET /user')).rejects.toThrow(/timeout/);
    const signIn = 'POST /app/installations/42/access_tokens';
    // The GET is asked once more, and signs in for that.
    expect(server.requests).toEqual([signIn, signIn]);
  });
});

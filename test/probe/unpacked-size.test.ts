/** Answers that are small on the wire and huge when they are unpacked: nobody reads them to their end. */
import { createGzip } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createGitHubReader } from '../../src/github/reader.ts';
import { createHerokuReader } from '../../src/heroku/reader.ts';
import { createProbe } from '../../src/probe/probe.ts';
import { watchTurns } from '../support/longest-turn.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

let server: RawServer;
afterEach(() => server.close());

const options = { signal: new AbortController().signal, use: 'incident' } as const;
const now = () => 1;

/** 300 MB of JSON that never ends; packed where the client can unpack it. */
async function serve(packed: boolean): Promise<void> {
  const block = `"${' '.repeat(1_000_000)}",`;
  server = await startRawServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    if (packed) response.setHeader('content-encoding', 'gzip');
    const out = packed ? createGzip() : response;
    if (packed) out.pipe(response);
    let sent = 0;
    const send = () => {
      for (; sent < 300; sent += 1) {
        if (!out.write(block)) {
          sent += 1;
          return void out.once('drain', send);
        }
      }
      out.end();
    };
    out.write('[');
    send();
  });
}

describe('an answer of 300 MB', () => {
  it('from GitHub is unseen, and takes little memory', { timeout: 60_000 }, async () => {
    await serve(true);
    const reader = createGitHubReader({
      baseUrl: server.url,
      auth: { kind: 'token', token: 't' },
      repository: 'raxx-app/x',
      log: { debug() {} },
      now,
    });
    const turns = watchTurns();
    expect(await reader.repository(options)).toMatchObject({ ok: false });
    expect(turns.end().mostMb).toBeLessThan(200);
  });

  it('from Heroku is unseen, and takes little memory', { timeout: 60_000 }, async () => {
    await serve(false);
    const heroku = createHerokuReader({ baseUrl: server.url, token: 't', now });
    const turns = watchTurns();
    const seen = await heroku.app('a', options);
    expect(seen).toMatchObject({ ok: false, why: 'unreachable' });
    expect(turns.end().mostMb).toBeLessThan(200);
  });

  it('from the health URL keeps its status, and the rest is not read', { timeout: 60_000 }, async () => {
    await serve(true);
    const turns = watchTurns();
    const seen = await createProbe({ statusUrl: server.url, now }).get(`${server.url}/health`, options);
    expect(seen).toMatchObject({ ok: true, value: { kind: 'http', status: 200 } });
    expect(turns.end().mostMb).toBeLessThan(200);
  });
});

/** heroku-client's traps, each shown closed by what reaches a server. */
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { openConnections, sendOnce } from '../../src/heroku/hardened-request.ts';
import { createHerokuReader } from '../../src/heroku/reader.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

let server: RawServer;
afterEach(() => server.close());

function send(method: string, signal: AbortSignal = new AbortController().signal) {
  return sendOnce(server.url, openConnections(server.url), {
    method,
    path: '/apps/a/formation',
    token: 'HRKU-secret',
    headers: {},
    ...(method === 'GET' ? {} : { body: { quantity: 0 } }),
    signal,
    onHeaders: () => {},
  });
}

describe('a request to Heroku', () => {
  it.each(['POST', 'PATCH', 'DELETE', 'GET'])(
    '%s that is cut without an answer is sent once',
    async (method) => {
      server = await startRawServer((request) => request.socket.destroy());
      await expect(send(method)).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(server.requests).toEqual([`${method} /apps/a/formation`]);
    },
  );

  it('is not sent again after its time-out', async () => {
    server = await startRawServer(() => {});
    const sent = send('POST', AbortSignal.timeout(50));
    await expect(sent).rejects.toMatchObject({ name: 'TimeoutError' });
    // A request of its own afterwards: whatever had been repeated at once would stand before it.
    await expect(send('GET', AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(server.requests).toEqual(['POST /apps/a/formation', 'GET /apps/a/formation']);
  });

  it('closes its connection when its signal aborts', async () => {
    const controller = new AbortController();
    const closed = Promise.withResolvers<void>();
    server = await startRawServer((request) => {
      request.socket.once('close', () => closed.resolve());
      controller.abort(new Error('enough'));
    });
    await expect(send('GET', controller.signal)).rejects.toThrow('enough');
    await closed.promise;
  });

  it('is never sent when its signal has already aborted', async () => {
    server = await startRawServer((_request, response) => response.end('{}'));
    await expect(send('POST', AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    await send('GET');
    expect(server.requests).toEqual(['GET /apps/a/formation']);
  });

  it('rejects on a 304 instead of ending the process', async () => {
    server = await startRawServer((_request, response) => response.writeHead(304).end());
    await expect(send('GET')).rejects.toMatchObject({ statusCode: 304 });
  });

  it('rejects when the body is truncated, instead of waiting forever', async () => {
    server = await startRawServer((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('[{"name":', () => request.socket.destroy());
    });
    await expect(send('GET')).rejects.toThrow(/aborted|ECONNRESET/);
  });

  it('ends at its time-out while the body still trickles in', async () => {
    server = await startRawServer((_request, response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    await expect(send('GET', AbortSignal.timeout(80))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('keeps a character intact that arrives in two chunks', async () => {
    const bytes = Buffer.from('{"name":"⬢"}');
    server = await startRawServer((_request, response) => {
      response.write(bytes.subarray(0, 10), () => setImmediate(() => response.end(bytes.subarray(10))));
    });
    expect(await send('GET')).toEqual({ name: '⬢' });
  });

  it('reuses the connection of the request before it', async () => {
    server = await startRawServer((_request, response) => response.end('[]'));
    const reader = createHerokuReader({ baseUrl: server.url, token: 'HRKU-secret', now: Date.now });
    const options = { signal: new AbortController().signal, use: 'incident' } as const;
    for (let number = 0; number < 5; number += 1) await reader.dynos('a', options);
    expect(server.requests).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  it('fetches one page, whatever follows it', async () => {
    server = await startRawServer((_request, response) =>
      response.writeHead(206, { 'next-range': 'version ]3..; max=1' }).end('[]'),
    );
    const reader = createHerokuReader({ baseUrl: server.url, token: 'HRKU-secret', now: Date.now });
    await reader.releases('a', 1, { signal: new AbortController().signal, use: 'incident' } as const);
    expect(server.requests).toEqual(['GET /apps/a/releases']);
  });

  it('is not tunnelled through a proxy, nor delayed by certificate files', async () => {
    const before = { ...process.env };
    process.env.HEROKU_HTTP_PROXY_HOST = 'proxy.invalid';
    process.env.SSL_CERT_FILE = '/does/not/exist';
    try {
      server = await startRawServer((_request, response) => response.end('{}'));
      expect(await send('GET')).toEqual({});
    } finally {
      process.env = before;
    }
  });

  it('does not keep the process alive for idle connections', async () => {
    server = await startRawServer((_request, response) => response.end('{}'));
    const connections = openConnections(server.url);
    await sendOnce(server.url, connections, {
      method: 'GET',
      path: '/',
      token: 't',
      headers: {},
      signal: new AbortController().signal,
      onHeaders: () => {},
    });
    const [idle] = Object.values(connections.freeSockets).flat();
    expect(idle).toBeDefined();
    connections.destroy();
    if (idle && !idle.destroyed) await once(idle, 'close');
  });
});

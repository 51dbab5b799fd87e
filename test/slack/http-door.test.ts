/** The HTTP server: strangers cannot keep it busy, fill its memory, or learn anything from it. */
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';

let http: HttpServer;
let port: number;
let taken: number;

beforeEach(async () => {
  taken = 0;
  http = createHttpServer({
    port: 0,
    routes: new Map([
      [
        '/webhooks/heroku',
        async () => {
          taken += 1;
          return { status: 200, words: 'ok' };
        },
      ],
    ]),
    slackListener: () => (_request, response) => {
      taken += 1;
      response.writeHead(200).end();
    },
    readiness: async () => ({ ok: false, reasons: ['Database: it does not work'] }),
    now: Date.now,
    requestMs: 1_500,
  });
  port = await http.start();
});
afterEach(async () => {
  const stopped = http.stop();
  http.cut();
  await stopped;
});

/** What the server sends until it closes the connection. */
function talk(begin: (socket: Socket) => void): Promise<{ said: string; ms: number }> {
  return new Promise((resolve) => {
    const began = performance.now();
    let said = '';
    const socket = connect(port, '127.0.0.1', () => begin(socket));
    socket.on('data', (chunk) => {
      said += String(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ said, ms: performance.now() - began }));
  });
}
const head = (path: string, length: number, more = '') =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n${more}\r\n`;

describe('a request that does not end', () => {
  it.each([
    ['inside its head', (socket: Socket) => socket.write('POST /webhooks/heroku HTTP/1.1\r\nhost: x\r\n')],
    ['inside its body', (socket: Socket) => socket.write(`${head('/webhooks/heroku', 1_000)}{`)],
  ])('is ended by the server when it stops %s', async (_name, begin) => {
    const { said, ms } = await talk(begin);
    expect(said).toMatch(/^HTTP\/1\.1 (408|500)|^$/);
    expect(ms).toBeLessThan(4_500);
    expect(taken).toBe(0);
  });

  it('leaves an idle connection open for the next request', async () => {
    let isClosed = false;
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'));
    socket.on('close', () => {
      isClosed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect(isClosed).toBe(false);
    socket.destroy();
  });
});

describe('a body', () => {
  it('is not read when its announced length is too long', async () => {
    const { said } = await talk((socket) => socket.write(head('/webhooks/heroku', 300_000)));
    expect(said).toMatch(/^HTTP\/1\.1 413/);
    expect(said).toMatch(/connection: close/i);
  });

  it('is not read without a signature', async () => {
    const { said } = await talk((socket) => socket.write(head('/slack/events', 1_000)));
    expect(said).toMatch(/^HTTP\/1\.1 401/);
    expect(taken).toBe(0);
  });

  it('is refused when all bodies together are too large, while small ones are still read', async () => {
    let refused = 0;
    const sockets = Array.from({ length: 60 }, () => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(head('/webhooks/heroku', 250_000));
        socket.write(Buffer.alloc(249_000, 'x'));
      });
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        if (String(chunk).startsWith('HTTP/1.1 503')) refused += 1;
      });
      return socket;
    });
    // Eight megabytes hold some thirty of them.
    await vi.waitFor(() => expect(refused).toBeGreaterThan(20), { timeout: 1_400, interval: 10 });
    const small = await fetch(`http://127.0.0.1:${port}/webhooks/heroku`, { method: 'POST', body: '{}' });
    expect(small.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

describe('/readyz', () => {
  it('shows the state', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([answer.status, await answer.text()]).toEqual([503, 'Database: it does not work']);
  });
});

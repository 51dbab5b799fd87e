/** A small HTTP server for the local world: routes, planned faults, and a record of every request that arrived. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Requests, Service } from './world.ts';

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly rawBody: string;
  /** The captured groups of the route's pattern, decoded. */
  readonly params: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON, a string unchanged. */
  readonly body?: unknown;
}

export interface Route {
  readonly method: string;
  /** Must match the whole path. */
  readonly path: RegExp;
  handle(exchange: Exchange): Answer | Promise<Answer>;
}

export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface LocalServer {
  readonly url: string;
  /** Every request that reached this server, in order, including those that got a fault. */
  readonly arrived: Arrived[];
  /** Returns how many TCP connections were opened. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly service: Service;
  readonly routes: readonly Route[];
  readonly faults: () => Fault[];
  /** Handles a request that no route matches. */
  readonly notFound: (exchange: Exchange) => Answer;
  /** Runs before the routes, for authentication and headers. If it returns a response, the request ends there. */
  readonly before?: (exchange: Exchange) => Answer | undefined;
  /** Runs on every response, for common headers and the ETag. */
  readonly after?: (answer: Answer, exchange: Exchange) => Answer;
  /** Any free port if it is 0 or omitted. */
  readonly port?: number;
}

export async function startServer(options: ServerOptions): Promise<LocalServer> {
  const arrived: Arrived[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    answerRequest(options, arrived, request, response).catch((error: unknown) => {
      process.stderr.write(`sandbox ${options.service}: ${error instanceof Error ? error.stack : error}\n`);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerRequest(
  options: ServerOptions,
  arrived: Arrived[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const rawBody = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  arrived.push({ method, path: url.pathname + url.search, body: rawBody, headers: request.headers });

  const fault = takeFault(options.faults(), options.service, method, url.pathname);
  const play = fault?.play;
  if (play && 'reset' in play) return void request.socket.destroy();
  if (play && 'hang' in play) return;
  if (play && 'delayMs' in play) await sleep(play.delayMs);
  if (play && 'html' in play)
    return send(response, {
      status: play.html,
      headers: { 'content-type': 'text/html' },
      body: '<html><h1>Application error</h1></html>',
    });

  const exchange: Exchange = { method, url, headers: request.headers, rawBody, params: [] };
  let answer: Answer;
  if (play && 'status' in play) {
    answer = { status: play.status, body: play.body ?? {}, headers: play.headers ?? {} };
  } else {
    answer = options.before?.(exchange) ?? (await route(options, exchange));
  }
  if (play && 'resetAfter' in play) return void request.socket.destroy();
  if (play && 'statusAfter' in play) answer = { status: play.statusAfter, body: {} };
  answer = options.after?.(answer, exchange) ?? answer;
  if (play && 'truncate' in play) return truncate(response, answer);
  send(response, answer);
}

async function route(options: ServerOptions, exchange: Exchange): Promise<Answer> {
  for (const candidate of options.routes) {
    const match = candidate.path.exec(exchange.url.pathname);
    const whole = match?.[0] === exchange.url.pathname;
    if (!match || !whole || candidate.method !== exchange.method) continue;
    return candidate.handle({
      ...exchange,
      params: match.slice(1).map((part) => decodeURIComponent(part ?? '')),
    });
  }
  return options.notFound(exchange);
}

function takeFault(faults: Fault[], service: Service, method: string, path: string): Fault | undefined {
  const fits = (one: Requests) =>
    one.service === service &&
    (one.method === undefined || one.method === method) &&
    (one.path === undefined || new RegExp(one.path).test(path));
  const now = Date.now();
  const fault = faults.find(
    (one) => one.after === undefined && one.times !== 0 && now < (one.until ?? Infinity) && fits(one),
  );
  if (fault?.times !== undefined) fault.times -= 1;
  if (fault?.forMs !== undefined) fault.until ??= now + fault.forMs;
  // Faults that waited for this request apply from the next one on.
  for (const one of faults) if (one.after && fits(one.after)) delete one.after;
  return fault;
}

function encode(answer: Answer): { text: string; headers: Record<string, string> } {
  const json = typeof answer.body !== 'string' && answer.body !== undefined;
  const text = json ? JSON.stringify(answer.body) : ((answer.body as string | undefined) ?? '');
  return { text, headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...answer.headers } };
}

function send(response: ServerResponse, answer: Answer): void {
  const { text, headers } = encode(answer);
  response.writeHead(answer.status, { ...headers, 'content-length': String(Buffer.byteLength(text)) });
  response.end(text);
}

/** Announces the whole body, sends half of it, and cuts the connection. */
function truncate(response: ServerResponse, answer: Answer): void {
  const { text, headers } = encode(answer);
  response.writeHead(answer.status, { ...headers, 'content-length': String(Buffer.byteLength(text) + 10) });
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.socket?.destroy());
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

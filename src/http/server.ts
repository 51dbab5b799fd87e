/** The bot's own HTTP server: Slack's requests, checked for what Bolt would stumble over, the health routes, and others'. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../runbook/model/evidence.ts';
import { createOnce, type Once } from './once.ts';

export interface Readiness {
  readonly ok: boolean;
  /** Why not; sentences that strangers may read: no hosts, no messages of libraries. */
  readonly reasons: readonly string[];
}

/** Answers a POST whose whole body is read. Never rejects. */
export type PostRoute = (request: {
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
}) => Promise<{ readonly status: number; readonly words: string }>;

/** Answers a GET. Never rejects. */
export type GetRoute = (headers: IncomingHttpHeaders) => Promise<{
  readonly status: number;
  readonly words: string;
  /** Plain text when left out. */
  readonly contentType?: string;
}>;

export interface HttpDeps {
  readonly port: number;
  /** Further routes, by their path. */
  readonly routes: ReadonlyMap<string, PostRoute>;
  /** The same for GET. */
  readonly reads?: ReadonlyMap<string, GetRoute>;
  /** Bolt's listener; null in Socket Mode, and while Slack has not been reached. */
  slackListener(): RequestListener | null;
  readiness(): Promise<Readiness>;
  now(): Instant;
  /** How long a request may take to arrive, milliseconds; ten seconds when left out. */
  readonly requestMs?: number;
}

interface RequestContext extends HttpDeps {
  readonly once: Once;
  readonly reading: BodyRead;
}

/** Bytes of bodies that are in memory and not answered yet. */
interface BodyRead {
  bytes: number;
}

/** Heroku's router keeps idle connections for 90 s: ours must live longer, or requests meet a closed one (H13, H18). */
const KEEP_ALIVE_MS = 95_000;
/** Head and body of a request are there within this time, or the connection ends; looked at every second. */
const REQUEST_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
/** Payloads of Slack, Heroku and GitHub are some ten kilobytes. Whoever posts is a stranger until the signature is read. */
const LONGEST_BODY = 256 * 1024;
/** Of all requests that are being read, together. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Clocks differ; beyond this a timestamp is forged or replayed (Slack, "Verifying requests"). */
const CLOCK_SKEW_MS = 300_000;
const CLOSE_IDLE_MS = 50;
const PLAIN = 'text/plain; charset=utf-8';
const FORM = 'application/x-www-form-urlencoded';

export interface HttpServer {
  /** Resolves with the port that it listens on. */
  start(): Promise<number>;
  /** Takes no new connections; resolves when the open answers are sent. */
  stop(): Promise<void>;
  /** Ends what is still open. */
  cut(): void;
}

export function createHttpServer(deps: HttpDeps): HttpServer {
  const answering: RequestContext = { ...deps, once: createOnce(deps.now), reading: { bytes: 0 } };
  const { requestMs = REQUEST_MS } = deps;
  const server = createServer(
    {
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: LOOK_EVERY_MS,
    },
    (request, response) => {
      answer(request, response, answering).catch(() => end(response, 500));
    },
  );
  return {
    start: () => listen(server, deps.port),
    stop: () => close(server),
    cut: () => server.closeAllConnections(),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  deps: RequestContext,
): Promise<void> {
  const { method, url = '/' } = request;
  // Not by `new URL`: it throws for paths like `//`.
  const [pathname] = url.split('?');
  const isRead = method === 'GET' || method === 'HEAD';
  if (isRead && pathname === '/healthz') return end(response, 200, 'ok');
  if (isRead && pathname === '/readyz') {
    const { ok, reasons } = await deps.readiness();
    return end(response, ok ? 200 : 503, ok ? 'ready' : reasons.join('\n'));
  }
  const read = isRead ? deps.reads?.get(pathname ?? '') : undefined;
  if (read) {
    const { status, words, contentType } = await read(request.headers);
    return end(response, status, words, contentType);
  }
  const route = method === 'POST' ? deps.routes.get(pathname ?? '') : undefined;
  if (route) {
    const rawBody = await bodyOf(request, response, deps.reading);
    if (rawBody === null) return;
    const { status, words } = await route({ headers: request.headers, rawBody });
    return end(response, status, words);
  }
  if (method !== 'POST' || pathname !== '/slack/events') return end(response, 404, 'not found');
  const listener = deps.slackListener();
  if (!listener) return end(response, 503, 'not connected to Slack');
  await handOver(request, response, listener, deps);
}

/** Bolt takes a body that was read before (`rawBody`), and verifies its signature. */
async function handOver(
  request: IncomingMessage,
  response: ServerResponse,
  listener: RequestListener,
  { now, once, reading }: RequestContext,
): Promise<void> {
  // Nothing of an unsigned request is read.
  if (!request.headers['x-slack-signature']) return refuse(response, 401);
  const rawBody = await bodyOf(request, response, reading);
  if (rawBody === null) return;
  const sentAt = Number(request.headers['x-slack-request-timestamp']) * 1000;
  // Bolt refuses old timestamps only.
  if (sentAt > now() + CLOCK_SKEW_MS) return end(response, 401);
  // Bolt compares the whole header.
  if (request.headers['content-type']?.startsWith(FORM)) request.headers['content-type'] = FORM;
  // A signed JSON `null` would end the process, and what is no request of Slack would wait three seconds for a 404.
  if (!isRequest(rawBody.toString('utf8'), request.headers['content-type'])) return end(response, 400);
  const signature = `signature ${request.headers['x-slack-signature']}`;
  // Slack sends each request once; the same one again, signature and all, is a replay: it is answered, and nothing is done.
  if (!once.isFirst(signature)) return end(response, 200);
  response.once('finish', () => {
    if (response.statusCode !== 200) once.forget(signature);
  });
  listener(Object.assign(request, { rawBody }), response);
}

/** null: it is too long, or too much is being read, which is answered. */
async function bodyOf(
  request: IncomingMessage,
  response: ServerResponse,
  reading: BodyRead,
): Promise<Buffer | null> {
  const read = await readBody(request, reading);
  if (typeof read !== 'number') return read;
  refuse(response, read);
  return null;
}

/** The rest of it is not read: this connection is of no more use. */
function refuse(response: ServerResponse, status: number): void {
  response.setHeader('connection', 'close');
  end(response, status);
}

/** A number: the status of a refusal. */
async function readBody(request: IncomingMessage, reading: BodyRead): Promise<Buffer | 413 | 503> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > LONGEST_BODY) return 413;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      reading.bytes += chunk.length;
      if (length > LONGEST_BODY) return 413;
      if (reading.bytes > MOST_BYTES) return 503;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    reading.bytes -= length;
  }
}

/** A JSON object, or a form that is a command, a `payload` of an object, or Slack's own check of the connection. */
function isRequest(text: string, contentType: string | undefined): boolean {
  if (contentType !== FORM) return isObject(text);
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  return payload === null ? form.has('command') || form.get('ssl_check') === '1' : isObject(payload);
}

function isObject(json: string): boolean {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

function end(response: ServerResponse, status: number, text = '', contentType = PLAIN): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': contentType }).end(text);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Connections that are kept for a next request would hold it up for 95 s: those that fall idle are closed. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const closing = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_MS);
    server.close(() => {
      clearInterval(closing);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** The bot's HTTP server: health checks, Slack's requests, and the routes that others register. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../runbook/model/instant.ts';
import { createOnce } from './once.ts';
import { readBody } from './read-body.ts';
import { respond } from './respond.ts';
import { receiveSlackEvent, type SlackEventsDeps } from './slack-events.ts';

export interface Readiness {
  readonly ok: boolean;
  /**
   * Sentences that say why it is not ready.
   * Anyone may read them, so they contain no hosts and no messages of libraries.
   */
  readonly reasons: readonly string[];
}

/** Handles a POST whose whole body has been read. Never rejects. */
export type PostRoute = (request: {
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
}) => Promise<{ readonly status: number; readonly words: string }>;

/** Handles a GET. Never rejects. */
export type GetRoute = (headers: IncomingHttpHeaders) => Promise<{
  readonly status: number;
  readonly words: string;
  /** Plain text if omitted. */
  readonly contentType?: string;
}>;

export interface HttpDeps {
  readonly port: number;
  /** Additional POST routes, by path. */
  readonly routes: ReadonlyMap<string, PostRoute>;
  /** Additional GET routes, by path. */
  readonly reads?: ReadonlyMap<string, GetRoute>;
  /** Returns Bolt's listener. Null in Socket Mode, and until Slack has been reached. */
  slackListener(): RequestListener | null;
  readiness(): Promise<Readiness>;
  now(): Instant;
  /** Time limit for a request to arrive, in milliseconds. Ten seconds if omitted. */
  readonly requestMs?: number;
}

interface RequestContext extends SlackEventsDeps {
  readonly posts: ReadonlyMap<string, PostRoute>;
  readonly gets: ReadonlyMap<string, GetRoute>;
}

/**
 * Heroku's router keeps idle connections for 90 s.
 * If ours closed earlier, requests would reach a closed one (H13, H18).
 */
const KEEP_ALIVE_MS = 95_000;
/** A request's head and body must arrive within this time, which is checked every second. */
const REQUEST_MS = 10_000;
const CHECK_EVERY_MS = 1_000;
const CLOSE_IDLE_MS = 50;

export interface HttpServer {
  /** Resolves with the port that it listens on. */
  start(): Promise<number>;
  /** Takes no new connections. Resolves once the open responses have been sent. */
  stop(): Promise<void>;
  /** Closes the connections that are still open. */
  cut(): void;
}

export function createHttpServer(deps: HttpDeps): HttpServer {
  const { now, slackListener, requestMs = REQUEST_MS } = deps;
  const context: RequestContext = {
    posts: deps.routes,
    gets: new Map([...(deps.reads ?? []), ...healthRoutes(deps)]),
    slackListener,
    now,
    once: createOnce(now),
    inFlight: { bytes: 0 },
  };
  const server = createServer(
    {
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
    },
    (request, response) => {
      answer(request, response, context).catch(() => respond(response, 500));
    },
  );
  return {
    start: () => listen(server, deps.port),
    stop: () => close(server),
    cut: () => server.closeAllConnections(),
  };
}

function healthRoutes({ readiness }: HttpDeps): ReadonlyMap<string, GetRoute> {
  return new Map<string, GetRoute>([
    ['/healthz', async () => ({ status: 200, words: 'ok' })],
    [
      '/readyz',
      async () => {
        const { ok, reasons } = await readiness();
        return ok ? { status: 200, words: 'ready' } : { status: 503, words: reasons.join('\n') };
      },
    ],
  ]);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
): Promise<void> {
  const { method, url = '/' } = request;
  // `new URL` would throw for a path such as `//`.
  const [path = ''] = url.split('?');
  const isRead = method === 'GET' || method === 'HEAD';
  const get = isRead ? context.gets.get(path) : undefined;
  if (get) {
    const { status, words, contentType } = await get(request.headers);
    return respond(response, status, words, contentType);
  }
  const post = method === 'POST' ? context.posts.get(path) : undefined;
  if (post) {
    const rawBody = await readBody(request, response, context.inFlight);
    if (rawBody === null) return;
    const { status, words } = await post({ headers: request.headers, rawBody });
    return respond(response, status, words);
  }
  if (method === 'POST' && path === '/slack/events') return receiveSlackEvent(request, response, context);
  respond(response, 404, 'not found');
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Closes connections as they become idle.
 * If they were kept alive for a next request, they would delay the end by 95 s.
 */
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

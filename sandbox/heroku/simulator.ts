/** The local Heroku: Platform API v3, as far as the bot, the `heroku` CLI, and a person watching need it. */
import { createHash, randomUUID } from 'node:crypto';
import { advance } from '../github/live-runs.ts';
import { type Answer, type Exchange, type LocalServer, type Route, startServer } from '../server.ts';
import type { World } from '../world.ts';
import { settleDynos } from './dynos.ts';
import { BAD_CREDENTIALS, NO_VERSION, notFound, RATE_LIMITED } from './errors.ts';
import { type LogSessions, startLogSessions } from './logs.ts';
import { APP_ROUTES, type AppRoute } from './routes.ts';
import { showAccount } from './shapes.ts';

export interface HerokuOptions {
  /** The valid tokens. */
  readonly tokens: readonly string[];
  readonly world: () => World;
  readonly now?: () => number;
}

export interface LocalHeroku extends LocalServer {
  /** The server behind the log sessions' links. */
  readonly logs: LocalServer;
}

interface HerokuContext extends Required<HerokuOptions> {
  readonly logs: LogSessions;
}

export async function startHeroku(options: HerokuOptions): Promise<LocalHeroku> {
  const logs = await startLogSessions(options.world);
  const context: HerokuContext = { now: Date.now, ...options, logs };
  const { world } = context;
  const server = await startServer({
    service: 'heroku',
    faults: () => world().faults,
    routes: [...accountRoutes(world), ...APP_ROUTES.map((route) => underApp(route, context))],
    notFound: () => notFound('route'),
    before: (exchange) => admit(exchange, context),
    after: (answer, exchange) => withHeaders(answer, exchange, world().heroku.rateLimitRemaining),
  });
  return {
    ...server,
    logs: logs.server,
    close: async () => void (await Promise.all([server.close(), logs.server.close()])),
  };
}

function accountRoutes(world: () => World): Route[] {
  return [
    { method: 'GET', path: /\/account/, handle: () => ({ status: 200, body: showAccount() }) },
    {
      method: 'GET',
      path: /\/account\/rate-limits/,
      handle: () => ({ status: 200, body: { remaining: world().heroku.rateLimitRemaining } }),
    },
  ];
}

function underApp({ method, path, answer }: AppRoute, { world, now, logs }: HerokuContext): Route {
  return {
    method,
    path: new RegExp(`/apps/([\\w-]+)${path}`),
    handle(exchange) {
      const [name = '', ...params] = exchange.params;
      const { heroku, start } = world();
      const app = heroku.apps[name];
      if (!app) return notFound('app');
      return answer({ name, app, start, now: now(), logs }, { ...exchange, params });
    },
  };
}

/** Advances the world to now, and lets the request pass (undefined) or refuses it. A request that passes counts. */
function admit({ headers }: Exchange, { world, now, tokens }: HerokuContext): Answer | undefined {
  advance(world(), now());
  settleDynos(world(), now());
  if (!/version=3\b/.test(headers.accept ?? '')) return NO_VERSION;
  if (!tokens.some((token) => isToken(headers.authorization, token))) return BAD_CREDENTIALS;
  const { heroku } = world();
  if (heroku.rateLimitRemaining === 0) return RATE_LIMITED;
  heroku.rateLimitRemaining -= 1;
  return undefined;
}

function isToken(authorization: string | undefined, token: string): boolean {
  const basic = `Basic ${Buffer.from(`:${token}`).toString('base64')}`;
  return authorization === `Bearer ${token}` || authorization === basic;
}

function withHeaders(answer: Answer, { method, headers }: Exchange, remaining: number): Answer {
  const common = { 'request-id': randomUUID(), 'ratelimit-remaining': String(remaining), ...answer.headers };
  if (method !== 'GET' || answer.status >= 300) return { ...answer, headers: common };
  const etag = `"${createHash('md5').update(JSON.stringify(answer.body)).digest('hex')}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { ...common, etag }, body: '' };
  return { ...answer, headers: { ...common, etag } };
}

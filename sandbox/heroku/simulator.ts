/** The local Heroku: Platform API v3, as far as the bot, the `heroku` CLI and a person looking on need it. */
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { advance } from '../github/live-runs.ts';
import { type Answer, type Exchange, type LocalServer, type Route, startServer } from '../server.ts';
import type { World } from '../world.ts';
import { restart, rollback, setConfig } from './changes.ts';
import { settleDynos } from './dynos.ts';
import { startLogSessions } from './logs.ts';
import { page } from './range.ts';
import { scale } from './scale.ts';
import {
  type Setting,
  showAccount,
  showApp,
  showDyno,
  showFormation,
  showRelease,
  showSlug,
  slugId,
} from './shapes.ts';

export interface HerokuOptions {
  /** The tokens that are valid. */
  readonly tokens: readonly string[];
  readonly world: () => World;
  readonly now?: () => number;
}

export interface LocalHeroku extends LocalServer {
  /** The server behind the log sessions' links. */
  readonly logs: LocalServer;
}

const logRequest = z.object({
  lines: z.number().int().min(1).default(100),
  source: z.string().optional(),
  dyno: z.string().optional(),
  dyno_name: z.string().optional(),
});

export async function startHeroku({ tokens, world, now = Date.now }: HerokuOptions): Promise<LocalHeroku> {
  const logs = await startLogSessions(world);
  const bearers = new Set(
    tokens.flatMap((token) => [`Bearer ${token}`, `Basic ${Buffer.from(`:${token}`).toString('base64')}`]),
  );

  const ofApp = (
    path: string,
    handle: (setting: Setting, exchange: Exchange) => Answer,
    method = 'GET',
  ): Route => ({
    method,
    path: new RegExp(`/apps/([\\w-]+)${path}`),
    handle: (exchange) => {
      const setting = findApp(world(), exchange.params[0] ?? '');
      return setting ? handle(setting, exchange) : notFound('app');
    },
  });

  const routes: Route[] = [
    { method: 'GET', path: /\/account/, handle: () => ({ status: 200, body: showAccount() }) },
    {
      method: 'GET',
      path: /\/account\/rate-limits/,
      handle: () => ({ status: 200, body: { remaining: world().heroku.rateLimitRemaining } }),
    },
    ofApp('', (setting) => ({ status: 200, body: showApp(setting) })),
    ofApp('/dynos', (setting, { headers }) =>
      page(
        setting.app.dynos.map((one) => showDyno(setting, one)),
        rangeOf(headers),
        ['id', 'name'],
      ),
    ),
    ofApp('/formation', (setting, { headers }) =>
      page(
        setting.app.formation.map((one) => showFormation(setting, one)),
        rangeOf(headers),
        ['id', 'type'],
      ),
    ),
    ofApp('/formation', (setting, { rawBody }) => scale(setting, parseJson(rawBody), now()), 'PATCH'),
    ofApp('/releases', (setting, { headers }) =>
      page(
        setting.app.releases.map((one) => showRelease(setting, one)),
        rangeOf(headers),
        ['id', 'version'],
      ),
    ),
    ofApp('/releases/(\\d+)', (setting, { params }) => {
      const release = setting.app.releases.find(({ version }) => version === Number(params[1]));
      return release ? { status: 200, body: showRelease(setting, release) } : notFound('release');
    }),
    ofApp('/slugs/([\\w-]+)', (setting, { params }) => {
      // Releases of changed config vars share the slug: its own release is the first.
      const release = setting.app.releases.find(
        ({ slug }) => slug !== null && slugId(setting.name, slug) === params[1],
      );
      return release ? { status: 200, body: showSlug(setting, release) } : notFound('slug');
    }),
    ofApp(
      '/formations/([\\w-]+)',
      (setting, { params }) => restart(setting, params[1] ?? '', now()),
      'DELETE',
    ),
    ofApp('/dynos', (setting) => restart(setting, null, now()), 'DELETE'),
    ofApp('/releases', (setting, { rawBody }) => rollback(setting, parseJson(rawBody), now()), 'POST'),
    ofApp('/config-vars', (setting, { rawBody }) => setConfig(setting, parseJson(rawBody), now()), 'PATCH'),
    ofApp('/log-sessions', (setting, { rawBody }) => openLog(setting, parseJson(rawBody)), 'POST'),
  ];

  function openLog({ name, start }: Setting, body: unknown): Answer {
    const asked = logRequest.safeParse(body ?? {});
    if (!asked.success)
      return { status: 422, body: { id: 'invalid_params', message: 'Invalid log session.' } };
    const { lines, source, dyno = asked.data.dyno_name } = asked.data;
    const url = logs.open(name, { lines, ...(source ? { source } : {}), ...(dyno ? { dyno } : {}) });
    const at = new Date(Math.max(start, now())).toISOString().replace(/\.\d+Z$/, 'Z');
    return { status: 201, body: { id: randomUUID(), logplex_url: url, created_at: at, updated_at: at } };
  }

  const server = await startServer({
    service: 'heroku',
    faults: () => world().faults,
    routes,
    notFound: () => notFound('route'),
    before({ headers }) {
      advance(world(), now());
      settleDynos(world(), now());
      if (!/version=3\b/.test(headers.accept ?? '')) {
        return {
          status: 406,
          body: {
            id: 'not_acceptable',
            message: 'Specify a version: application/vnd.heroku+json; version=3',
          },
        };
      }
      if (!bearers.has(headers.authorization ?? '')) {
        return { status: 401, body: { id: 'unauthorized', message: 'Invalid credentials provided.' } };
      }
      const { heroku } = world();
      if (heroku.rateLimitRemaining === 0) {
        const message =
          'Your account reached the API rate limit\nPlease wait a few minutes before making new requests';
        return { status: 429, body: { id: 'rate_limit', message } };
      }
      heroku.rateLimitRemaining -= 1;
      return undefined;
    },
    after: (answer, exchange) => withHeaders(answer, exchange, world().heroku.rateLimitRemaining),
  });
  return {
    ...server,
    logs: logs.server,
    close: async () => void (await Promise.all([server.close(), logs.server.close()])),
  };
}

function findApp({ heroku, start }: World, name: string): Setting | undefined {
  const app = heroku.apps[name];
  return app && { name, app, start };
}

function withHeaders(answer: Answer, { method, headers }: Exchange, remaining: number): Answer {
  const common = { 'request-id': randomUUID(), 'ratelimit-remaining': String(remaining), ...answer.headers };
  if (method !== 'GET' || answer.status >= 300) return { ...answer, headers: common };
  const etag = `"${createHash('md5').update(JSON.stringify(answer.body)).digest('hex')}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { ...common, etag }, body: '' };
  return { ...answer, headers: { ...common, etag } };
}

function notFound(resource: string): Answer {
  return { status: 404, body: { id: 'not_found', message: `Couldn't find that ${resource}.`, resource } };
}

function rangeOf(headers: Exchange['headers']): string | undefined {
  const { range } = headers;
  return typeof range === 'string' ? range : undefined;
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

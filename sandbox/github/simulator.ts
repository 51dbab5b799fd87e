/** The local GitHub: the REST API (2022-11-28) of one repository, as far as the bot and a person watching need it. */
import { createHash } from 'node:crypto';
import { type Answer, type Exchange, type LocalServer, type Route, startServer } from '../server.ts';
import type { World } from '../world.ts';
import { accountHeaders, accountRoutes } from './account.ts';
import { forbidden, notFound, problem } from './answers.ts';
import { advance } from './live-runs.ts';
import { repositoryId } from './people.ts';
import { CODE_ROUTES } from './routes/code.ts';
import { ENVIRONMENT_ROUTES } from './routes/environments.ts';
import { REPOSITORY_ROUTES } from './routes/repository.ts';
import type { GitHubRoute } from './routes/route.ts';
import { WORKFLOW_RUN_ROUTES } from './routes/workflow-runs.ts';
import type { GitHubState } from './state.ts';

export interface GitHubOptions {
  /** The valid token, with the permissions that the world gives it. */
  readonly token: string;
  /** Another valid token, which may also change settings and secrets. */
  readonly adminToken: string;
  readonly world: () => World;
  readonly now?: () => number;
}

interface GitHubContext extends Required<GitHubOptions> {
  /** Origin of this server. The links in its responses begin with it. */
  api(): string;
}

const ROUTES: readonly GitHubRoute[] = [
  ...REPOSITORY_ROUTES,
  ...WORKFLOW_RUN_ROUTES,
  ...ENVIRONMENT_ROUTES,
  ...CODE_ROUTES,
];

export async function startGitHub(options: GitHubOptions): Promise<LocalServer> {
  let api = '';
  const context: GitHubContext = { now: Date.now, ...options, api: () => api };
  const { world } = context;
  const server = await startServer({
    service: 'github',
    faults: () => world().faults,
    routes: [...accountRoutes(context), ...ROUTES.map((route) => underRepository(route, context))],
    notFound,
    before: (exchange) => refuse(exchange, context),
    after: (answer, exchange) => finish(answer, exchange, context),
  });
  api = server.url;
  return server;
}

/** A route works under the repository's name, and under its id, which survives a rename. */
function underRepository(
  { method = 'GET', path, needs, answer }: GitHubRoute,
  { api, world, now, adminToken }: GitHubContext,
): Route {
  return {
    method,
    path: new RegExp(`/(?:repos/([^/]+/[^/]+)|repositories/(\\d+))${path}`),
    handle(exchange) {
      const { github, start } = world();
      const [name = '', id, ...params] = exchange.params;
      const isOurs = name === '' ? id === String(repositoryId(github)) : isSameName(name, nameOf(github));
      if (!isOurs) return notFound();
      const isAdmin = isToken(exchange.headers.authorization, adminToken);
      if (needs !== null && !isAdmin && !github.permissions.includes(needs)) return forbidden(needs);
      return answer({ api: api(), state: github, start, now: now() }, { ...exchange, params });
    },
  };
}

/**
 * Handles requests that never reach a route:
 * bad credentials, an exhausted rate limit, and former names of the repository.
 */
function refuse({ headers, method, url }: Exchange, context: GitHubContext): Answer | undefined {
  const world = context.world();
  advance(world, context.now());
  if (![context.token, context.adminToken].some((token) => isToken(headers.authorization, token))) {
    return { status: 401, body: problem('Bad credentials', '401') };
  }
  if (url.pathname !== '/rate_limit' && world.github.rateLimitRemaining === 0) {
    return { status: 403, body: problem('API rate limit exceeded for user ID 1.', '403') };
  }
  return redirect(context.api(), world.github, method, url);
}

/** Adds what comes with every response: an ETag, and the rest of the rate limit, against which a 304 does not count. */
function finish(answer: Answer, exchange: Exchange, { world, now }: GitHubContext): Answer {
  const { github } = world();
  const found = withEtag(answer, exchange);
  if (found.status !== 304 && exchange.url.pathname !== '/rate_limit') {
    github.rateLimitRemaining = Math.max(0, github.rateLimitRemaining - 1);
  }
  return { ...found, headers: { ...accountHeaders(world(), now()), ...found.headers } };
}

/** Redirects from a former name of the repository. A write keeps its method and body. */
function redirect(api: string, github: GitHubState, method: string, url: URL): Answer | undefined {
  const [, name, rest] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(url.pathname) ?? [];
  if (name === undefined || !github.formerNames.some((former) => isSameName(former, name))) return undefined;
  const location = `${api}/repositories/${repositoryId(github)}${rest}${url.search}`;
  const [status, words] = method === 'GET' ? [301, 'Moved Permanently'] : [307, 'Temporary Redirect'];
  return { status, headers: { location }, body: { ...problem(words, String(status)), url: location } };
}

function nameOf({ owner, name }: GitHubState): string {
  return `${owner}/${name}`;
}

function isSameName(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

function isToken(authorization: string | undefined, token: string): boolean {
  return authorization === `token ${token}` || authorization === `Bearer ${token}`;
}

function withEtag(answer: Answer, { method, headers }: Exchange): Answer {
  if (method !== 'GET' || answer.status !== 200) return answer;
  const etag = `W/"${createHash('sha256').update(JSON.stringify(answer.body)).digest('hex')}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { etag }, body: '' };
  return { ...answer, headers: { ...answer.headers, etag } };
}

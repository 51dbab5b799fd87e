/** The local GitHub: the REST API (2022-11-28) of one repository, as far as the bot and a person looking on need it. */
import { createHash } from 'node:crypto';
import { type Answer, type Exchange, type LocalServer, type Route, startServer } from '../server.ts';
import type { World } from '../world.ts';
import { forbidden, notFound, type Permission, problem } from './answers.ts';
import { dispatch } from './dispatch.ts';
import { advance, cancel } from './live-runs.ts';
import { isoAgo, type Place, repositoryId, showRepository, showUser } from './people.ts';
import { addBranchPolicy, putEnvironment, putSecret, showPublicKey } from './settings.ts';
import { findCommit, showCommit, showComparison, showRef } from './show-commits.ts';
import {
  branchPolicies,
  deploymentId,
  deploymentsOf,
  showDeployment,
  showDeploymentStatuses,
  showEnvironment,
} from './show-environments.ts';
import { showApprovals, showJob, showPending, showRun, showWorkflow, workflowId } from './show-runs.ts';
import type { GitHubState, RunState } from './state.ts';

export interface GitHubOptions {
  /** The token that is valid, with the permissions of the world. */
  readonly token: string;
  /** Another one, that may also change settings and secrets. */
  readonly adminToken: string;
  readonly world: () => World;
  readonly now?: () => number;
}

const LIMIT = 5_000;
const HOUR_S = 3_600;

export async function startGitHub({
  token,
  adminToken,
  world,
  now = Date.now,
}: GitHubOptions): Promise<LocalServer> {
  let api = '';
  const place = (): Place => ({ api, state: world().github, start: world().start });

  /** A route under the repository; `needs` is the fine-grained permission that GitHub's documentation names. */
  const under = (
    path: string,
    needs: Permission | null,
    handle: (place: Place, exchange: Exchange) => Answer,
    method = 'GET',
  ): Route => ({
    method,
    path: new RegExp(`/(?:repos/([^/]+/[^/]+)|repositories/(\\d+))${path}`),
    handle(exchange) {
      const { github } = world();
      const [name = '', id] = exchange.params;
      const isOurs = name === '' ? id === String(repositoryId(github)) : isSameName(name, nameOf(github));
      if (!isOurs) return notFound();
      const isAdmin = isToken(exchange.headers.authorization, adminToken);
      if (needs !== null && !isAdmin && !github.permissions.includes(needs)) return forbidden(needs);
      return handle(place(), { ...exchange, params: exchange.params.slice(2) });
    },
  });

  const ofRun = (path: string, show: (place: Place, run: RunState, exchange: Exchange) => unknown) =>
    under(`/actions/runs/(\\d+)${path}`, 'actions:read', (here, exchange) => {
      const run = here.state.runs.find(({ id }) => id === Number(exchange.params[0]));
      return run ? { status: 200, body: show(here, run, exchange) } : notFound();
    });

  const routes: Route[] = [
    { method: 'GET', path: /\/rate_limit/, handle: () => ({ status: 200, body: rateLimit() }) },
    under('', null, (here) => ({ status: 200, body: showRepository(here) })),
    under('/actions/workflows', 'actions:read', (here, exchange) =>
      list(
        exchange,
        'workflows',
        here.state.workflows.map((one) => showWorkflow(here, one)),
      ),
    ),
    under('/actions/workflows/([^/]+)', 'actions:read', (here, { params }) => {
      const workflow = findWorkflow(here.state, params[0]);
      return workflow ? { status: 200, body: showWorkflow(here, workflow) } : notFound();
    }),
    under('/actions/workflows/([^/]+)/runs', 'actions:read', (here, exchange) => {
      const workflow = findWorkflow(here.state, exchange.params[0]);
      if (!workflow) return notFound();
      return listRuns(here, exchange, (run) => run.workflow === workflow.file);
    }),
    under('/actions/runs', 'actions:read', (here, exchange) => listRuns(here, exchange, () => true)),
    ofRun('', showRun),
    ofRun(
      '/jobs',
      (here, run, exchange) =>
        list(
          exchange,
          'jobs',
          run.jobs.map((job) => showJob(here, run, job)),
        ).body,
    ),
    ofRun('/approvals', showApprovals),
    ofRun('/pending_deployments', showPending),
    under('/environments', 'actions:read', (here, exchange) =>
      list(
        exchange,
        'environments',
        here.state.environments.map((one) => showEnvironment(here, one)),
      ),
    ),
    under('/environments/([^/]+)', 'actions:read', (here, { params }) => {
      const found = findEnvironment(here.state, params[0]);
      return found ? { status: 200, body: showEnvironment(here, found) } : notFound();
    }),
    under('/environments/([^/]+)/deployment-branch-policies', 'actions:read', (here, exchange) => {
      const found = findEnvironment(here.state, exchange.params[0]);
      return found ? list(exchange, 'branch_policies', branchPolicies(found)) : notFound();
    }),
    under('/deployments', 'deployments:read', (here, { url }) => {
      const environment = url.searchParams.get('environment');
      const sha = url.searchParams.get('sha');
      const found = here.state.runs
        .toSorted((one, other) => one.age - other.age)
        .flatMap(deploymentsOf)
        .filter(
          (one) =>
            (environment === null || one.environment === environment) &&
            (sha === null || one.run.sha === sha),
        )
        .map((one) => showDeployment(here, one))
        .toSorted((one, other) => other.created_at.localeCompare(one.created_at));
      return { status: 200, body: paged(url, found) };
    }),
    under('/deployments/(\\d+)/statuses', 'deployments:read', (here, { params, url }) => {
      const found = here.state.runs
        .flatMap(deploymentsOf)
        .find((one) => deploymentId(one) === Number(params[0]));
      return found ? { status: 200, body: paged(url, showDeploymentStatuses(here, found)) } : notFound();
    }),
    under('/actions/secrets', 'secrets:read', ({ state, start }, exchange) => {
      const secrets = state.secrets.map(({ name, age }) => ({
        name,
        created_at: isoAgo(start, age + 1_000_000),
        updated_at: isoAgo(start, age),
      }));
      return list(exchange, 'secrets', secrets);
    }),
    under('/git/ref/heads/(.+)', 'contents:read', (here, { params }) => {
      const branch = here.state.branches.find(({ name }) => name === params[0]);
      const [tip] = branch?.commits ?? [];
      return branch && tip ? { status: 200, body: showRef(here, 'heads', branch.name, tip.sha) } : notFound();
    }),
    under('/git/ref/tags/(.+)', 'contents:read', (here, { params }) => {
      const name = here.state.tags.find((one) => one === params[0]);
      const commit = here.state.branches[0]?.commits.at(-1);
      return name && commit ? { status: 200, body: showRef(here, 'tags', name, commit.sha) } : notFound();
    }),
    under('/commits/([^/]+)', 'contents:read', (here, { params }) => {
      const commit = findCommit(here, params[0] ?? '');
      if (commit) return { status: 200, body: showCommit(here, commit) };
      return { status: 422, body: problem(`No commit found for SHA: ${params[0]}`, '422') };
    }),
    under('/compare/(.+)\\.\\.\\.(.+)', 'contents:read', (here, { params: [base = '', head = ''], url }) => {
      const size = url.searchParams.get('per_page');
      const number = Number(url.searchParams.get('page') ?? 1);
      const comparison = showComparison(here, base, head, {
        size: size === null ? null : Number(size),
        number,
      });
      return comparison ? { status: 200, body: comparison } : notFound();
    }),
    under('/collaborators/([^/]+)', null, ({ state }, { params }) => {
      const found = state.collaborators.some((one) => one.toLowerCase() === params[0]?.toLowerCase());
      return found ? { status: 204, body: '' } : notFound();
    }),
    under(
      '/actions/workflows/([^/]+)/dispatches',
      'actions:write',
      (here, { params, rawBody }) => {
        const workflow = findWorkflow(here.state, params[0]);
        return workflow && workflow.state !== 'deleted'
          ? dispatch(here, workflow, parseBody(rawBody), now())
          : notFound();
      },
      'POST',
    ),
    under(
      '/actions/runs/(\\d+)/cancel',
      'actions:write',
      (here, { params }) => {
        const run = here.state.runs.find(({ id }) => id === Number(params[0]));
        if (!run) return notFound();
        if (cancel(run)) return { status: 202, body: {} };
        return { status: 409, body: problem('Cannot cancel a workflow run that is completed.', '409') };
      },
      'POST',
    ),
    under(
      '/environments/([^/]+)',
      'administration:write',
      (here, { params, rawBody }) => putEnvironment(here, params[0] ?? '', parseBody(rawBody)),
      'PUT',
    ),
    under(
      '/environments/([^/]+)/deployment-branch-policies',
      'administration:write',
      (here, { params, rawBody }) => addBranchPolicy(here, params[0] ?? '', parseBody(rawBody)),
      'POST',
    ),
    under('/actions/secrets/public-key', 'secrets:read', () => ({ status: 200, body: showPublicKey() })),
    under(
      '/actions/secrets/([^/]+)',
      'secrets:write',
      (here, { params, rawBody }) => putSecret(here, params[0] ?? '', parseBody(rawBody), now()),
      'PUT',
    ),
    {
      method: 'GET',
      path: /\/user/,
      handle: () => ({ status: 200, body: showPerson(world().github.login) }),
    },
    {
      method: 'GET',
      path: /\/users\/([^/]+)/,
      handle({ params }) {
        const login = world().github.collaborators.find(
          (one) => one.toLowerCase() === params[0]?.toLowerCase(),
        );
        return login ? { status: 200, body: showPerson(login) } : notFound();
      },
    },
    under('/contents/(.+)', 'contents:read', ({ state }, { params, headers }) => {
      const file = params[0]?.replace(/^\.github\/workflows\//, '');
      const workflow = state.workflows.find((one) => one.file === file && one.state !== 'deleted');
      if (!workflow) return notFound();
      if (!headers.accept?.includes('raw'))
        return { status: 200, body: showFile(workflow.file, workflow.text) };
      return {
        status: 200,
        headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
        body: workflow.text,
      };
    }),
  ];

  /** Runs of now are not in the lists at once: GitHub's lists are behind. */
  function listRuns(here: Place, exchange: Exchange, isMeant: (run: RunState) => boolean): Answer {
    const { runs, deploys } = here.state;
    const shown = runs.filter(
      (one) =>
        isMeant(one) &&
        fits(one, exchange, here.start) &&
        !(one.live && now() - here.start + one.age * 1000 < deploys.hiddenFor * 1000),
    );
    const newest = shown.toSorted((one, other) => one.age - other.age);
    return list(
      exchange,
      'workflow_runs',
      newest.map((one) => showRun(here, one)),
    );
  }

  function showPerson(login: string) {
    const counts = { public_repos: 3, public_gists: 0, followers: 1, following: 0 };
    const { start } = world();
    const about = {
      name: login,
      company: null,
      blog: '',
      location: null,
      email: null,
      hireable: null,
      bio: null,
    };
    return {
      ...showUser(api, login),
      ...about,
      ...counts,
      created_at: isoAgo(start, 9e7),
      updated_at: isoAgo(start, 9e5),
    };
  }

  function rateLimit() {
    const rate = limitNow();
    return { rate, resources: { core: rate, search: { ...rate, limit: 30, remaining: 30, used: 0 } } };
  }

  /** `2026-05-10 10:00:00 UTC` */
  function expiry(): string {
    const { start, github } = world();
    const at = new Date(start + (github.tokenExpiresAfter ?? 0) * 1000).toISOString();
    return `${at.slice(0, 19).replace('T', ' ')} UTC`;
  }

  function limitNow() {
    const { rateLimitRemaining: remaining } = world().github;
    const reset = Math.ceil(now() / 1000 / HOUR_S) * HOUR_S;
    return { limit: LIMIT, remaining, used: LIMIT - remaining, reset };
  }

  const server = await startServer({
    service: 'github',
    faults: () => world().faults,
    routes,
    notFound,
    before({ headers, method, url }) {
      advance(world(), now());
      if (![token, adminToken].some((one) => isToken(headers.authorization, one))) {
        return { status: 401, body: problem('Bad credentials', '401') };
      }
      if (url.pathname !== '/rate_limit' && world().github.rateLimitRemaining === 0) {
        return { status: 403, body: problem('API rate limit exceeded for user ID 1.', '403') };
      }
      return redirect(api, world().github, method, url);
    },
    after(answer, exchange) {
      const { github } = world();
      const found = withEtag(answer, exchange);
      // A 304 is free.
      if (found.status !== 304 && exchange.url.pathname !== '/rate_limit') {
        github.rateLimitRemaining = Math.max(0, github.rateLimitRemaining - 1);
      }
      const { limit, remaining, used, reset } = limitNow();
      const headers = {
        'x-github-api-version-selected': '2022-11-28',
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-used': String(used),
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-resource': 'core',
        ...(github.tokenExpiresAfter === undefined
          ? {}
          : { 'github-authentication-token-expiration': expiry() }),
      };
      return { ...found, headers: { ...headers, ...found.headers } };
    },
  });
  api = server.url;
  return server;
}

/** Of a name that the repository had before; undefined: of any other. A write keeps its method and body. */
function redirect(api: string, github: GitHubState, method: string, url: URL): Answer | undefined {
  const [, name, rest] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(url.pathname) ?? [];
  if (name === undefined || !github.formerNames.some((one) => isSameName(one, name))) return undefined;
  const location = `${api}/repositories/${repositoryId(github)}${rest}${url.search}`;
  const [status, words] = method === 'GET' ? [301, 'Moved Permanently'] : [307, 'Temporary Redirect'];
  return { status, headers: { location }, body: { ...problem(words, String(status)), url: location } };
}

function nameOf({ owner, name }: GitHubState): string {
  return `${owner}/${name}`;
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function findWorkflow({ workflows }: GitHubState, wanted = '') {
  return workflows.find(({ file }) => file === wanted || String(workflowId(file)) === wanted);
}

/** GitHub itself ignores the case of an environment's name. */
function findEnvironment({ environments }: GitHubState, wanted = '') {
  return environments.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
}

function fits(run: RunState, { url }: Exchange, start: number): boolean {
  const asked = (name: string) => url.searchParams.get(name);
  const same = (name: string, value: string) => asked(name) === null || asked(name) === value;
  const status = asked('status');
  const created = asked('created');
  const since = created?.startsWith('>=') ? Date.parse(created.slice(2)) : Number.NEGATIVE_INFINITY;
  return (
    same('event', run.event) &&
    same('branch', run.branch) &&
    same('actor', run.actor) &&
    same('head_sha', run.sha) &&
    (status === null || status === run.status || status === run.conclusion) &&
    start - run.age * 1000 >= since
  );
}

function paged<T>(url: URL, items: readonly T[]): T[] {
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  return items.slice((page - 1) * size, page * size);
}

function isToken(authorization: string | undefined, token: string): boolean {
  return authorization === `token ${token}` || authorization === `Bearer ${token}`;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{ total_count, <key>: […] }`, with a `Link` where another page follows. */
function list(exchange: Exchange, key: string, items: readonly object[]): Answer {
  const { url } = exchange;
  const shown = paged(url, items);
  const page = Number(url.searchParams.get('page') ?? 1);
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const origin = `http://${exchange.headers.host}`;
  const link =
    page * size < items.length ? { link: `<${origin}${next.pathname}${next.search}>; rel="next"` } : {};
  return { status: 200, headers: link, body: { total_count: items.length, [key]: shown } };
}

function showFile(name: string, text: string) {
  return {
    type: 'file',
    name,
    path: `.github/workflows/${name}`,
    size: Buffer.byteLength(text),
    encoding: 'base64',
    content: Buffer.from(text).toString('base64'),
  };
}

function withEtag(answer: Answer, { method, headers }: Exchange): Answer {
  if (method !== 'GET' || answer.status !== 200) return answer;
  const etag = `W/"${createHash('sha256').update(JSON.stringify(answer.body)).digest('hex')}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { etag }, body: '' };
  return { ...answer, headers: { ...answer.headers, etag } };
}

/**
 * A world rebuilt from a report: what Heroku, GitHub, the status page and the app answered at one moment. It is served
 * over HTTP, so that the diagnosis reads it with its real clients.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGitHubReader } from '../../src/github/reader.ts';
import { createHerokuReader } from '../../src/heroku/reader.ts';
import { collectRedacted } from '../../src/operations/diagnosis/redact-evidence.ts';
import { createProbe } from '../../src/probe/probe.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import type { RunbookContext } from '../../src/runbook/model/terms.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { testFacts } from './facts.ts';
import { startRawServer } from './raw-server.ts';

export interface Expectation {
  readonly verdict?: readonly string[];
  readonly exit?: readonly number[];
  readonly steps?: Readonly<Record<string, readonly string[]>>;
  readonly anyStepOf?: { readonly steps: readonly string[]; readonly statuses: readonly string[] };
  readonly modes?: readonly {
    readonly id: string;
    readonly code?: string;
    readonly confidence?: readonly string[];
  }[];
  /** `A`, or `D:likely`. */
  readonly modesNot?: readonly string[];
  readonly noModes?: boolean;
  readonly noLikelyModes?: boolean;
  readonly escalations?: readonly number[];
  readonly escalationsNot?: readonly number[];
  readonly actions?: readonly string[];
  readonly actionsNot?: readonly string[];
  readonly mentions?: readonly string[];
}

interface CaseJob {
  readonly name: string;
  readonly [key: string]: unknown;
}

interface CaseRun {
  readonly id: number;
  readonly event: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly created_at: string;
  readonly head_sha: string;
  readonly jobs: readonly CaseJob[];
  readonly approvals: readonly {
    readonly state: string;
    readonly comment: string;
    readonly user: string;
    readonly environments: readonly string[];
  }[];
  readonly pending_deployments: readonly unknown[];
  readonly [key: string]: unknown;
}

export interface Case {
  readonly id: string;
  readonly title: string;
  readonly target: string;
  readonly now: string;
  readonly expect: Expectation;
  readonly health: { readonly status: number; readonly server: string | null; readonly body: string };
  readonly app?: unknown;
  readonly formation?: unknown;
  readonly dynos?: unknown;
  /** Newest last, in Heroku's order. */
  readonly releases?: readonly { readonly version: number }[];
  readonly slug?: unknown;
  readonly log?: readonly { readonly at: readonly number[]; readonly text: string }[];
  readonly runs?: readonly CaseRun[];
}

const FOLDER = join(import.meta.dirname, '../cases');

/** Every case, by the name of its file. */
export function readCases(): Case[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
}

/** The log's lines as Heroku serves them, oldest first. */
export function logText({ now, log = [] }: Pick<Case, 'now' | 'log'>): string {
  const lines = log.flatMap(({ at, text }) =>
    at.map((seconds) => ({ at: Date.parse(now) + seconds * 1000, text })),
  );
  return lines
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, text }) => `${new Date(at).toISOString().replace('Z', '000+00:00')} ${text}\n`)
    .join('');
}

/** The case's evidence, collected and redacted as the bot does it, and the context in which to judge it. */
export async function evidenceOf(one: Case): Promise<{ evidence: Evidence; context: RunbookContext }> {
  const at = Date.parse(one.now);
  const now = () => at;
  const server = await startRawServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { status, body, type = 'application/json' } = answer(one, url, `http://${request.headers.host}`);
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  try {
    const facts = {
      ...testFacts,
      targets: testFacts.targets.map((target) => ({ ...target, url: server.url })),
      freeze: { ...testFacts.freeze, console: `${server.url}/console` },
    };
    const target = facts.targets.find(({ name }) => name === one.target);
    if (!target) throw new Error(`the runbook file names no target ${one.target}`);
    const outside = {
      heroku: createHerokuReader({ baseUrl: server.url, token: 'token', now }),
      github: createGitHubReader({
        baseUrl: server.url,
        auth: { kind: 'token', token: 'token' },
        repository: facts.github.repository,
        log: { debug() {} },
        now,
      }),
      probe: createProbe({ statusUrl: server.url, now }),
    };
    const redactor = createRedactor({ secrets: [] });
    const deps = { outside, redactor, now, expire: AbortSignal.timeout };
    const evidence = await collectRedacted(target, facts, deps, { use: 'read' });
    return { evidence, context: { now: at, target, facts } };
  } finally {
    await server.close();
  }
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly type?: string;
}

function answer(one: Case, url: URL, self: string): Answer {
  const { pathname } = url;
  if (pathname === '/api/system/status')
    return { status: one.health.status, body: one.health.body, type: 'text/html' };
  if (pathname === '/console') return { status: 200, body: 'console', type: 'text/html' };
  if (pathname === '/api/v4/current-status') {
    const systems = ['Apps', 'Data', 'Tools'].map((system) => ({ system, status: 'green' }));
    return { status: 200, body: { status: systems, incidents: [], scheduled: [] } };
  }
  if (pathname.startsWith('/apps/')) return heroku(one, pathname.split('/').slice(3), self);
  if (pathname === '/log') return { status: 200, body: logText(one), type: 'text/plain' };
  if (pathname.startsWith('/repos/')) return github(one, pathname.split('/').slice(4).join('/'), url);
  return { status: 404, body: { message: 'Not Found' } };
}

function heroku(one: Case, [what = 'app']: readonly string[], self: string): Answer {
  const healthy = healthyApp(Date.parse(one.now));
  switch (what) {
    case 'app':
      return { status: 200, body: one.app ?? healthy.app };
    case 'dynos':
      return { status: 200, body: one.dynos ?? healthy.dynos };
    case 'formation':
      return { status: 200, body: one.formation ?? healthy.formation };
    case 'releases':
      return { status: 206, body: (one.releases ?? healthy.releases).toReversed() };
    case 'slugs':
      return { status: 200, body: one.slug ?? healthy.slug };
    case 'log-sessions':
      return { status: 201, body: { logplex_url: `${self}/log` } };
    default:
      return { status: 404, body: { id: 'not_found', message: 'Not found.' } };
  }
}

const HOUR = 3_600_000;

function healthyApp(now: number) {
  const ago = (hours: number) => new Date(now - hours * HOUR).toISOString();
  const app = { id: 'a', name: 'raxx-api-prod' };
  return {
    app: { ...app, maintenance: false, region: { name: 'us' }, stack: { name: 'heroku-24' }, slug_size: 1 },
    formation: [{ app, type: 'web', quantity: 1, size: 'Basic', command: 'gunicorn raptor.wsgi' }],
    dynos: [
      {
        app,
        name: 'web.1',
        type: 'web',
        state: 'up',
        size: 'Basic',
        release: { version: 2 },
        created_at: ago(3),
        updated_at: ago(3),
      },
    ],
    releases: [1, 2].map((version) => ({
      id: `r${version}`,
      version,
      status: 'succeeded',
      current: version === 2,
      description: `Deploy ${shaOfDeploy(version).slice(0, 8)}`,
      eligible_for_rollback: true,
      slug: { id: `s${version}` },
      artifacts: [],
      user: { email: 'ops@raxx.app' },
      created_at: ago(60 - version * 6),
    })),
    slug: {
      id: 's2',
      commit: shaOfDeploy(2),
      size: 1,
      stack: { name: 'heroku-24' },
      process_types: { web: 'gunicorn raptor.wsgi' },
      created_at: ago(48),
    },
  };
}

function shaOfDeploy(version: number): string {
  return String(version).repeat(40);
}

function healthyRuns(now: number): CaseRun[] {
  const at = new Date(now - 48 * HOUR).toISOString();
  const job = (name: string) => ({
    name,
    status: 'completed',
    conclusion: 'success',
    started_at: at,
    completed_at: at,
    runner_id: 7,
    steps: [{ name: `Run ${name}`, status: 'completed', conclusion: 'success', number: 1 }],
  });
  return [
    {
      id: 9000,
      event: 'workflow_dispatch',
      status: 'completed',
      conclusion: 'success',
      created_at: at,
      run_started_at: at,
      updated_at: at,
      run_attempt: 1,
      display_title: 'Deploy to Heroku (production)',
      head_sha: shaOfDeploy(2),
      jobs: [job('freeze-check'), job('deploy')],
      approvals: [{ state: 'approved', comment: '', user: 'Kristerpher', environments: ['production'] }],
      pending_deployments: [],
    },
  ];
}

const WORKFLOWS = ['deploy-heroku.yml', 'deploy-antlers.yml', 'pr-preview.yml'];

function github(one: Case, path: string, { searchParams }: URL): Answer {
  const runs = one.runs ?? healthyRuns(Date.parse(one.now));
  const ok = (body: unknown): Answer => ({ status: 200, body });
  if (path === '') return ok({ private: true, default_branch: 'main' });
  if (path.startsWith('contents/'))
    return { status: 200, body: 'on: workflow_dispatch\n', type: 'text/plain' };
  if (path === 'actions/workflows') {
    const workflows = WORKFLOWS.map((file) => ({ path: `.github/workflows/${file}`, state: 'active' }));
    return ok({ total_count: workflows.length, workflows });
  }
  if (path === 'actions/secrets') return ok({ total_count: 0, secrets: [] });
  if (path === 'environments') return ok({ total_count: 2, environments: ENVIRONMENTS });
  if (path.endsWith('deployment-branch-policies'))
    return ok({ branch_policies: [{ name: 'main', type: 'branch' }] });
  if (path === 'deployments') return ok([]);
  if (/^actions\/(workflows\/[^/]+\/)?runs$/.test(path)) {
    const found = runs.filter((run) => fits(run, searchParams));
    const count = Number(searchParams.get('per_page') ?? 30);
    const from = (Number(searchParams.get('page') ?? 1) - 1) * count;
    return ok({ total_count: found.length, workflow_runs: found.slice(from, from + count).map(showRun) });
  }
  const [, id, what] = /^actions\/runs\/(\d+)\/?([\w/]*)$/.exec(path) ?? [];
  const run = runs.find((each) => each.id === Number(id));
  return run ? ofRun(run, what ?? '') : { status: 404, body: { message: 'Not Found' } };
}

const ENVIRONMENTS = [
  {
    name: 'production',
    can_admins_bypass: false,
    protection_rules: [
      {
        type: 'required_reviewers',
        reviewers: [{ type: 'User', reviewer: { login: 'Kristerpher', id: 11 } }],
      },
      { type: 'branch_policy' },
    ],
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  },
  { name: 'staging', protection_rules: [], deployment_branch_policy: null },
];

function fits({ event, status, conclusion, created_at, head_sha }: CaseRun, query: URLSearchParams): boolean {
  const is = (name: string, ...values: readonly (string | null)[]) => {
    const wanted = query.get(name);
    return wanted === null || values.includes(wanted);
  };
  const since = /^>=?(.+)$/.exec(query.get('created') ?? '')?.[1];
  return (
    is('event', event) &&
    is('status', status, conclusion) &&
    is('head_sha', head_sha) &&
    (since === undefined || Date.parse(created_at) >= Date.parse(since))
  );
}

function showRun({ jobs, approvals, pending_deployments, ...run }: CaseRun) {
  const html_url = `https://github.com/raxx-app/TradeMasterAPI/actions/runs/${run.id}`;
  return { actor: { login: 'Kristerpher' }, ...run, head_branch: run.head_branch ?? 'main', html_url };
}

function ofRun(run: CaseRun, what: string): Answer {
  switch (what) {
    case '':
      return { status: 200, body: showRun(run) };
    case 'jobs': {
      const jobs = run.jobs.map((job, index) => ({ id: run.id * 100 + index, run_id: run.id, ...job }));
      return { status: 200, body: { total_count: jobs.length, jobs } };
    }
    case 'approvals':
      return {
        status: 200,
        body: run.approvals.map(({ user, environments, ...approval }) => ({
          ...approval,
          user: { login: user, id: 11 },
          environments: environments.map((name) => ({ name })),
        })),
      };
    case 'pending_deployments':
      return { status: 200, body: run.pending_deployments };
    default:
      return { status: 404, body: { message: 'Not Found' } };
  }
}

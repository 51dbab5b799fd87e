/** Evidence of a healthy prod, which tests change where they need to. */

import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import { parseLogLine } from '../../src/runbook/logs/lines.ts';
import type { Check } from '../../src/runbook/model/check.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import type { Evidence, SourceName, Sources } from '../../src/runbook/model/evidence.ts';
import type { Deployment, Environment, Job, RunDetail, WorkflowRun } from '../../src/runbook/model/github.ts';
import type { App, Dyno, FormationEntry, LogWindow, Release } from '../../src/runbook/model/heroku.ts';
import type { Observed, Unseen } from '../../src/runbook/model/observed.ts';
import type { HttpAnswer, PlatformIncident } from '../../src/runbook/model/probes.ts';
import type { RunbookContext } from '../../src/runbook/model/terms.ts';
import { testFacts } from './facts.ts';

export const NOW = Date.parse('2026-05-01T10:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function contextOf(targetName = 'prod'): RunbookContext {
  const target = testFacts.targets.find(({ name }) => name === targetName);
  if (!target) throw new Error(`no target ${targetName}`);
  return { now: NOW, target, facts: testFacts };
}

export function seen<T>(value: T): Observed<T> {
  return { ok: true, value, at: NOW };
}

export function unseen(why: Unseen['why'] = 'unreachable', detail = 'not answered'): Unseen {
  const [name = '', ...reason] = detail.split(': ');
  return { ok: false, why, name, reason: reason.join(': '), detail, at: NOW };
}

export function app(more: Partial<App> = {}): App {
  const stack = 'heroku-24';
  return { id: 'a', name: 'raxx-api-prod', maintenance: false, region: 'us', stack, slugSize: 1, ...more };
}

/** `web`, at this quantity. */
export function web(quantity: number): Observed<readonly FormationEntry[]> {
  return seen([{ type: 'web', quantity, size: 'Basic', command: 'gunicorn' }]);
}

/** `age`: milliseconds since its last change of state. */
export function dyno(state: string, age = 3 * HOUR, name = 'web.1'): Dyno {
  const type = name.replace(/\..*/, '');
  return {
    name,
    type,
    state,
    size: 'Basic',
    releaseVersion: 42,
    createdAt: NOW - age - 5_000,
    updatedAt: NOW - age,
  };
}

export function release(version: number, more: Partial<Release> = {}): Release {
  return {
    id: `r${version}`,
    version,
    status: 'succeeded',
    current: false,
    description: `Deploy 4f0707${version}`,
    eligibleForRollback: true,
    slugId: `s${version}`,
    imageId: null,
    actor: 'ops@raxx.app',
    createdAt: NOW - (50 - version) * HOUR,
    ...more,
  };
}

/** `-300 heroku[web.1]: text`: seconds before now. */
export function logWindow(...lines: readonly string[]): LogWindow {
  return {
    asked: 1500,
    lines: lines.map((line) => {
      const [, age = '0', rest = ''] = /^(-?[\d.]+) ([\s\S]*)$/.exec(line) ?? [];
      return parseLogLine(`${new Date(NOW + Number(age) * 1000).toISOString()} ${rest}`);
    }),
  };
}

/** A successful request, so many seconds ago. */
export function goodRequest(ago: number): string {
  return `-${ago} heroku[router]: at=info method=GET path="/" host=h request_id=i fwd="x" dyno=web.1 connect=0ms service=40ms status=200 bytes=8 protocol=http1.1`;
}

export function routerError(ago: number, code: string, desc: string, dynoName = ''): string {
  return `-${ago} heroku[router]: at=error code=${code} desc="${desc}" method=GET path="/" host=h request_id=i fwd="x" dyno=${dynoName} connect= service= status=503 bytes=0 protocol=http1.1`;
}

/** The job id in the links of deployments. */
export function jobId(name: string): number {
  return [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1_000_003;
}

export function job(name: string, conclusion: string | null, more: Partial<Job> = {}): Job {
  const ran = conclusion !== 'skipped' && conclusion !== null;
  return {
    id: jobId(name),
    name,
    status: conclusion === null ? 'in_progress' : 'completed',
    conclusion,
    hasRunner: ran,
    steps: ran ? [{ name: 'work', status: 'completed', conclusion }] : [],
    startedAt: NOW - HOUR,
    completedAt: conclusion === null ? null : NOW - HOUR,
    ...more,
  };
}

export function run(id: number, more: Partial<WorkflowRun> = {}): WorkflowRun {
  return {
    id,
    event: 'workflow_dispatch',
    status: 'completed',
    conclusion: 'success',
    title: 'Deploy to Heroku',
    branch: 'main',
    // The commit that the app runs: its release is the last deploy.
    sha: '4f07077242424242',
    attempt: 1,
    actor: 'kris',
    url: `https://github.com/raxx-app/TradeMasterAPI/actions/runs/${id}`,
    createdAt: NOW - 2 * HOUR,
    startedAt: more.createdAt ?? NOW - 2 * HOUR,
    updatedAt: NOW - HOUR,
    ...more,
  };
}

export function detail(runId: number, more: Partial<RunDetail> = {}): RunDetail {
  return {
    runId,
    jobs: [job('freeze-check', 'success'), job('deploy', 'success')],
    approvals: [{ state: 'approved', by: 'Kristerpher', comment: null, environments: ['production'] }],
    pending: [],
    ...more,
  };
}

/** One dispatch to production, with its jobs and deployments. */
export function runs(more: Partial<WorkflowRun> = {}, left: Partial<RunDetail> = {}): Partial<Evidence> {
  return { runs: seen([run(7, more)]), runDetails: seen([detail(7, left)]) };
}

/** A deployment that names run 7. */
export function deployment(of: string, more: Partial<Deployment> = {}): Deployment {
  return {
    id: 1,
    environment: of,
    sha: '4f070772',
    createdAt: NOW - HOUR,
    runId: 7,
    jobId: null,
    state: null,
    passedAt: null,
    ...more,
  };
}

export function environment(name: string, more: Partial<Environment> = {}): Environment {
  return {
    name,
    requiredReviewers: [{ kind: 'user', name: 'Kristerpher' }],
    branches: ['main'],
    adminsBypass: false,
    ...more,
  };
}

export function http(status: number): Observed<HttpAnswer> {
  return seen({ kind: 'http', status, ms: 84 });
}

export function incident(more: Partial<PlatformIncident> = {}): PlatformIncident {
  return {
    id: '1',
    title: 'Routing errors',
    url: 'https://status.heroku.com/incidents/1',
    tags: ['NA'],
    systems: ['Apps'],
    createdAt: NOW - HOUR,
    ...more,
  };
}

const HEALTHY: Sources = {
  app: {
    id: 'a',
    name: 'raxx-api-prod',
    maintenance: false,
    region: 'us',
    stack: 'heroku-24',
    slugSize: 41_943_040,
  },
  dynos: [dyno('up')],
  formation: [{ type: 'web', quantity: 1, size: 'Basic', command: 'gunicorn' }],
  releases: [release(42, { current: true }), release(41, { slugId: 's41' })],
  slug: {
    id: 's42',
    commit: '4f07077242424242',
    size: 41_943_040,
    stack: 'heroku-24',
    processTypes: { web: 'gunicorn' },
    createdAt: NOW - 8 * HOUR,
  },
  logs: logWindow(...Array.from({ length: 20 }, (_, index) => goodRequest(600 - index * 30))),
  repository: { private: true, defaultBranch: 'main' },
  runs: [run(7)],
  runDetails: [detail(7)],
  olderRuns: { runs: [], details: [], since: NOW - 720 * HOUR, isWhole: true },
  deployments: [],
  environments: [
    environment('staging', { requiredReviewers: null, branches: 'any' }),
    environment('production'),
  ],
  workflows: ['deploy-heroku.yml', 'deploy-antlers.yml', 'pr-preview.yml'].map((file) => ({
    file,
    state: 'active',
    text: 'name: x\n',
  })),
  freezeSecret: { name: 'DEPLOY_FREEZE_OVERRIDE', updatedAt: NOW - 720 * HOUR },
  platform: { systems: [{ system: 'Apps', status: 'green' }], incidents: [] },
  health: { kind: 'http', status: 200, ms: 84 },
  console: { kind: 'http', status: 200, ms: 30 },
};

export function evidence(more: Partial<Evidence> = {}): Evidence {
  const names = Object.keys(HEALTHY) as SourceName[];
  // Each key gets the value of that very key.
  const all = Object.fromEntries(names.map((name) => [name, seen(HEALTHY[name])])) as unknown as Evidence;
  return { ...all, ...more };
}

/** The finding of one check. `said`: its summary and details, one per line. */
export function finding(check: Check, more: Partial<Evidence> = {}, targetName = 'prod') {
  const { status, summary, details } = check.run(evidence(more), contextOf(targetName));
  return { status, said: [summary, ...details].join('\n') };
}

/** The findings of all checks and the failure modes. */
export function look(more: Partial<Evidence> = {}, targetName = 'prod'): Diagnosis {
  return diagnose(evidence(more), contextOf(targetName), { tookMs: 812, limits: [] });
}

/** `B/R10 likely`, likeliest first. */
export function modeNames(more: Partial<Evidence>, targetName = 'prod'): string[] {
  return look(more, targetName).modes.map(
    ({ id, code, confidence }) => `${id}${code === null ? '' : `/${code}`} ${confidence}`,
  );
}

/** Evidence in which no source was seen. */
export function blindEvidence(more: Partial<Evidence> = {}): Evidence {
  const names = Object.keys(HEALTHY) as SourceName[];
  const none = Object.fromEntries(names.map((name) => [name, unseen()])) as unknown as Evidence;
  return { ...none, ...more };
}

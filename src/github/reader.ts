/** Reads GitHub's REST API. Nothing throws: what was not seen says why. At most two questions wait for each other. */
import type { z } from 'zod';
import type { Use } from '../runbook/model/budget.ts';
import type {
  Deployment,
  Environment,
  FoundRuns,
  Instant,
  Observed,
  Repository,
  RunDetail,
  RunFilter,
  SecretFact,
  WorkflowFile,
  WorkflowRun,
} from '../runbook/model/evidence.ts';
import type { Purse } from '../upstream/budget.ts';
import { createObserve } from '../upstream/observe.ts';
import { checkShape } from '../upstream/parse-response.ts';
import { createClient, type GitHubCredentials, type Log } from './client.ts';
import { createDeployReader } from './deploy-reader.ts';
import { withStatus } from './deployments.ts';
import { findRuns } from './find-runs.ts';
import { allPages, type Get, type GitHubReadOptions, type ObserveGet } from './get.ts';
import { createIdentity } from './identity.ts';
import {
  approvalsSchema,
  branchPoliciesSchema,
  deploymentsSchema,
  environmentsSchema,
  jobsSchema,
  pendingSchema,
  repositorySchema,
  runsSchema,
  secretsSchema,
  textSchema,
  workflowsSchema,
} from './schemas.ts';
import { whyUnseen } from './why-unseen.ts';

export interface GitHubReaderDeps {
  readonly baseUrl: string;
  readonly auth: GitHubCredentials;
  /** `owner/name` */
  readonly repository: string;
  readonly log: Log;
  now(): Instant;
  /** Left out: nobody else in this process asks GitHub. */
  readonly purse?: Purse;
}

/** GitHub itself gives up on a request after 10 s. */
const TIMEOUT_MS = 6_000;
/** How many finished runs are remembered: they do not change any more. */
const FINISHED_RUNS = 100;
const SETTLED_MS = 60_000;

export function createGitHubReader({ baseUrl, auth, repository, log, now, purse }: GitHubReaderDeps) {
  const client = createClient(baseUrl, auth, log, purse ? { purse } : {});
  const { octokit, rateLimit, requests, date, tokenExpiresAt, usedUp } = client;
  const identity = createIdentity(octokit, auth);
  const base = `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
  const finished = new Map<string, RunDetail>();

  const observeSignal = createObserve({ timeoutMs: TIMEOUT_MS, now, whyUnseen });
  const observe: ObserveGet = (name, options, look) =>
    observeSignal(name, options, (signal) => look(getWithin(signal, options.use)));

  const getWithin =
    (signal: AbortSignal, use: Use): Get =>
    async (path, schema, accept = 'application/vnd.github+json') => {
      const answer = await octokit.request({
        method: 'GET',
        url: base + path,
        headers: { accept },
        request: { signal, use },
      });
      const data: unknown = answer.data;
      return checkShape(schema, data);
    };

  async function readRunDetail(run: WorkflowRun, get: Get): Promise<RunDetail> {
    const key = `${run.id} ${run.attempt} ${run.updatedAt}`;
    const known = finished.get(key);
    if (known) return known;
    const path = `/actions/runs/${run.id}`;
    const isOver = run.status === 'completed';
    const [jobs, approvals, pending] = await Promise.all([
      allPages(get, `${path}/jobs?filter=latest`, jobsSchema, (page) => page.jobs),
      get(`${path}/approvals`, approvalsSchema),
      isOver ? [] : get(`${path}/pending_deployments`, pendingSchema),
    ]);
    const detail = { runId: run.id, jobs, approvals, pending };
    // Lists are behind for a while: what is remembered must be the end of it.
    if (isOver && now() - run.updatedAt > SETTLED_MS) remember(key, detail);
    return detail;
  }

  function remember(key: string, detail: RunDetail): void {
    finished.set(key, detail);
    const oldest = finished.keys().next();
    if (finished.size > FINISHED_RUNS && !oldest.done) finished.delete(oldest.value);
  }

  return {
    repository: (options: GitHubReadOptions): Promise<Observed<Repository>> =>
      observe('GitHub repository', options, async (get) => {
        const { repository: found, fullName } = await get('', repositorySchema);
        const isSame = fullName === null || fullName.toLowerCase() === repository.toLowerCase();
        // An App's token lives for an hour, and is renewed by itself.
        const expiresAt = auth.kind === 'token' ? tokenExpiresAt() : null;
        return {
          ...found,
          ...(isSame ? {} : { movedTo: fullName }),
          ...(expiresAt === null ? {} : { tokenExpiresAt: expiresAt }),
        };
      }),

    /** Newest first. */
    runs: (
      workflow: string,
      count: number,
      options: GitHubReadOptions,
    ): Promise<Observed<readonly WorkflowRun[]>> =>
      observe('GitHub workflow runs', options, async (get) => {
        const path = `/actions/workflows/${encodeURIComponent(workflow)}/runs`;
        const found = await get(`${path}?per_page=${count}&exclude_pull_requests=true`, runsSchema);
        return found.workflow_runs;
      }),

    /** Runs of the workflow that fit the filter, newest first; `all`: there are no more of them. */
    runsLike: (
      workflow: string,
      filter: RunFilter,
      options: GitHubReadOptions,
    ): Promise<Observed<FoundRuns>> =>
      observe('GitHub workflow runs', options, (get) => findRuns(workflow, filter, get)),

    runDetails: (
      runs: readonly WorkflowRun[],
      options: GitHubReadOptions,
    ): Promise<Observed<readonly RunDetail[]>> =>
      observe('GitHub jobs and approvals', options, (get) =>
        Promise.all(runs.map((run) => readRunDetail(run, get))),
      ),

    deployments: (
      environment: string,
      count: number,
      options: GitHubReadOptions,
    ): Promise<Observed<readonly Deployment[]>> =>
      observe('GitHub deployments', options, async (get) => {
        const path = `/deployments?environment=${encodeURIComponent(environment)}&per_page=${count}`;
        const found = await get(path, deploymentsSchema);
        return Promise.all(found.map((one) => withStatus(one, get)));
      }),

    environments: (options: GitHubReadOptions): Promise<Observed<readonly Environment[]>> =>
      observe('GitHub environments', options, async (get) => {
        const found = await allPages(get, '/environments', environmentsSchema, (page) => page.environments);
        const isBarring = found.some((one) => one.protection_rules.some((rule) => rule.prevent_self_review));
        // Who we are is asked for only where it decides whether anybody is left to approve.
        const self = isBarring ? await identity(options).catch(() => null) : null;
        return Promise.all(found.map((one) => withBranches(one, self, get)));
      }),

    workflows: (ref: string, options: GitHubReadOptions): Promise<Observed<readonly WorkflowFile[]>> =>
      observe('GitHub workflow files', options, async (get) => {
        const workflows = await allPages(
          get,
          '/actions/workflows',
          workflowsSchema,
          (page) => page.workflows,
        );
        // Workflows of GitHub's own (`dynamic/…`) have no file in the repository.
        const files = workflows.filter(({ path }) => path.startsWith('.github/workflows/'));
        return toldApart(await Promise.all(files.map((one) => withText(one, ref, get))));
      }),

    /** null: it does not exist. Told by the list, since a 404 on the one secret may be a missing permission. */
    secret: (name: string, options: GitHubReadOptions): Promise<Observed<SecretFact | null>> =>
      observe('GitHub secrets', options, async (get) => {
        const secrets = await allPages(get, '/actions/secrets', secretsSchema, (page) => page.secrets);
        return secrets.find((one) => one.name.toUpperCase() === name.toUpperCase()) ?? null;
      }),

    ...createDeployReader({ octokit, identity, observe, date, detailOf: readRunDetail }),

    rateLimit,
    usedUp,
    requests,
  };
}

type FoundEnvironment = z.infer<typeof environmentsSchema>['environments'][number];

async function withBranches(found: FoundEnvironment, self: string | null, get: Get): Promise<Environment> {
  const { name, protection_rules: rules, can_admins_bypass } = found;
  const required = rules.find(({ type }) => type === 'required_reviewers');
  return {
    name,
    requiredReviewers: required ? (required.reviewers ?? []) : null,
    branches: await branchesOf(found, get),
    adminsBypass: can_admins_bypass ?? null,
    ...(self !== null && required?.prevent_self_review ? { mayNotReview: self } : {}),
  };
}

async function branchesOf(
  { name, deployment_branch_policy: policy }: FoundEnvironment,
  get: Get,
): Promise<Environment['branches']> {
  if (!policy) return 'any';
  if (policy.protected_branches) return 'protected';
  const path = `/environments/${encodeURIComponent(name)}/deployment-branch-policies`;
  try {
    const found = await allPages(get, path, branchPoliciesSchema, (page) => page.branch_policies);
    return found.map((one) => one.name);
  } catch (error) {
    // The environment itself was seen: only its branches are not known.
    if (whyUnseen(error).why === 'forbidden' || whyUnseen(error).why === 'not_found') return null;
    throw error;
  }
}

interface ReadWorkflow extends WorkflowFile {
  /** GitHub answered 404 for its text. */
  readonly notFound?: true;
}

/** A 404 may be a missing permission; where another text was read, it is a workflow of another branch. */
function toldApart(files: readonly ReadWorkflow[]): WorkflowFile[] {
  const mayRead = files.some(({ text }) => text !== null);
  return files.map(({ notFound, ...file }) => (notFound && mayRead ? { ...file, isElsewhere: true } : file));
}

async function withText(
  { path, state }: { path: string; state: string },
  ref: string,
  get: Get,
): Promise<ReadWorkflow> {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (state === 'deleted') return { file, state, text: null };
  const address = `/contents/${path.split('/').map(encodeURIComponent).join('/')}?ref=${encodeURIComponent(ref)}`;
  try {
    return { file, state, text: await get(address, textSchema, 'application/vnd.github.raw+json') };
  } catch (error) {
    // Registered, but not on this branch, or its text may not be read: its state is known all the same.
    const { why } = whyUnseen(error);
    if (why === 'not_found') return { file, state, text: null, notFound: true };
    if (why === 'forbidden') return { file, state, text: null };
    throw error;
  }
}

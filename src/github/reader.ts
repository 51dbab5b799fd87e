/** Reads GitHub's REST API. Nothing throws: what was not seen says why. At most two questions wait for each other. */
import type { z } from 'zod';
import { checkShape } from '../border.ts';
import { createObserve } from '../observe.ts';
import type {
  Deployment,
  Environment,
  Instant,
  Observed,
  Repository,
  RunDetail,
  SecretFact,
  WorkflowFile,
  WorkflowRun,
} from '../runbook/evidence.ts';
import { createClient, type GitHubAuth, type Log } from './client.ts';
import { createDeployReader } from './deploy-reader.ts';
import {
  approvalsSchema,
  branchPoliciesSchema,
  deploymentStatusesSchema,
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
  readonly auth: GitHubAuth;
  /** `owner/name` */
  readonly repository: string;
  readonly log: Log;
  now(): Instant;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
}

/** GitHub itself gives up on a request after 10 s. */
const TIMEOUT_MS = 6_000;
/** The most that GitHub gives on one page. */
const PAGE = 100;
/** How many finished runs are remembered: they do not change any more. */
const FINISHED_RUNS = 100;
const SETTLED_MS = 60_000;

export function createGitHubReader({ baseUrl, auth, repository, log, now }: GitHubReaderDeps) {
  const { octokit, rateLimit, requests, date } = createClient(baseUrl, auth, log);
  const base = `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
  const finished = new Map<string, RunDetail>();

  const observeSignal = createObserve({ timeoutMs: TIMEOUT_MS, now, whyUnseen });
  const observe: ObserveGet = (name, options, look) =>
    observeSignal(name, options, (signal) => look(getWithin(signal)));

  const getWithin =
    (signal: AbortSignal): Get =>
    async (path, schema, accept = 'application/vnd.github+json') => {
      const answer = await octokit.request({
        method: 'GET',
        url: base + path,
        headers: { accept },
        request: { signal },
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
    const [{ jobs }, approvals, pending] = await Promise.all([
      get(`${path}/jobs?filter=latest&per_page=${PAGE}`, jobsSchema),
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
    repository: (options: ReadOptions): Promise<Observed<Repository>> =>
      observe('GitHub repository', options, (get) => get('', repositorySchema)),

    /** Newest first. */
    runs: (
      workflow: string,
      count: number,
      options: ReadOptions,
    ): Promise<Observed<readonly WorkflowRun[]>> =>
      observe('GitHub workflow runs', options, async (get) => {
        const path = `/actions/workflows/${encodeURIComponent(workflow)}/runs`;
        const found = await get(`${path}?per_page=${count}&exclude_pull_requests=true`, runsSchema);
        return found.workflow_runs;
      }),

    runDetails: (
      runs: readonly WorkflowRun[],
      options: ReadOptions,
    ): Promise<Observed<readonly RunDetail[]>> =>
      observe('GitHub jobs and approvals', options, (get) =>
        Promise.all(runs.map((run) => readRunDetail(run, get))),
      ),

    deployments: (
      environment: string,
      count: number,
      options: ReadOptions,
    ): Promise<Observed<readonly Deployment[]>> =>
      observe('GitHub deployments', options, async (get) => {
        const path = `/deployments?environment=${encodeURIComponent(environment)}&per_page=${count}`;
        const found = await get(path, deploymentsSchema);
        return Promise.all(found.map((one) => withStatus(one, get)));
      }),

    environments: (options: ReadOptions): Promise<Observed<readonly Environment[]>> =>
      observe('GitHub environments', options, async (get) => {
        const found = await allEnvironments(get);
        return Promise.all(found.map((one) => withBranches(one, get)));
      }),

    workflows: (ref: string, options: ReadOptions): Promise<Observed<readonly WorkflowFile[]>> =>
      observe('GitHub workflow files', options, async (get) => {
        const { workflows } = await get(`/actions/workflows?per_page=${PAGE}`, workflowsSchema);
        // Workflows of GitHub's own (`dynamic/…`) have no file in the repository.
        const files = workflows.filter(({ path }) => path.startsWith('.github/workflows/'));
        return Promise.all(files.map((one) => withText(one, ref, get)));
      }),

    /** null: it does not exist. Told by the list, since a 404 on the one secret may be a missing permission. */
    secret: (name: string, options: ReadOptions): Promise<Observed<SecretFact | null>> =>
      observe('GitHub secrets', options, async (get) => {
        const { secrets, total_count } = await get(`/actions/secrets?per_page=${PAGE}`, secretsSchema);
        const found = secrets.find((one) => one.name.toUpperCase() === name.toUpperCase());
        if (!found && total_count > secrets.length)
          throw new Error(`${name} is not among the first ${PAGE} secrets`);
        return found ?? null;
      }),

    ...createDeployReader({ octokit, auth, observe, date, detailOf: readRunDetail }),

    rateLimit,
    requests,
  };
}

/** Asks for a path under the repository, or of the whole API; throws what octokit throws, or `Malformed`. */
export type Get = <T>(path: string, schema: z.ZodType<T>, accept?: string) => Promise<T>;

export type ObserveGet = <T>(
  name: string,
  options: ReadOptions,
  look: (get: Get) => Promise<T>,
) => Promise<Observed<T>>;

const RUN_IN_LINK = /\/actions\/runs\/(\d+)/;

async function withStatus(
  { id, environment, sha, created_at }: { id: number; environment: string; sha: string; created_at: Instant },
  get: Get,
): Promise<Deployment> {
  const statuses = await get(`/deployments/${id}/statuses?per_page=${PAGE}`, deploymentStatusesSchema);
  const links = statuses.flatMap(({ log_url, target_url }) => [log_url ?? '', target_url ?? '']);
  const runId = links.map((link) => RUN_IN_LINK.exec(link)?.[1]).find((found) => found !== undefined);
  return {
    id,
    environment,
    sha,
    createdAt: created_at,
    runId: runId === undefined ? null : Number(runId),
    state: statuses[0]?.state ?? null,
  };
}

type FoundEnvironment = z.infer<typeof environmentsSchema>['environments'][number];

/** Every page: a name that is not on the first one is not missing. */
async function allEnvironments(get: Get): Promise<FoundEnvironment[]> {
  const page = (number: number) => get(`/environments?per_page=${PAGE}&page=${number}`, environmentsSchema);
  const first = await page(1);
  const pages = Math.ceil((first.total_count ?? first.environments.length) / PAGE);
  const others = await Promise.all(
    Array.from({ length: Math.max(0, pages - 1) }, (_, index) => page(index + 2)),
  );
  return [first, ...others].flatMap(({ environments }) => environments);
}

async function withBranches(found: FoundEnvironment, get: Get): Promise<Environment> {
  const { name, protection_rules: rules, can_admins_bypass } = found;
  const required = rules.find(({ type }) => type === 'required_reviewers');
  return {
    name,
    requiredReviewers: required ? (required.reviewers ?? []) : null,
    branches: await branchesOf(found, get),
    adminsBypass: can_admins_bypass ?? null,
  };
}

async function branchesOf(
  { name, deployment_branch_policy: policy }: FoundEnvironment,
  get: Get,
): Promise<Environment['branches']> {
  if (!policy) return 'any';
  if (policy.protected_branches) return 'protected';
  const path = `/environments/${encodeURIComponent(name)}/deployment-branch-policies?per_page=${PAGE}`;
  try {
    const { branch_policies: found } = await get(path, branchPoliciesSchema);
    return found.map((one) => one.name);
  } catch (error) {
    // The environment itself was seen: only its branches are not known.
    if (whyUnseen(error).why === 'forbidden' || whyUnseen(error).why === 'not_found') return null;
    throw error;
  }
}

async function withText(
  { path, state }: { path: string; state: string },
  ref: string,
  get: Get,
): Promise<WorkflowFile> {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (state === 'deleted') return { file, state, text: null };
  const address = `/contents/${path.split('/').map(encodeURIComponent).join('/')}?ref=${encodeURIComponent(ref)}`;
  try {
    return { file, state, text: await get(address, textSchema, 'application/vnd.github.raw+json') };
  } catch (error) {
    // Registered, but not on this branch, or its text may not be read: its state is known all the same.
    const { why } = whyUnseen(error);
    if (why === 'not_found' || why === 'forbidden') return { file, state, text: null };
    throw error;
  }
}

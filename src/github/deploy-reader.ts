/** Reads what a deploy rests on, and the run that it began. */
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type {
  Comparison,
  Deployment,
  Diff,
  Dispatched,
  DispatchTrace,
  Instant,
  Observed,
  ReviewerFact,
  RunDetail,
  Shipment,
  WorkflowRun,
} from '../runbook/model/evidence.ts';
import { checkShape } from '../upstream/parse-response.ts';
import { withStatus } from './deployments.ts';
import { type Get, type GitHubReadOptions, type ObserveGet, PAGE } from './get.ts';
import {
  commitSchema,
  comparisonSchema,
  deploymentsSchema,
  personSchema,
  refSchema,
  runSchema,
  runsSchema,
} from './schemas.ts';
import { whyUnseen } from './why-unseen.ts';

export interface DeployReaderDeps {
  readonly octokit: Octokit;
  /** Who begins our runs. */
  identity(options: GitHubReadOptions): Promise<string>;
  readonly observe: ObserveGet;
  /** GitHub's clock as its last answer told it. */
  date(): Instant | null;
  detailOf(run: WorkflowRun, get: Get): Promise<RunDetail>;
}

type DeploymentsSeen = Observed<readonly Deployment[]>;

/** Of one commit: one for each environment and attempt. */
const DEPLOYMENTS = 5;
/** The clocks of GitHub's own machines differ a little, and `created_at` has whole seconds. */
const CLOCKS_MS = 5_000;
/** The last question before the dispatch, the dispatch until we give up on it, and what GitHub takes to create the run. */
const ON_ITS_WAY_MS = 45_000;
/** GitHub's lists are behind: before that a second run that fits may just not be shown yet. */
const SETTLED_MS = 10_000;

export function createDeployReader({ octokit, identity, observe, date, detailOf }: DeployReaderDeps) {
  async function ask(url: string, { signal, use }: GitHubReadOptions): Promise<unknown> {
    return (await octokit.request({ method: 'GET', url, request: { signal, use } })).data;
  }

  async function findRun(
    trace: DispatchTrace,
    get: Get,
    now: Instant,
    options: GitHubReadOptions,
  ): Promise<Dispatched> {
    const { workflow, runId, nonce, sentAt } = trace;
    if (runId !== null) {
      const run = await orNull(get(`/actions/runs/${runId}`, runSchema));
      return run ? found(run, get, now) : { kind: 'none' };
    }
    const since = (trace.since ?? sentAt) - CLOCKS_MS;
    const created = new Date(since).toISOString().replace(/\.\d+Z$/, 'Z');
    const query = `event=workflow_dispatch&created=${encodeURIComponent(`>=${created}`)}&per_page=${PAGE}&exclude_pull_requests=true`;
    const path = `/actions/workflows/${encodeURIComponent(workflow)}/runs?${query}`;
    const { workflow_runs: runs } = await get(path, runsSchema);
    const fitting =
      nonce === null
        ? await byActor(runs, trace, since, options)
        : runs.filter(({ title }) => title.includes(nonce));
    const [run, ...others] = fitting;
    if (!run) return { kind: 'none' };
    if (others.length > 0) return { kind: 'several', runs: fitting };
    const mayBeAnothers = nonce === null && (trace.hasRival || now - sentAt < SETTLED_MS);
    return mayBeAnothers ? { kind: 'none' } : found(run, get, now);
  }

  async function found(run: WorkflowRun, get: Get, now: Instant): Promise<Dispatched> {
    const [detail, deployments] = await Promise.all([detailOf(run, get), deploymentsOf(run, get, now)]);
    return { kind: 'found', run, detail, deployments };
  }

  /** Which job is behind the gate: the run is followed without them, too. */
  async function deploymentsOf({ sha }: WorkflowRun, get: Get, now: Instant): Promise<DeploymentsSeen> {
    try {
      const found = await get(`/deployments?sha=${sha}&per_page=${DEPLOYMENTS}`, deploymentsSchema);
      return { ok: true, value: await Promise.all(found.map((one) => withStatus(one, get))), at: now };
    } catch (error) {
      const { why, words } = whyUnseen(error);
      return { ok: false, why, detail: `GitHub deployments: ${words}`, at: now };
    }
  }

  /** Begun by us, on the branch, while our request was on its way, and known as nobody else's. */
  async function byActor(
    runs: readonly WorkflowRun[],
    { ref, taken }: DispatchTrace,
    since: Instant,
    options: GitHubReadOptions,
  ): Promise<readonly WorkflowRun[]> {
    const actor = (await identity(options)).toLowerCase();
    return runs.filter(
      (run) =>
        run.event === 'workflow_dispatch' &&
        run.actor?.toLowerCase() === actor &&
        run.branch === ref &&
        run.createdAt >= since &&
        run.createdAt <= since + ON_ITS_WAY_MS &&
        !taken.includes(run.id),
    );
  }

  return {
    /** `base`: the commit that runs now; null: there is none. */
    shipment: (ref: string, base: string | null, options: GitHubReadOptions): Promise<Observed<Shipment>> =>
      observe('GitHub branch', options, async (get) => {
        const name = ref.split('/').map(encodeURIComponent).join('/');
        const tip = await orNull(get(`/git/ref/heads/${name}`, refSchema));
        if (!tip) {
          const tag = await orNull(get(`/git/ref/tags/${name}`, refSchema));
          return { ref, head: null, isTag: tag !== null, comparison: null, runs: [], date: date() };
        }
        const { sha } = tip.object;
        const [head, comparison, { workflow_runs: runs }] = await Promise.all([
          get(`/commits/${sha}`, commitSchema),
          base === null ? null : compare(base, sha, get),
          get(`/actions/runs?head_sha=${sha}&per_page=${PAGE}&exclude_pull_requests=true`, runsSchema),
        ]);
        return { ref, head, isTag: false, comparison, runs, date: date() };
      }),

    /**
     * What the code of `head` has that the code of `base` has not, and the other way round: a rollback takes commits away.
     * GitHub compares with the last commit that both have in common, so that the way back is asked for, too.
     */
    diff: (base: string, head: string, options: GitHubReadOptions): Promise<Observed<Diff>> =>
      observe('GitHub compare', options, async (get) => {
        const there = await get(comparePath(base, head), comparisonSchema);
        if (there.behind === 0) return there.diff;
        const back = await get(comparePath(head, base), comparisonSchema);
        return {
          files: [...there.diff.files, ...back.diff.files],
          isWhole: there.diff.isWhole && back.diff.isWhole,
        };
      }),

    /** The run of a dispatch: by its id, by the nonce in its title, or by who began it when exactly one fits. Never "the newest". */
    dispatched: (
      trace: DispatchTrace,
      now: Instant,
      options: GitHubReadOptions,
    ): Promise<Observed<Dispatched>> =>
      observe('GitHub workflow run', options, (get) => findRun(trace, get, now, options)),

    reviewers: (
      logins: readonly string[],
      options: GitHubReadOptions,
    ): Promise<Observed<readonly ReviewerFact[]>> =>
      observe('GitHub reviewers', options, (get) =>
        Promise.all(
          logins.map(async (login) => {
            const name = encodeURIComponent(login);
            const found = await orNull(ask(`/users/${name}`, options));
            const isCollaborator = await orNull(get(`/collaborators/${name}`, nothingSchema));
            return {
              login,
              id: found === null ? null : checkShape(personSchema, found).id,
              isCollaborator: isCollaborator !== null,
            };
          }),
        ),
      ),
  };
}

/** GitHub answers 204: yes. */
const nothingSchema = z.unknown().transform(() => true);

async function compare(base: string, sha: string, get: Get): Promise<Comparison | null> {
  return orNull(get(comparePath(base, sha), comparisonSchema));
}

function comparePath(base: string, head: string): string {
  return `/compare/${encodeURIComponent(base)}...${encodeURIComponent(head)}`;
}

/** null for a 404: it is not there, which is an answer. */
async function orNull<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (whyUnseen(error).why === 'not_found') return null;
    throw error;
  }
}

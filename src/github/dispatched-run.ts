/**
 * Finds the workflow run that our dispatch started:
 * by its id, by the nonce in its title, or by who started it. Never takes "the newest".
 */

import type { Dispatched, DispatchTrace } from '../runbook/model/dispatch.ts';
import type { Deployment, WorkflowRun } from '../runbook/model/github.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Observed } from '../runbook/model/observed.ts';
import { unseen } from '../runbook/model/observed.ts';
import { withStatus } from './deployments.ts';
import { type Get, orNull, PAGE } from './get.ts';
import type { ReadRunDetail } from './run-details.ts';
import { deploymentsSchema, runSchema, runsSchema } from './schemas.ts';
import { whyUnseen } from './why-unseen.ts';

/** One commit has one deployment per environment and attempt. */
const DEPLOYMENTS = 5;
/** The clocks of GitHub's machines differ a little, and `created_at` is in whole seconds. */
const CLOCK_SKEW_MS = 5_000;
/**
 * Measured from the last read before the dispatch. Covers the dispatch until its timeout, and the time that GitHub
 * takes to create the run.
 */
const CREATED_WITHIN_MS = 45_000;
/** GitHub's lists lag. Before this time has passed, a second matching run may not be listed yet. */
const SETTLED_MS = 10_000;

export interface DispatchQuery {
  readonly trace: DispatchTrace;
  readonly now: Instant;
  readonly get: Get;
  /** Returns the bot's login on GitHub. */
  ownLogin(): Promise<string>;
  readonly readRunDetail: ReadRunDetail;
}

export async function findDispatchedRun(query: DispatchQuery): Promise<Dispatched> {
  const { trace, now, get } = query;
  const { runId, nonce, sentAt } = trace;
  if (runId !== null) {
    const run = await orNull(get(`/actions/runs/${runId}`, runSchema));
    return run ? followed(run, query) : { kind: 'none' };
  }
  const runs = await readDispatches(trace, get);
  const fitting =
    nonce === null
      ? startedByUs(runs, trace, (await query.ownLogin()).toLowerCase())
      : runs.filter(({ title }) => title.includes(nonce));
  const [run, ...others] = fitting;
  if (!run) return { kind: 'none' };
  if (others.length > 0) return { kind: 'several', runs: fitting };
  const mayBeAnothers = nonce === null && (trace.hasRival || now - sentAt < SETTLED_MS);
  return mayBeAnothers ? { kind: 'none' } : followed(run, query);
}

async function readDispatches(trace: DispatchTrace, get: Get): Promise<readonly WorkflowRun[]> {
  const created = new Date(earliest(trace)).toISOString().replace(/\.\d+Z$/, 'Z');
  const query = `event=workflow_dispatch&created=${encodeURIComponent(`>=${created}`)}&per_page=${PAGE}&exclude_pull_requests=true`;
  const path = `/actions/workflows/${encodeURIComponent(trace.workflow)}/runs?${query}`;
  const { workflow_runs: runs } = await get(path, runsSchema);
  return runs;
}

function earliest({ since, sentAt }: DispatchTrace): Instant {
  return (since ?? sentAt) - CLOCK_SKEW_MS;
}

/**
 * Returns the runs that the bot's login started on the branch while our request was in flight, without those known to
 * belong to another request.
 */
function startedByUs(
  runs: readonly WorkflowRun[],
  trace: DispatchTrace,
  ownLogin: string,
): readonly WorkflowRun[] {
  const since = earliest(trace);
  return runs.filter(
    (run) =>
      run.event === 'workflow_dispatch' &&
      run.actor?.toLowerCase() === ownLogin &&
      run.branch === trace.ref &&
      run.createdAt >= since &&
      run.createdAt <= since + CREATED_WITHIN_MS &&
      !trace.taken.includes(run.id),
  );
}

async function followed(run: WorkflowRun, { get, now, readRunDetail }: DispatchQuery): Promise<Dispatched> {
  const [detail, deployments] = await Promise.all([readRunDetail(run, get), deploymentsOf(run, get, now)]);
  return { kind: 'found', run, detail, deployments };
}

/** Deployments show which job is behind the gate. If they cannot be read, the run is followed anyway. */
async function deploymentsOf(
  { sha }: WorkflowRun,
  get: Get,
  now: Instant,
): Promise<Observed<readonly Deployment[]>> {
  try {
    const found = await get(`/deployments?sha=${sha}&per_page=${DEPLOYMENTS}`, deploymentsSchema);
    return {
      ok: true,
      value: await Promise.all(found.map((deployment) => withStatus(deployment, get))),
      at: now,
    };
  } catch (error) {
    const { why, words } = whyUnseen(error);
    return unseen(why, 'GitHub deployments', words, now);
  }
}

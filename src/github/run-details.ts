/** Reads the jobs, approvals, and open gates of a workflow run. */
import { BoundedMap } from '../runbook/model/bounded-map.ts';
import type { RunDetail, WorkflowRun } from '../runbook/model/github.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { allPages, type Get } from './get.ts';
import { approvalsSchema, jobsSchema, pendingSchema } from './schemas.ts';

export type ReadRunDetail = (run: WorkflowRun, get: Get) => Promise<RunDetail>;

/** A finished run no longer changes, so its details are kept. */
const FINISHED_RUNS = 100;
/**
 * GitHub's lists lag behind a run that has just ended.
 * Before this time has passed, its details may still be incomplete.
 */
const SETTLED_MS = 60_000;

export function createReadRunDetail(now: () => Instant): ReadRunDetail {
  const finished = new BoundedMap<string, RunDetail>(FINISHED_RUNS);
  return async (run, get) => {
    const key = `${run.id} ${run.attempt} ${run.updatedAt}`;
    const known = finished.get(key);
    if (known) return known;
    const detail = await readRunDetail(run, get);
    if (run.status === 'completed' && now() - run.updatedAt > SETTLED_MS) finished.set(key, detail);
    return detail;
  };
}

async function readRunDetail(run: WorkflowRun, get: Get): Promise<RunDetail> {
  const path = `/actions/runs/${run.id}`;
  const [jobs, approvals, pending] = await Promise.all([
    allPages(get, `${path}/jobs?filter=latest`, jobsSchema, (page) => page.jobs),
    get(`${path}/approvals`, approvalsSchema),
    run.status === 'completed' ? [] : get(`${path}/pending_deployments`, pendingSchema),
  ]);
  return { runId: run.id, jobs, approvals, pending };
}

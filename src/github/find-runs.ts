/** Finds runs of a workflow beyond its newest ones, with GitHub's own filters. */
import type { FoundRuns, RunFilter } from '../runbook/model/github.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Get } from './get.ts';
import { runsSchema } from './schemas.ts';

export async function findRuns(workflow: string, filter: RunFilter, get: Get): Promise<FoundRuns> {
  const query = 'event' in filter ? eventQuery(filter) : `status=${filter.status}`;
  const path = `/actions/workflows/${encodeURIComponent(workflow)}/runs?${query}&per_page=${filter.count}&exclude_pull_requests=true`;
  const { workflow_runs: found, total_count: total } = await get(path, runsSchema);
  // Apply the filter again, in case the server ignored it.
  const runs = found.filter((run) =>
    'event' in filter
      ? run.event === filter.event && run.createdAt >= filter.since
      : run.status === filter.status,
  );
  return { runs, all: (total ?? found.length) <= found.length };
}

/** Rounding to whole days keeps the URL the same all day, so that GitHub responds with 304, which is free. */
function eventQuery({ event, since }: { readonly event: string; readonly since: Instant }): string {
  const day = new Date(since).toISOString().slice(0, 10);
  return `event=${event}&created=${encodeURIComponent(`>=${day}`)}`;
}

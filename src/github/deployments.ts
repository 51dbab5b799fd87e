/** Reads from a deployment's statuses which run and job created it, and whether the job passed the gate. */
import type { Deployment } from '../runbook/model/github.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { type Get, PAGE } from './get.ts';
import { deploymentStatusesSchema } from './schemas.ts';

const LINK = /\/actions\/runs\/(\d+)(?:\/jobs?\/(\d+))?/;
/** Actions sets these states once the job has passed the gate. Before that, the state is `waiting`. */
const PASSED = new Set(['in_progress', 'success']);

interface FoundDeployment {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  readonly created_at: Instant;
}

export async function withStatus(
  { id, environment, sha, created_at }: FoundDeployment,
  get: Get,
): Promise<Deployment> {
  const statuses = await get(`/deployments/${id}/statuses?per_page=${PAGE}`, deploymentStatusesSchema);
  const links = statuses.flatMap(({ log_url, target_url }) => [log_url ?? '', target_url ?? '']);
  const [run, job] = [1, 2].map((group) => {
    const found = links.map((link) => LINK.exec(link)?.[group]).find((id) => id !== undefined);
    return found === undefined ? null : Number(found);
  });
  const passed = statuses
    .filter(({ state }) => PASSED.has(state))
    .map((status) => status.created_at ?? created_at);
  return {
    id,
    environment,
    sha,
    createdAt: created_at,
    runId: run ?? null,
    jobId: job ?? null,
    state: statuses[0]?.state ?? null,
    passedAt: passed.length === 0 ? null : Math.min(...passed),
  };
}

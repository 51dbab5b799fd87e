/** What a deployment's statuses tell of the run and the job that made it. */
import type { Deployment, Instant } from '../runbook/model/evidence.ts';
import { type Get, PAGE } from './get.ts';
import { deploymentStatusesSchema } from './schemas.ts';

const LINK = /\/actions\/runs\/(\d+)(?:\/jobs?\/(\d+))?/;
/** Words that Actions uses once the job is on its way; before the gate it says `waiting`. */
const GOES_ON = new Set(['in_progress', 'success']);

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
    const found = links.map((link) => LINK.exec(link)?.[group]).find((one) => one !== undefined);
    return found === undefined ? null : Number(found);
  });
  const went = statuses.filter(({ state }) => GOES_ON.has(state)).map((one) => one.created_at ?? created_at);
  return {
    id,
    environment,
    sha,
    createdAt: created_at,
    runId: run ?? null,
    jobId: job ?? null,
    state: statuses[0]?.state ?? null,
    passedAt: went.length === 0 ? null : Math.min(...went),
  };
}

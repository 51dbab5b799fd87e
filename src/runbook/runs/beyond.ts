/**
 * Selects the runs beyond the ten shown that are worth reading: those that may be the newest for the target's
 * environment.
 */
import type { Deployment, WorkflowRun } from '../model/github.ts';
import type { Instant } from '../model/instant.ts';
import type { Observed } from '../model/observed.ts';

/** GitHub allows a re-run for 30 days, and a run can wait at a gate just as long. */
export const LOOK_BACK_MS = 30 * 24 * 3_600_000;
/** Each run costs two requests the first time; a completed run is cached. */
const MOST = 2;
/** When the deployments do not show which run created them, more runs are worth reading. */
const MOST_UNNAMED = 5;

export interface Beyond {
  /** The runs whose jobs and reviews are worth reading. */
  readonly worth: readonly WorkflowRun[];
  /** True if these include every run that may have reached the environment since `since`. */
  readonly isWhole: boolean;
}

export interface BeyondInput {
  readonly shown: readonly WorkflowRun[];
  /** Dispatches since `since`, and open runs of any event. */
  readonly found: readonly WorkflowRun[];
  /** True if `found` has all of them. */
  readonly foundAll: boolean;
  /** The newest deployments to the target's environment. `deploymentsAsked`: how many were requested. */
  readonly deployments: Observed<readonly Deployment[]>;
  readonly deploymentsAsked: number;
  readonly since: Instant;
}

export function beyondShown(input: BeyondInput): Beyond {
  const { shown, found, foundAll, deployments, deploymentsAsked, since } = input;
  const older = found.filter(({ id }) => !shown.some((one) => one.id === id));
  const newestFirst = older.toSorted((one, other) => other.updatedAt - one.updatedAt);
  const open = newestFirst.filter(({ status }) => status !== 'completed').slice(0, MOST);
  const ended = newestFirst.filter(({ status }) => status === 'completed');
  const named = deployments.ok ? ended.filter((run) => isNamed(run, deployments.value)) : [];
  const known = deployments.ok ? shown.filter((run) => isNamed(run, deployments.value)) : [];
  // A run that ended before a shown one adds nothing.
  const newest = Math.max(
    0,
    ...known.filter(({ status }) => status === 'completed').map(({ updatedAt }) => updatedAt),
  );
  const rest = reachesBack(deployments, deploymentsAsked, since)
    ? []
    : ended.filter((run) => !named.includes(run));
  const wanted = [...named, ...rest].filter(({ updatedAt }) => updatedAt > newest);
  const most = rest.length > 0 ? MOST_UNNAMED : MOST;
  const worth = [...open, ...wanted.slice(0, most)];
  return { worth, isWhole: foundAll && open.length === older.length - ended.length && wanted.length <= most };
}

/**
 * Returns true if the deployments cover the whole period. Each job that names the environment creates a deployment, so
 * a run that no deployment names never reached it.
 */
function reachesBack(deployments: Observed<readonly Deployment[]>, asked: number, since: Instant): boolean {
  if (!deployments.ok || deployments.value.length === 0) return false;
  const oldest = Math.min(...deployments.value.map(({ createdAt }) => createdAt));
  const allNamed = deployments.value.every(({ runId }) => runId !== null);
  return allNamed && (deployments.value.length < asked || oldest < since);
}

/** Matches by the deployment's link, or by the commit if GitHub gave none. */
function isNamed(run: WorkflowRun, deployments: readonly Deployment[]): boolean {
  return deployments.some(({ runId, sha }) => (runId === null ? sha === run.sha : runId === run.id));
}

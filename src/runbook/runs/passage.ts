/**
 * Determines whether the newest attempt of a run reached an environment's gate, and passed it. Job names do not show
 * that.
 */
import type { Deployment, Job, RunApproval, RunDetail, WorkflowRun } from '../model/github.ts';
import type { Instant } from '../model/instant.ts';
import type { Observed } from '../model/observed.ts';
import { endedUnstarted, hasRun, isJob, isRunning } from './jobs.ts';

export type Passage =
  /** GitHub shows no trace of this run at this environment. */
  | 'not_reached'
  /** The run is waiting at the gate now. */
  | 'at_gate'
  /** The run reached the gate and was refused. */
  | 'turned_away'
  /** A job that names the environment ran, so if there is a gate, the run passed it. */
  | 'passed'
  /** The traces fit more than one of these. */
  | 'unknown';

export interface GatePassage {
  readonly passage: Passage;
  /**
   * Jobs that certainly name the environment, because its deployments link to them; empty if GitHub does not say which.
   */
  readonly jobs: readonly Job[];
  /** The time at which the run passed the gate; null when unknown. */
  readonly at: Instant | null;
  /** True if the deployment itself succeeded, however other jobs ended. */
  readonly deployed: boolean;
}

/** GitHub ignores the case of an environment's name. */
export function isSameEnvironment(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function reviewsOf({ approvals }: RunDetail, environment: string, state: string): RunApproval[] {
  return approvals.filter(
    (one) => one.state === state && one.environments.some((name) => isSameEnvironment(name, environment)),
  );
}

/** GitHub's times are whole seconds, and a deployment may be dated slightly before the attempt that created it. */
const CLOCKS_MS = 5_000;

export function gatePassage(
  run: WorkflowRun,
  detail: RunDetail,
  deployments: Observed<readonly Deployment[]>,
  environment: string,
  freezeCheck: string,
): GatePassage {
  const nothing = { jobs: [], at: null, deployed: false };
  if (detail.pending.some((one) => isSameEnvironment(one.environment, environment)))
    return { ...nothing, passage: 'at_gate' };
  const own = ofThisAttempt(run, detail, deployments, environment);
  const passage = byDeployments(own, detail);
  if (passage) return passage;
  const traces: Traces = {
    run,
    detail,
    others: detail.jobs.filter((job) => !isJob(job, freezeCheck)),
    isApproved: reviewsOf(detail, environment, 'approved').length > 0,
    isRejected: reviewsOf(detail, environment, 'rejected').length > 0,
    trace: own.length > 0 ? 'there' : deployments.ok ? 'none' : 'unseen',
  };
  return { ...nothing, passage: run.status === 'completed' ? byReviews(traces) : byReviewsSoFar(traces) };
}

/** The remaining traces to judge by when no deployment shows the passage. */
interface Traces {
  readonly run: WorkflowRun;
  readonly detail: RunDetail;
  /** The run's jobs without the freeze check. */
  readonly others: readonly Job[];
  readonly isApproved: boolean;
  readonly isRejected: boolean;
  /** `there` if this attempt created a deployment to the environment; `unseen` if the deployments were not read. */
  readonly trace: 'there' | 'none' | 'unseen';
}

/**
 * Leaves out the deployments of earlier attempts, which are recognized by the job that they link to, or else by their
 * time.
 */
function ofThisAttempt(
  run: WorkflowRun,
  { jobs }: RunDetail,
  deployments: Observed<readonly Deployment[]>,
  environment: string,
): readonly Deployment[] {
  if (!deployments.ok) return [];
  return deployments.value.filter(
    (one) =>
      one.runId === run.id &&
      isSameEnvironment(one.environment, environment) &&
      (run.attempt === 1 ||
        jobs.some(({ id }) => id === one.jobId) ||
        one.createdAt >= run.startedAt - CLOCKS_MS),
  );
}

/**
 * Returns null if the deployments do not show the passage: a failed deployment may have been refused, or may have run
 * first.
 */
function byDeployments(own: readonly Deployment[], detail: RunDetail): GatePassage | null {
  const jobs = detail.jobs.filter(({ id }) => own.some(({ jobId }) => jobId === id));
  const ran = jobs.filter((job) => hasRun(job) || isRunning(job));
  const hasSucceeded = ({ state }: Deployment) => state === 'success' || state === 'inactive';
  if (ran.length > 0 || own.some((one) => one.passedAt !== null || hasSucceeded(one))) {
    const times = [...own.map(({ passedAt }) => passedAt), ...ran.map(({ startedAt }) => startedAt)];
    const known = times.filter((at) => at !== null);
    const at = known.length === 0 ? null : Math.min(...known);
    return { passage: 'passed', jobs: ran, at, deployed: own.every(hasSucceeded) };
  }
  const reached = { jobs, at: null, deployed: false };
  const waits =
    own.some(({ state }) => state === 'waiting') || jobs.some(({ status }) => status === 'waiting');
  if (waits && jobs.every(({ status }) => status !== 'completed')) return { ...reached, passage: 'at_gate' };
  if (jobs.length > 0 && jobs.every(endedUnstarted)) return { ...reached, passage: 'turned_away' };
  return null;
}

/** Approvals have no time and no attempt, so the list includes those of earlier attempts. */
function byReviews({ run, others, isApproved, isRejected, trace }: Traces): Passage {
  const unstarted = others.filter(endedUnstarted);
  const ran = others.filter(hasRun);
  const allRan = ran.length > 0 && ran.length === others.length;
  // A job that created a deployment was not skipped. In a successful run it ran, and if every job ran, so did this one.
  if (trace === 'there' && (run.conclusion === 'success' || allRan)) return 'passed';
  if (isRejected && unstarted.length > 0) return 'turned_away';
  if (!isApproved) {
    if (trace === 'there') return unstarted.length > 0 ? 'turned_away' : 'unknown';
    return isRejected || trace === 'none' ? 'not_reached' : 'unknown';
  }
  if (ran.length === 0) return unstarted.length > 0 ? 'turned_away' : 'not_reached';
  if (run.attempt === 1) return 'passed';
  // The run was approved in some attempt, so a job is behind the gate. If every job ran, so did that one.
  return allRan ? 'passed' : 'unknown';
}

function byReviewsSoFar({ run, detail, others, isApproved, trace }: Traces): Passage {
  const waits = others.some(({ status }) => status === 'waiting');
  if (waits && !isApproved && detail.pending.length === 0) return 'at_gate';
  if (isApproved && others.length > 0) return run.attempt === 1 ? 'passed' : 'unknown';
  return trace === 'none' ? 'not_reached' : 'unknown';
}

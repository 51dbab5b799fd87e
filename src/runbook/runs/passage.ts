/** Whether the attempt of a run that GitHub shows came to an environment's gate, and past it: the one thing that names do not tell. */
import type {
  Deployment,
  Instant,
  Job,
  Observed,
  RunApproval,
  RunDetail,
  WorkflowRun,
} from '../model/evidence.ts';
import { endedUnstarted, hasRun, isJob, isRunning } from './jobs.ts';

export type Passage =
  /** GitHub shows nothing of this run at this environment. */
  | 'not_reached'
  /** It waits there now. */
  | 'at_gate'
  /** It was there, and was not let through. */
  | 'turned_away'
  /** A job that names the environment went on: where there is a gate, it was passed. */
  | 'passed'
  /** What is left of it fits both. */
  | 'unknown';

export interface GatePassage {
  readonly passage: Passage;
  /** Jobs that surely name the environment: its deployments link to them. Empty: GitHub does not say which. */
  readonly jobs: readonly Job[];
  /** When it went on; null: not known. */
  readonly at: Instant | null;
  /** The deployment itself went well, whatever became of other jobs. */
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

/** GitHub's times are whole seconds, and a deployment may be dated a little before the attempt that made it. */
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
  const told = byDeployments(own, detail);
  if (told) return told;
  const left: Left = {
    run,
    detail,
    others: detail.jobs.filter((job) => !isJob(job, freezeCheck)),
    isApproved: reviewsOf(detail, environment, 'approved').length > 0,
    isRejected: reviewsOf(detail, environment, 'rejected').length > 0,
    trace: own.length > 0 ? 'there' : deployments.ok ? 'none' : 'unseen',
  };
  return { ...nothing, passage: run.status === 'completed' ? byReviews(left) : byReviewsSoFar(left) };
}

/** What is left to tell it by when no deployment does. */
interface Left {
  readonly run: WorkflowRun;
  readonly detail: RunDetail;
  /** Its jobs without the freeze check. */
  readonly others: readonly Job[];
  readonly isApproved: boolean;
  readonly isRejected: boolean;
  /** A deployment to the environment that this attempt made. */
  readonly trace: 'there' | 'none' | 'unseen';
}

/** Deployments of attempts before say nothing of this one: it is told by the job that they link to, else by their time. */
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

/** null: they do not tell. A deployment that ended badly may have been turned away, or have gone on first. */
function byDeployments(own: readonly Deployment[], detail: RunDetail): GatePassage | null {
  const jobs = detail.jobs.filter(({ id }) => own.some(({ jobId }) => jobId === id));
  const went = jobs.filter((job) => hasRun(job) || isRunning(job));
  const wentWell = ({ state }: Deployment) => state === 'success' || state === 'inactive';
  if (went.length > 0 || own.some((one) => one.passedAt !== null || wentWell(one))) {
    const times = [...own.map(({ passedAt }) => passedAt), ...went.map(({ startedAt }) => startedAt)];
    const known = times.filter((at) => at !== null);
    const at = known.length === 0 ? null : Math.min(...known);
    return { passage: 'passed', jobs: went, at, deployed: own.every(wentWell) };
  }
  const told = { jobs, at: null, deployed: false };
  const waits =
    own.some(({ state }) => state === 'waiting') || jobs.some(({ status }) => status === 'waiting');
  if (waits && jobs.every(({ status }) => status !== 'completed')) return { ...told, passage: 'at_gate' };
  if (jobs.length > 0 && jobs.every(endedUnstarted)) return { ...told, passage: 'turned_away' };
  return null;
}

/** Approvals have no time and no attempt: those of attempts before stand in the same list. */
function byReviews({ run, others, isApproved, isRejected, trace }: Left): Passage {
  const unstarted = others.filter(endedUnstarted);
  const ran = others.filter(hasRun);
  const allRan = ran.length > 0 && ran.length === others.length;
  // A job that made a deployment was not skipped: in a run that went well it ran, and where every job ran it did.
  if (trace === 'there' && (run.conclusion === 'success' || allRan)) return 'passed';
  if (isRejected && unstarted.length > 0) return 'turned_away';
  if (!isApproved) {
    if (trace === 'there') return unstarted.length > 0 ? 'turned_away' : 'unknown';
    return isRejected || trace === 'none' ? 'not_reached' : 'unknown';
  }
  if (ran.length === 0) return unstarted.length > 0 ? 'turned_away' : 'not_reached';
  if (run.attempt === 1) return 'passed';
  // Approved in some attempt, so there is a job behind the gate: where every job ran, that one did, too.
  return allRan ? 'passed' : 'unknown';
}

function byReviewsSoFar({ run, detail, others, isApproved, trace }: Left): Passage {
  const waits = others.some(({ status }) => status === 'waiting');
  if (waits && !isApproved && detail.pending.length === 0) return 'at_gate';
  if (isApproved && others.length > 0) return run.attempt === 1 ? 'passed' : 'unknown';
  return trace === 'none' ? 'not_reached' : 'unknown';
}

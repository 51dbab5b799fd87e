/** Determines how far a run of the deploy workflow has come, or how it ended, as one target's environment sees it. */

import type { Job, RunDetail, WorkflowRun } from '../model/github.ts';
import type { Instant } from '../model/instant.ts';
import { endedUnstarted, failedWithSteps, hasFailed, hasRun, isJob, isRunning } from './jobs.ts';
import type { GatePassage } from './passage.ts';

export type RunStage =
  | 'queued'
  /** The run waits behind another run of its concurrency group. */
  | 'held'
  | 'checking'
  | 'at_gate'
  | 'waiting_other'
  | 'deploying'
  /** The run has deployed to this environment, and continues with something else. */
  | 'deployed_going_on'
  | 'succeeded'
  | 'deployed_nothing'
  | 'skipped'
  | 'workflow_invalid'
  /**
   * A job ended without a step, and nothing shows that a gate refused it. Billing or a missing runner are possible
   * causes.
   */
  | 'not_started'
  | 'freeze_check_failed'
  | 'rejected_at_gate'
  | 'gate_not_satisfied'
  | 'failed_before_gate'
  | 'failed_after_gate'
  /** The run failed, and GitHub does not say whether that was before or after the gate. */
  | 'failed_unplaced'
  /** The deployment itself succeeded, but another job failed. */
  | 'failed_beside_deploy'
  | 'cancelled_before_gate'
  | 'cancelled_at_gate'
  | 'cancelled_while_deploying'
  /** The run was cancelled, and GitHub does not say how far it had come. */
  | 'cancelled_unplaced';

export interface Staged {
  readonly run: WorkflowRun;
  readonly detail: RunDetail;
  readonly freezeCheck: string;
  readonly gate: GatePassage;
  /** True if someone rejected the run for this environment, in any attempt. */
  readonly isRejected: boolean;
  /** True if the target has a gate. Without one, nothing can be before or after it. */
  readonly isGated: boolean;
}

/** The first matching rule wins. A conclusion that is not known here is never a success. */
export function runStage(staged: Staged): RunStage {
  return staged.run.status === 'completed' ? endOf(staged) : progressOf(staged);
}

function progressOf({ run, detail, gate }: Staged): RunStage {
  const asked = detail.pending.some(({ reviewers }) => reviewers.length > 0);
  if (gate.passage === 'passed' && gate.deployed) return 'deployed_going_on';
  if (asked) return 'at_gate';
  if (run.status === 'waiting' || detail.pending.length > 0) return 'waiting_other';
  if (run.status === 'pending') return 'held';
  if (run.status !== 'in_progress') return 'queued';
  if (gate.passage === 'at_gate') return 'waiting_other';
  return gate.passage === 'passed' ? 'deploying' : 'checking';
}

function endOf(staged: Staged): RunStage {
  const { run, detail, freezeCheck, gate } = staged;
  const { jobs } = detail;
  const freezes = jobs.filter((job) => isJob(job, freezeCheck));
  const others = jobs.filter((job) => !isJob(job, freezeCheck));
  if (run.conclusion === 'skipped') return 'skipped';
  if (run.conclusion === 'success' || run.conclusion === 'neutral') return endedWell(staged, others);
  if (jobs.length === 0) return withoutJobs(run);
  if (run.conclusion === 'startup_failure') return 'workflow_invalid';
  if (freezes.some(failedWithSteps)) return 'freeze_check_failed';
  if (freezes.some(({ conclusion }) => conclusion === 'cancelled')) return 'cancelled_before_gate';
  if (run.conclusion === 'cancelled') return cancelled(others, staged);
  const failed = jobs.filter(failedWithSteps);
  if (failed.length > 0) return failedBy(failed, staged);
  if (gate.passage === 'passed' && gate.deployed) return 'failed_beside_deploy';
  return unstartedEnd(staged, jobs, others);
}

/** `action_required` and `stale` mean that nobody allowed the run to start. */
function withoutJobs({ conclusion }: WorkflowRun): RunStage {
  if (conclusion === 'cancelled') return 'cancelled_before_gate';
  return conclusion === 'action_required' || conclusion === 'stale' ? 'not_started' : 'workflow_invalid';
}

function endedWell({ gate }: Staged, others: readonly Job[]): RunStage {
  if (others.every(({ conclusion }) => conclusion === 'skipped')) return 'deployed_nothing';
  return gate.passage === 'turned_away' ? 'rejected_at_gate' : 'succeeded';
}

/** Handles a run in which no job failed in one of its steps. */
function unstartedEnd(staged: Staged, jobs: readonly Job[], others: readonly Job[]): RunStage {
  const { gate, isRejected } = staged;
  const unstarted = jobs.filter((job) => endedUnstarted(job) && hasFailed(job));
  if (!jobs.some(hasRun)) return 'not_started';
  if (isRejected && gate.passage === 'turned_away') return 'rejected_at_gate';
  if (gate.passage === 'turned_away') return 'gate_not_satisfied';
  if (unstarted.length > 0) return 'not_started';
  if (others.some(({ conclusion }) => conclusion === 'cancelled')) return cancelled(others, staged);
  return 'failed_unplaced';
}

function cancelled(others: readonly Job[], { gate, isGated }: Staged): RunStage {
  switch (gate.passage) {
    case 'not_reached':
      // Without a gate, a job may deploy without naming the environment.
      return !isGated && others.some(hasRun) ? 'cancelled_unplaced' : 'cancelled_before_gate';
    case 'passed':
      return 'cancelled_while_deploying';
    case 'at_gate':
    case 'turned_away':
      return 'cancelled_at_gate';
    case 'unknown':
      return others.some(hasRun) ? 'cancelled_unplaced' : 'cancelled_before_gate';
  }
}

function failedBy(failed: readonly Job[], staged: Staged): RunStage {
  const { gate, isRejected, isGated } = staged;
  switch (gate.passage) {
    case 'turned_away':
      return isRejected ? 'rejected_at_gate' : 'gate_not_satisfied';
    case 'not_reached':
    case 'at_gate':
      return isGated ? 'failed_before_gate' : 'failed_unplaced';
    case 'unknown':
      return 'failed_unplaced';
    case 'passed':
      return failedPast(failed, staged);
  }
}

/** Handles a failure past the gate. A job that ran in parallel and failed is not a failure of the deploy. */
function failedPast(failed: readonly Job[], { detail, gate, isGated, freezeCheck }: Staged): RunStage {
  const { jobs, deployed } = gate;
  if (failed.some((job) => jobs.includes(job))) return 'failed_after_gate';
  // Without a gate, a successful deployment may be followed by another environment's.
  if (deployed && !isGated) return 'failed_beside_deploy';
  const since = gate.at ?? longestWait(detail.jobs, freezeCheck);
  if (since === null) return 'failed_after_gate';
  if (failed.some(({ startedAt }) => startedAt !== null && startedAt >= since)) return 'failed_after_gate';
  return deployed || jobs.length > 0 ? 'failed_beside_deploy' : 'failed_unplaced';
}

/** A shorter wait may only mean that a runner was late. */
const WAIT_MS = 60_000;

/**
 * A job that passed a gate started long after everything before it had ended. Returns when that job started, or null if
 * none waited that long.
 */
function longestWait(jobs: readonly Job[], freezeCheck: string): Instant | null {
  const ends = jobs.flatMap(({ completedAt }) => completedAt ?? []);
  const waits = jobs.flatMap((job) => {
    const { startedAt } = job;
    if (startedAt === null || !hasRun(job) || isJob(job, freezeCheck)) return [];
    const before = ends.filter((end) => end <= startedAt);
    return before.length === 0 ? [] : [{ since: startedAt, wait: startedAt - Math.max(...before) }];
  });
  const [longest] = waits.toSorted((one, other) => other.wait - one.wait);
  return longest && longest.wait >= WAIT_MS ? longest.since : null;
}

/** Returns the job to name: the one that failed in a step, or else one that is running. */
export function decisiveJob({ jobs }: RunDetail): Job | null {
  return jobs.find(failedWithSteps) ?? jobs.find(isRunning) ?? null;
}

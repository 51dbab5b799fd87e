/** Reads the state of one job of a run. Only the freeze check is known by its name, which is in the runbook file. */

import type { Job } from '../model/github.ts';
import type { Instant } from '../model/instant.ts';

/** A conclusion that is not known here is neither a failure nor a success. */
const FAILED = new Set(['failure', 'timed_out', 'startup_failure', 'action_required', 'stale']);

export function hasFailed({ conclusion }: Pick<Job, 'conclusion'>): boolean {
  return conclusion !== null && FAILED.has(conclusion);
}

/**
 * Matches `freeze-check`, or `caller / freeze-check` of a reusable workflow, each also with a matrix's values after it.
 */
export function isJob(job: Job, name: string): boolean {
  const plain = job.name.replace(/ \([^()]*\)$/, '');
  return [job.name, plain].some((one) => one === name || one.endsWith(` / ${name}`));
}

/**
 * Returns true if a step of the job ran. No step ran in a job that waits at a gate, was refused there or never got a
 * runner.
 */
export function hasRun(job: Job): boolean {
  return job.steps.some(({ status, conclusion }) => status !== 'queued' && conclusion !== 'skipped');
}

/** Returns true if a runner is working on the job. */
export function isRunning(job: Job): boolean {
  return job.status === 'in_progress' || (job.status !== 'completed' && hasRun(job));
}

/**
 * Returns true if the job ended without a step: it was refused at a gate, or no runner picked it up. The job does not
 * say which.
 */
export function endedUnstarted(job: Job): boolean {
  return job.status === 'completed' && job.conclusion !== 'skipped' && !hasRun(job);
}

export function failedWithSteps(job: Job): boolean {
  return hasFailed(job) && hasRun(job);
}

/**
 * Returns when the last of the jobs ended, or null if none did. Skipped jobs do not count, because their end is when
 * they were skipped.
 */
export function lastEnd(jobs: readonly Job[]): Instant | null {
  const ends = jobs.flatMap(({ conclusion, completedAt }) =>
    completedAt === null || conclusion === 'skipped' ? [] : [completedAt],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}

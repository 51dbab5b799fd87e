/** The state of one job of a run. Only the freeze check is known by its name, which the runbook file has. */

import type { Job } from '../model/github.ts';
import type { Instant } from '../model/instant.ts';

/** A conclusion that we do not know is neither failed nor passed. */
const FAILED = new Set(['failure', 'timed_out', 'startup_failure', 'action_required', 'stale']);

export function hasFailed({ conclusion }: Pick<Job, 'conclusion'>): boolean {
  return conclusion !== null && FAILED.has(conclusion);
}

/** `freeze-check`; `caller / freeze-check` of a reusable workflow; each also with a matrix's values after it. */
export function isJob(job: Job, name: string): boolean {
  const plain = job.name.replace(/ \([^()]*\)$/, '');
  return [job.name, plain].some((one) => one === name || one.endsWith(` / ${name}`));
}

/** Whether a step of it ran. None did in a job that waits at a gate, was refused there or never got a runner. */
export function hasRun(job: Job): boolean {
  return job.steps.some(({ status, conclusion }) => status !== 'queued' && conclusion !== 'skipped');
}

/** Whether a runner has it now. */
export function isRunning(job: Job): boolean {
  return job.status === 'in_progress' || (job.status !== 'completed' && hasRun(job));
}

/** Whether it ended without a step: refused at a gate, or never picked up by a runner. The job does not say which. */
export function endedUnstarted(job: Job): boolean {
  return job.status === 'completed' && job.conclusion !== 'skipped' && !hasRun(job);
}

export function failedWithSteps(job: Job): boolean {
  return hasFailed(job) && hasRun(job);
}

/** When the last of them ended; null if none did. Skipped jobs do not count: their end is when they were skipped. */
export function lastEnd(jobs: readonly Job[]): Instant | null {
  const ends = jobs.flatMap(({ conclusion, completedAt }) =>
    completedAt === null || conclusion === 'skipped' ? [] : [completedAt],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}

/** What one job of a run says of itself. Only the freeze check is known by its name: the runbook file names it. */
import type { Instant, Job } from '../model/evidence.ts';

/** Words of GitHub that we do not know count as a failure nowhere: they are neither failed nor passed. */
const FAILED = new Set(['failure', 'timed_out', 'startup_failure', 'action_required', 'stale']);

export function hasFailed({ conclusion }: Pick<Job, 'conclusion'>): boolean {
  return conclusion !== null && FAILED.has(conclusion);
}

/** `freeze-check`; `caller / freeze-check` of a reusable workflow; each also with the values of a matrix behind it. */
export function isJob(job: Job, name: string): boolean {
  const plain = job.name.replace(/ \([^()]*\)$/, '');
  return [job.name, plain].some((one) => one === name || one.endsWith(` / ${name}`));
}

/** A step of it ran. A job that waits at a gate, was turned away there or never got a runner has none. */
export function hasRun(job: Job): boolean {
  return job.steps.some(({ status, conclusion }) => status !== 'queued' && conclusion !== 'skipped');
}

/** A runner has it now. */
export function isRunning(job: Job): boolean {
  return job.status === 'in_progress' || (job.status !== 'completed' && hasRun(job));
}

/** It ended without a step: turned away at a gate, or no runner ever took it. Which of them, it does not say. */
export function endedUnstarted(job: Job): boolean {
  return job.status === 'completed' && job.conclusion !== 'skipped' && !hasRun(job);
}

export function failedWithSteps(job: Job): boolean {
  return hasFailed(job) && hasRun(job);
}

/** When the last of them ended; null: none did. Skipped ones end when they are skipped: that is no news. */
export function lastEnd(jobs: readonly Job[]): Instant | null {
  const ends = jobs.flatMap(({ conclusion, completedAt }) =>
    completedAt === null || conclusion === 'skipped' ? [] : [completedAt],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Computes when something happened in a run, as an age. */
import type { JobState, RunState } from './state.ts';

/**
 * Returns the age of something that happened so many seconds into the attempt.
 * In a scenario file, everything happens before its start.
 */
export function sinceRun(run: RunState, seconds: number): number {
  const begun = run.attemptAge ?? run.age;
  return run.live ? begun - seconds : Math.max(0, begun - seconds);
}

/** If a job has no times, the jobs share the run's time. */
export function jobTimes(
  run: RunState,
  job: JobState,
): { readonly startedAt: number; readonly endedAt: number } {
  const index = run.jobs.findIndex(({ name }) => name === job.name);
  const share = run.duration / run.jobs.length;
  return {
    startedAt: sinceRun(run, job.startedAfter ?? index * share),
    endedAt: sinceRun(run, job.endedAfter ?? (index + 1) * share),
  };
}

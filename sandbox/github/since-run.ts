/** When something happened in a run, as an age. */
import type { JobState, RunState } from './state.ts';

/** The age of what happened so many seconds into the attempt. Everything in a scenario file lies before its start. */
export function sinceRun(run: RunState, seconds: number): number {
  const begun = run.attemptAge ?? run.age;
  return run.live ? begun - seconds : Math.max(0, begun - seconds);
}

/** When no times are given for a job, the jobs share the run's time. */
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

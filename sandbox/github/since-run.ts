/** When something of a run happened, as an age. */
import type { RunState } from './state.ts';

/** Age of what happened so many seconds into the run. What a scenario tells of lies before its start. */
export function sinceRun(run: RunState, seconds: number): number {
  return run.live ? run.age - seconds : Math.max(0, run.age - seconds);
}

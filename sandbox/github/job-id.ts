/** Gives a job a new id in each attempt. The links of its deployment distinguish the attempts by these ids. */
import { stableNumber } from '../stable-id.ts';
import type { JobState, RunState } from './state.ts';

export function jobId(run: RunState, job: JobState): number {
  const { attempt = 1 } = run;
  return stableNumber(`job ${run.id} ${job.name}${attempt === 1 ? '' : ` ${attempt}`}`);
}

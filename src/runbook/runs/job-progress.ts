/** Describes how far the jobs of a run are, as an action remembers it and a card shows it. */
import type { RunDetail } from '../model/github.ts';
import { hasFailed } from './jobs.ts';

export interface StepProgress {
  readonly name: string;
  /** GitHub's words: `queued`, `in_progress`, `waiting`, `completed`, or one that it adds later. */
  readonly status: string;
  /** Null until the step is completed. */
  readonly conclusion: string | null;
}

export interface JobProgress extends StepProgress {
  readonly steps: readonly StepProgress[];
}

export type JobState = 'pending' | 'in_progress' | 'complete' | 'error';

export function jobProgress({ jobs }: Pick<RunDetail, 'jobs'>): readonly JobProgress[] {
  return jobs.map(({ steps, ...job }) => ({ ...stepOf(job), steps: steps.map(stepOf) }));
}

function stepOf({ name, status, conclusion }: StepProgress): StepProgress {
  return { name, status, conclusion };
}

/** A cancelled job counts as an error, because it did not do what it should. A skipped job does not. */
export function stateOfJob({ status, conclusion }: Pick<StepProgress, 'status' | 'conclusion'>): JobState {
  if (conclusion !== null)
    return hasFailed({ conclusion }) || conclusion === 'cancelled' ? 'error' : 'complete';
  return status === 'in_progress' ? 'in_progress' : 'pending';
}

/** Returns GitHub's word: `success`, `in progress`. */
export function jobWord({ status, conclusion }: Pick<StepProgress, 'status' | 'conclusion'>): string {
  return (conclusion ?? status).replaceAll('_', ' ');
}

/** Returns a line for each job and, indented, for each of its steps that was not skipped. */
export function jobLines(jobs: readonly JobProgress[]): string[] {
  return jobs.flatMap((job) => [
    `${job.name}: ${jobWord(job)}`,
    ...job.steps
      .filter(({ conclusion }) => conclusion !== 'skipped')
      .map((step) => `  ${step.name}: ${jobWord(step)}`),
  ]);
}

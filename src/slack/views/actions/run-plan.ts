/** The jobs and steps of a deploy's workflow run, as a Slack plan with one task card per job, in GitHub's order. */
import type { KnownBlock, TaskCardBlock } from '@slack/types';
import type { Progress } from '../../../runbook/model/action.ts';
import {
  type JobProgress,
  type JobState,
  jobWord,
  type StepProgress,
  stateOfJob,
} from '../../../runbook/runs/job-progress.ts';
import { clip, emoji, line, plain } from '../parts/message.ts';

/** Most runs have far fewer jobs; one with a matrix may have more. */
const MOST_JOBS = 20;
const MOST_STEPS = 25;
const LONGEST_NAME = 150;

/** Returns nothing until GitHub lists the first job. */
export function runPlan({ jobs = [], runId }: Pick<Progress, 'jobs' | 'runId'>): KnownBlock[] {
  if (jobs.length === 0) return [];
  const ended = jobs.filter((job) => stateOfJob(job) === 'complete').length;
  const more = jobs.length > MOST_JOBS ? `, the first ${MOST_JOBS} shown` : '';
  const run = runId === undefined ? 'The run' : `Run ${runId}`;
  return [
    {
      type: 'plan',
      title: `${run}: ${ended} of ${jobs.length} jobs complete${more}`,
      tasks: jobs.slice(0, MOST_JOBS).map(taskOf),
    },
  ];
}

function taskOf(job: JobProgress, index: number): TaskCardBlock {
  const details = stepLines(job);
  return {
    type: 'task_card',
    task_id: `job_${index}`,
    title: named(job),
    status: stateOfJob(job),
    ...(details.length === 0 ? {} : { details: { type: 'rich_text', elements: details } }),
  };
}

/** Words that the icon of the state already conveys. */
const SAID: ReadonlySet<string> = new Set(['success', 'in progress', 'queued', 'pending']);

function named(one: StepProgress): string {
  const word = jobWord(one);
  return `${clip(one.name, LONGEST_NAME)}${SAID.has(word) ? '' : ` (${word})`}`;
}

/** For a complete job, the number of steps is enough. */
function stepLines(job: JobProgress) {
  const { steps } = job;
  if (steps.length === 0) return [];
  if (stateOfJob(job) === 'complete')
    return [line(plain(`${steps.length} ${steps.length === 1 ? 'step' : 'steps'} complete`))];
  const shown = steps
    .slice(0, MOST_STEPS)
    .map((step) => line(emoji(SIGNS[stateOfJob(step)]), plain(` ${named(step)}`)));
  const more = steps.length - shown.length;
  return more > 0 ? [...shown, line(plain(`… ${more} more ${more === 1 ? 'step' : 'steps'}`))] : shown;
}

const SIGNS: Readonly<Record<JobState, string>> = {
  pending: 'white_circle',
  in_progress: 'hourglass_flowing_sand',
  complete: 'white_check_mark',
  error: 'x',
};

/** A reading of a run as the parts of a sentence. */

import type { Instant, WorkflowRun } from '../model/evidence.ts';
import type { Context } from '../model/terms.ts';
import { formatAgo, formatDuration } from '../text/time.ts';
import { hasRun } from './jobs.ts';
import type { RunReading } from './reading.ts';
import { type RunStage, tellingJob } from './stage.ts';

const WORDS: Record<RunStage, string> = {
  queued: 'is queued',
  held: 'is queued behind another run of its concurrency group',
  checking: 'is running, before the gate',
  at_gate: 'waits for a reviewer at the gate',
  waiting_other: 'waits, but not for a reviewer (a timer, or a stuck gate)',
  deploying: 'is deploying, past the gate',
  deployed_going_on: 'has deployed, and goes on',
  succeeded: 'succeeded',
  deployed_nothing: 'succeeded, but deployed nothing: its jobs were skipped',
  skipped: 'was skipped',
  workflow_invalid: 'could not start: the workflow file is invalid',
  not_started: 'did not start: no step of its jobs ran (no runner, or a billing limit)',
  freeze_check_failed: 'failed in the freeze check',
  rejected_at_gate: 'was rejected at the gate',
  gate_not_satisfied: 'was not let through the gate (branch policy, or nobody approved in time)',
  failed_before_gate: 'failed before the gate',
  failed_after_gate: 'failed after the gate was passed',
  failed_unplaced: 'failed, possibly after the gate',
  failed_beside_deploy: 'deployed, but another of its jobs failed',
  cancelled_before_gate: 'was cancelled before the gate',
  cancelled_at_gate: 'was cancelled at the gate',
  cancelled_while_deploying: 'was cancelled while it deployed',
  cancelled_unplaced: 'was cancelled, possibly while it deployed',
};

/** Of a target without a gate, and of a run that says nothing of its environment, no gate is spoken of. */
const WITHOUT_GATE: Partial<Record<RunStage, string>> = {
  checking: 'is running',
  deploying: 'is deploying',
  rejected_at_gate: 'was rejected by a reviewer',
  gate_not_satisfied: 'was turned away by its environment',
  failed_before_gate: 'failed',
  failed_after_gate: 'failed while it deployed',
  failed_unplaced: 'failed',
  cancelled_before_gate: 'was cancelled',
  cancelled_at_gate: 'was cancelled while it waited',
  cancelled_unplaced: 'was cancelled',
};

/** The stage as the end of a sentence that begins with the run. */
export function stageWords(stage: RunStage, isGated = true): string {
  return (isGated ? undefined : WITHOUT_GATE[stage]) ?? WORDS[stage];
}

/** `run 9262 (dispatch, bfa4d946, 2 h ago)`; the time is when it happened. */
export function runWords(reading: RunReading, now: Instant): string {
  const { run, at } = reading;
  return `${runName(run)} (${eventOf(run)}, ${run.sha.slice(0, 8)}, ${formatAgo(at, now)})`;
}

/** `run 9262`, `run 9262, attempt 2` */
export function runName({ id, attempt }: WorkflowRun): string {
  return attempt > 1 ? `run ${id}, attempt ${attempt}` : `run ${id}`;
}

function eventOf({ event }: WorkflowRun): string {
  return event === 'workflow_dispatch' ? 'dispatch' : event;
}

const FAILED_IN_A_JOB: ReadonlySet<RunStage> = new Set([
  'failed_before_gate',
  'failed_after_gate',
  'failed_unplaced',
  'failed_beside_deploy',
]);

/** ` (deploy, step Push to Heroku)`; '' where no job says it. */
export function failedIn({ stage, detail }: RunReading): string {
  const job = FAILED_IN_A_JOB.has(stage) ? tellingJob(detail) : null;
  if (!job) return '';
  const step = job.steps.find(({ conclusion }) => conclusion === 'failure');
  return ` (${job.name}${step ? `, step ${step.name}` : ''})`;
}

/** What an open run does, as a relative clause: `which has waited 13 d for Kristerpher at the production gate`. */
export function openClause(reading: RunReading, now: Instant): string {
  const { run, stage, at } = reading;
  const since = formatDuration(now - run.startedAt);
  if (stage === 'at_gate') return `which has waited ${since} for ${waitsFor(reading)}`;
  if (stage === 'waiting_other')
    return `which has waited ${since}, but not for a reviewer (a timer, or a stuck gate)`;
  if (stage === 'deploying') return `which has been deploying for ${formatDuration(now - at)}`;
  return `which has been running for ${since}`;
}

/** `Kristerpher at the production gate` */
export function waitsFor({ detail }: Pick<RunReading, 'detail'>): string {
  const gate = detail.pending.find(({ reviewers }) => reviewers.length > 0);
  return gate ? `${gate.reviewers.join(' or ')} at the ${gate.environment} gate` : 'a reviewer at the gate';
}

/** Who said no, and why: ` by Kristerpher ("not today")`. */
export function rejectionWords({ stage, rejection }: Pick<RunReading, 'stage' | 'rejection'>): string {
  if (stage !== 'rejected_at_gate' || !rejection) return '';
  return ` by ${rejection.by}${rejection.comment === '' ? '' : ` ("${rejection.comment}")`}`;
}

/** Where it stands, with whom it waits for, who said no, or where it failed. */
export function whereItStands(reading: RunReading, { target }: Pick<Context, 'target'>): string {
  const { stage } = reading;
  const isGated = target.gated && reading.target === 'this';
  if (stage === 'at_gate') return `waits for ${waitsFor(reading)}`;
  if (stage === 'not_started' && reading.detail.jobs.some(hasRun))
    return 'ended with a job that never started (turned away at a gate, or no runner)';
  return `${stageWords(stage, isGated)}${failedIn(reading)}${rejectionWords(reading)}`;
}

export function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

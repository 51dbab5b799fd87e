/** Puts the reading of a run into words. */

import type { WorkflowRun } from '../model/github.ts';
import type { Instant } from '../model/instant.ts';
import type { RunbookContext } from '../model/terms.ts';
import { formatAgo, formatDuration } from '../text/time.ts';
import { hasRun } from './jobs.ts';
import type { RunReading } from './reading.ts';
import { decisiveJob, type RunStage } from './stage.ts';

const WORDS: Record<RunStage, string> = {
  queued: 'is queued',
  held: 'is queued behind another run of its concurrency group',
  checking: 'is running, not at the gate yet',
  at_gate: 'is waiting for a reviewer at the gate',
  waiting_other: 'is waiting, but not for a reviewer (a timer, or a stuck gate)',
  deploying: 'is deploying (gate passed)',
  deployed_going_on: 'has deployed and is still running',
  succeeded: 'succeeded',
  deployed_nothing: 'succeeded, but deployed nothing: its jobs were skipped',
  skipped: 'was skipped',
  workflow_invalid: 'could not start: the workflow file is invalid',
  not_started: 'did not start: no step of its jobs ran (no runner, or a billing limit)',
  freeze_check_failed: 'failed in the freeze check',
  rejected_at_gate: 'was rejected at the gate',
  gate_not_satisfied: 'did not pass the gate (branch policy, or no approval in time)',
  failed_before_gate: 'failed before the gate',
  failed_after_gate: 'failed after passing the gate',
  failed_unplaced: 'failed, possibly after the gate',
  failed_beside_deploy: 'deployed, but another job failed',
  cancelled_before_gate: 'was canceled before the gate',
  cancelled_at_gate: 'was canceled at the gate',
  cancelled_while_deploying: 'was canceled while deploying',
  cancelled_unplaced: 'was canceled, possibly while deploying',
};

/** No gate is mentioned for a target without one, or for a run that does not show its environment. */
const WITHOUT_GATE: Partial<Record<RunStage, string>> = {
  checking: 'is running',
  deploying: 'is deploying',
  rejected_at_gate: 'was rejected by a reviewer',
  gate_not_satisfied: 'was blocked by the protection rules of its environment',
  failed_before_gate: 'failed',
  failed_after_gate: 'failed while deploying',
  failed_unplaced: 'failed',
  cancelled_before_gate: 'was canceled',
  cancelled_at_gate: 'was canceled while waiting',
  cancelled_unplaced: 'was canceled',
};

/** Returns the stage as a predicate: `is deploying (gate passed)`. */
export function stageWords(stage: RunStage, isGated = true): string {
  return (isGated ? undefined : WITHOUT_GATE[stage]) ?? WORDS[stage];
}

/** Example: `run 9262 (dispatch, bfa4d946, 2 h ago)`. The time is that of `RunReading.at`. */
export function runWords(reading: RunReading, now: Instant): string {
  const { run, at } = reading;
  return `${runName(run)} (${eventOf(run)}, ${run.sha.slice(0, 8)}, ${formatAgo(at, now)})`;
}

/** Examples: `run 9262`, `run 9262, attempt 2`. */
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

/** Example: ` (deploy, step Push to Heroku)`. Returns an empty string if no job shows where the run failed. */
export function failedIn({ stage, detail }: RunReading): string {
  const job = FAILED_IN_A_JOB.has(stage) ? decisiveJob(detail) : null;
  if (!job) return '';
  const step = job.steps.find(({ conclusion }) => conclusion === 'failure');
  return ` (${job.name}${step ? `, step ${step.name}` : ''})`;
}

/**
 * Describes what an open run is doing, as a relative clause: `which has waited 13 d for Kristerpher at the production
 * gate`.
 */
export function openClause(reading: RunReading, now: Instant): string {
  const { run, stage, at } = reading;
  const since = formatDuration(now - run.startedAt);
  if (stage === 'at_gate') return `which has waited ${since} for ${waitsFor(reading)}`;
  if (stage === 'waiting_other')
    return `which has waited ${since}, but not for a reviewer (a timer, or a stuck gate)`;
  if (stage === 'deploying') return `which has been deploying for ${formatDuration(now - at)}`;
  return `which has been running for ${since}`;
}

/** Example: `Kristerpher at the production gate`. */
export function waitsFor({ detail }: Pick<RunReading, 'detail'>): string {
  const gate = detail.pending.find(({ reviewers }) => reviewers.length > 0);
  return gate ? `${gate.reviewers.join(' or ')} at the ${gate.environment} gate` : 'a reviewer at the gate';
}

/** Says who rejected the run, and why: ` by Kristerpher ("not today")`. */
export function rejectionWords({ stage, rejection }: Pick<RunReading, 'stage' | 'rejection'>): string {
  if (stage !== 'rejected_at_gate' || !rejection) return '';
  return ` by ${rejection.by}${rejection.comment === null ? '' : ` ("${rejection.comment}")`}`;
}

/** Describes the run's stage, with who it is waiting for, who rejected it, or where it failed. */
export function whereItStands(reading: RunReading, { target }: Pick<RunbookContext, 'target'>): string {
  const { stage } = reading;
  const isGated = target.gated && reading.target === 'this';
  if (stage === 'at_gate') return `is waiting for ${waitsFor(reading)}`;
  if (stage === 'not_started' && reading.detail.jobs.some(hasRun))
    return 'ended with a job that never started (blocked at a gate, or no runner)';
  return `${stageWords(stage, isGated)}${failedIn(reading)}${rejectionWords(reading)}`;
}

/** Example: `; approved by Kristerpher`. Returns an empty string if nobody approved. */
export function approvedWords({ approvedBy }: RunReading): string {
  return approvedBy.length > 0 ? `; approved by ${approvedBy.join(', ')}` : '';
}

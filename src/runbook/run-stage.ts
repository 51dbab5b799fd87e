/** Where a run of the deploy workflow is, or how it ended: told by its jobs, its gate and its approvals, not by its event. */
import type { Job, RunApproval, RunDetail, WorkflowRun } from './evidence.ts';

export type RunStage =
  | 'queued'
  | 'checking'
  | 'at_gate'
  | 'waiting_other'
  | 'deploying'
  | 'succeeded'
  | 'deployed_nothing'
  | 'workflow_invalid'
  | 'freeze_check_failed'
  | 'rejected_at_gate'
  | 'gate_not_satisfied'
  | 'failed_before_gate'
  | 'failed_after_gate'
  | 'cancelled_before_gate'
  | 'cancelled_at_gate'
  | 'cancelled_while_deploying';

const FAILED = new Set(['failure', 'timed_out', 'startup_failure', 'action_required', 'stale']);

export function hasFailed({ conclusion }: Job): boolean {
  return conclusion !== null && FAILED.has(conclusion);
}

/** `freeze-check`, also as `caller / freeze-check` of a reusable workflow. */
export function isJob(job: Job, name: string): boolean {
  return job.name === name || job.name.endsWith(` / ${name}`);
}

export function freezeJob(detail: RunDetail, name: string): Job | undefined {
  return detail.jobs.find((job) => isJob(job, name));
}

/** The job that deploys: the one at the gate, else the last that is not the freeze check. */
export function deployJob(detail: RunDetail, freezeCheck: string): Job | undefined {
  const others = detail.jobs.filter((job) => !isJob(job, freezeCheck));
  return (
    others.find(({ status }) => status === 'waiting') ??
    others.find(({ name, conclusion }) => /deploy/i.test(name) && conclusion !== 'skipped') ??
    others.find(({ name }) => /deploy/i.test(name)) ??
    others.at(-1)
  );
}

/** A job that a runner worked on: a job at the gate, or turned away there, has no steps. */
export function hasRun(job: Job): boolean {
  return job.steps.some(({ status, conclusion }) => status !== 'queued' && conclusion !== 'skipped');
}

export function rejection(detail: RunDetail): RunApproval | undefined {
  return detail.approvals.find(({ state }) => state === 'rejected');
}

export function approvalsOf(detail: RunDetail): RunApproval[] {
  return detail.approvals.filter(({ state }) => state === 'approved');
}

/** First rule that fits wins; words of GitHub that we do not know count as a failure, never as a success. */
export function runStage(run: WorkflowRun, detail: RunDetail, freezeCheck: string): RunStage {
  return run.status === 'completed' ? endOf(run, detail, freezeCheck) : progressOf(run, detail, freezeCheck);
}

function progressOf(run: WorkflowRun, detail: RunDetail, freezeCheck: string): RunStage {
  if (detail.pending.some(({ reviewers }) => reviewers.length > 0)) return 'at_gate';
  if (run.status === 'waiting' || detail.pending.length > 0) return 'waiting_other';
  if (run.status !== 'in_progress') return 'queued';
  const deploy = deployJob(detail, freezeCheck);
  return deploy && (deploy.status === 'in_progress' || hasRun(deploy)) ? 'deploying' : 'checking';
}

function endOf(run: WorkflowRun, detail: RunDetail, freezeCheck: string): RunStage {
  const freeze = freezeJob(detail, freezeCheck);
  const deploy = deployJob(detail, freezeCheck);
  const ran = deploy !== undefined && hasRun(deploy);
  if (run.conclusion === 'success')
    return deploy?.conclusion === 'success' ? 'succeeded' : 'deployed_nothing';
  if (run.conclusion === 'cancelled' && detail.jobs.length === 0) return 'cancelled_before_gate';
  if (run.conclusion === 'startup_failure' || detail.jobs.length === 0) return 'workflow_invalid';
  if (freeze && hasFailed(freeze)) return 'freeze_check_failed';
  if (freeze?.conclusion === 'cancelled') return 'cancelled_before_gate';
  // Approvals of all attempts stand in one list: a rejection of before does not tell of an attempt that was cancelled.
  if (rejection(detail) && !ran && deploy?.conclusion !== 'cancelled') return 'rejected_at_gate';
  if (ran) return deploy.conclusion === 'cancelled' ? 'cancelled_while_deploying' : 'failed_after_gate';
  if (deploy?.conclusion === 'cancelled') return 'cancelled_at_gate';
  if (deploy?.conclusion === 'failure') return 'gate_not_satisfied';
  return run.conclusion === 'cancelled' ? 'cancelled_before_gate' : 'failed_before_gate';
}

const WORDS: Record<RunStage, string> = {
  queued: 'is queued',
  checking: 'is running, before the gate',
  at_gate: 'waits at the required-reviewer gate',
  waiting_other: 'waits, but not for a reviewer (a timer, or a stuck gate)',
  deploying: 'is deploying, past the gate',
  succeeded: 'succeeded',
  deployed_nothing: 'ended well, but its deploy job did not run',
  workflow_invalid: 'could not start: the workflow file is invalid',
  freeze_check_failed: 'failed in the freeze check',
  rejected_at_gate: 'was rejected at the gate',
  gate_not_satisfied: 'was not let through the gate (branch policy, or nobody approved in time)',
  failed_before_gate: 'failed before the gate',
  failed_after_gate: 'failed after the gate was passed',
  cancelled_before_gate: 'was cancelled before the gate',
  cancelled_at_gate: 'was cancelled at the gate',
  cancelled_while_deploying: 'was cancelled while it deployed',
};

/** The stage as the end of a sentence that begins with the run. */
export function stageWords(stage: RunStage): string {
  return WORDS[stage];
}

/** The runs of the deploy workflow, each with its stage and its target: what steps 4 and 8 and modes D and E rest on. */

import type { Deployment, Job, Observed, RunDetail, WorkflowRun } from './evidence.ts';
import type { Facts, Target } from './facts.ts';
import {
  approvalsOf,
  deployJob,
  freezeJob,
  hasFailed,
  hasRun,
  type RunStage,
  runStage,
} from './run-stage.ts';
import { type RunTarget, runTarget } from './run-target.ts';

/** Condition 1 and mode D rest on the newest run for a day at most (contract). */
export const FRESH_MS = 24 * 3_600_000;

export interface DeployRun {
  readonly run: WorkflowRun;
  readonly detail: RunDetail;
  readonly stage: RunStage;
  readonly target: RunTarget;
  /** The freeze check, when the run reached and finished it. */
  readonly freeze: Job | undefined;
  /** The gate was passed: the deploy job ran. */
  readonly passedGate: boolean;
  /** Who approved it; empty: nobody did. */
  readonly approvedBy: readonly string[];
}

/** Newest first, as `runs` is. A run whose detail is not there is left out. */
export function deployRuns(
  runs: readonly WorkflowRun[],
  details: readonly RunDetail[],
  deployments: Observed<readonly Deployment[]>,
  target: Target,
  facts: Facts,
): DeployRun[] {
  return runs.flatMap((run) => {
    const detail = details.find(({ runId }) => runId === run.id);
    if (!detail) return [];
    const deploy = deployJob(detail, facts.freeze.job);
    const freeze = freezeJob(detail, facts.freeze.job);
    return [
      {
        run,
        detail,
        stage: runStage(run, detail, facts.freeze.job),
        target: runTarget(run, detail, deployments, target, facts),
        freeze: freeze?.status === 'completed' && freeze.conclusion !== 'skipped' ? freeze : undefined,
        passedGate: deploy !== undefined && hasRun(deploy),
        approvedBy: approvalsOf(detail).map(({ by }) => by),
      },
    ];
  });
}

/** The newest run that reached and finished the freeze check. */
export function newestFreezeCheck(runs: readonly DeployRun[]): DeployRun | undefined {
  return runs.find(({ freeze }) => freeze && (freeze.conclusion === 'success' || hasFailed(freeze)));
}

/** The newest run of this target whose deploy job ran: the one that says whether a deploy works. */
export function newestPastGate(runs: readonly DeployRun[]): DeployRun | undefined {
  return runs.find((one) => one.target === 'this' && one.passedGate);
}

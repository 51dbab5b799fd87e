/**
 * Determines which environment a run was for. GitHub does not list a dispatch's inputs, so the run's traces have to
 * show it.
 */
import type { Deployment, RunDetail, WorkflowRun } from '../model/github.ts';
import type { Observed } from '../model/observed.ts';
import type { Target } from '../model/runbook-config.ts';
import { isSameEnvironment } from './passage.ts';

/** `other`: not this target's environment. `unknown`: the run left no trace of one. */
export type RunTarget = 'this' | 'other' | 'unknown';

/**
 * Judges by the environments of the run's reviews, open gates and deployments; a run may have several. A push deploys
 * to targets without a gate (runbook, workflow architecture), and counts for other targets only if it left a trace
 * there.
 */
export function runTarget(
  run: WorkflowRun,
  detail: RunDetail,
  deployments: Observed<readonly Deployment[]>,
  target: Target,
): RunTarget {
  const traces = [
    ...detail.approvals.flatMap(({ environments }) => environments),
    ...detail.pending.map(({ environment }) => environment),
    ...(deployments.ok
      ? deployments.value.filter(({ runId }) => runId === run.id).map(({ environment }) => environment)
      : []),
  ];
  if (traces.some((one) => isSameEnvironment(one, target.environment))) return 'this';
  if (run.event === 'push') return target.gated ? 'other' : 'this';
  return traces.length > 0 ? 'other' : 'unknown';
}

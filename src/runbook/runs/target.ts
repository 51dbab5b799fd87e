/** Which environment a run of the deploy workflow was for. GitHub does not list a dispatch's inputs, so what it left behind tells it. */
import type { Deployment, Observed, RunDetail, WorkflowRun } from '../model/evidence.ts';
import type { Target } from '../model/runbook-config.ts';
import { isSameEnvironment } from './passage.ts';

/** `other`: not this target's environment; `unknown`: nothing that the run left behind tells. */
export type RunTarget = 'this' | 'other' | 'unknown';

/**
 * Told by the environments of its reviews, of its open gates and of its deployments: a run may have several. A push
 * deploys what needs no gate (runbook, workflow architecture), and something else only where it left a trace of it.
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

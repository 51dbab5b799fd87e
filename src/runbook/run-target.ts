/** Which environment a run of the deploy workflow was for. GitHub does not list a dispatch's inputs, so traces tell it. */
import type { Deployment, Observed, RunDetail, WorkflowRun } from './evidence.ts';
import type { Facts, Target } from './facts.ts';

/** `other`: surely not this target's environment; `unknown`: nothing that the run left behind tells. */
export type RunTarget = 'this' | 'other' | 'unknown';

/**
 * A push deploys staging (runbook, workflow architecture). A dispatch is told by the environments of its approvals and
 * open gates, by a deployment that names the run, or by a job's name that names a target's environment.
 */
export function runTarget(
  run: WorkflowRun,
  detail: RunDetail | undefined,
  deployments: Observed<readonly Deployment[]>,
  target: Target,
  facts: Facts,
): RunTarget {
  if (run.event === 'push') return target.gated ? 'other' : 'this';
  const traces = new Set([
    ...(detail?.approvals.flatMap(({ environments }) => environments) ?? []),
    ...(detail?.pending.map(({ environment }) => environment) ?? []),
    ...(deployments.ok
      ? deployments.value.filter(({ runId }) => runId === run.id).map(({ environment }) => environment)
      : []),
    ...(detail ? environmentsInJobNames(detail, facts) : []),
  ]);
  if (traces.size === 0) return 'unknown';
  return traces.has(target.environment) ? 'this' : 'other';
}

function environmentsInJobNames({ jobs }: RunDetail, facts: Facts): string[] {
  const names = facts.targets.map(({ environment }) => environment);
  return jobs.flatMap(({ name }) =>
    names.filter((environment) => name.split(/[\s(),/]+/).includes(environment)),
  );
}

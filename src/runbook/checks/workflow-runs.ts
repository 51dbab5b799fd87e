/** Step 4: the last runs of the deploy workflow, and where the last one for this target is. */
import { formatAgo } from '../age.ts';
import { type DeployRun, deployRuns } from '../deploy-runs.ts';
import { type Context, defineCheck, type Judgement, type Status } from '../diagnosis.ts';
import { type RunStage, rejection, stageWords } from '../run-stage.ts';

const STATUS: Record<RunStage, Status> = {
  queued: 'pass',
  checking: 'pass',
  at_gate: 'warn',
  waiting_other: 'warn',
  deploying: 'pass',
  succeeded: 'pass',
  deployed_nothing: 'warn',
  workflow_invalid: 'fail',
  freeze_check_failed: 'fail',
  rejected_at_gate: 'warn',
  gate_not_satisfied: 'warn',
  failed_before_gate: 'fail',
  failed_after_gate: 'fail',
  cancelled_before_gate: 'warn',
  cancelled_at_gate: 'warn',
  cancelled_while_deploying: 'fail',
};

export const workflowRunsCheck = defineCheck({
  id: 'workflow_runs',
  step: 4,
  title: 'CI workflow runs',
  byHand: {
    command:
      'gh run list --workflow=<workflow> --limit 10 --json event,conclusion,displayTitle | python3 -m json.tool',
    expect:
      'All "event": "push" → only staging has been deployed; production is untouched. Any "event": "workflow_dispatch" with "conclusion": "success" → production deploy succeeded at that time, if it was dispatched for production: its approvals and deployments tell.',
  },
  needs: ['runs', 'runDetails'],
  wants: ['deployments'],
  judge({ runs, runDetails, deployments }, context) {
    const { target, facts, now } = context;
    if (runs.length === 0) return { status: 'warn', summary: `${facts.github.deployWorkflow} has never run` };
    const known = deployRuns(runs, runDetails, deployments, target, facts);
    const details = known.slice(0, 5).map((one) => `${runWords(one, now)} ${stageWords(one.stage)}`);
    const unseen = deployments.ok ? [] : [`not seen: ${deployments.detail}`];
    return { ...judgeRuns(known, runs.length, context), details: [...details, ...unseen] };
  },
});

function judgeRuns(known: readonly DeployRun[], count: number, context: Context): Judgement {
  const { target, now } = context;
  const own = known.find((one) => one.target === 'this');
  const unclear = known.find((one) => one.target === 'unknown');
  // A newer run that does not say where it went stands before an older one that does: it may be ours.
  if (unclear && (!own || unclear.run.createdAt > own.run.createdAt)) {
    const before = own ? `; before it, ${runWords(own, now)} ${stageWords(own.stage)}` : '';
    const words = `${runWords(unclear, now)} ${stageWords(unclear.stage)}; GitHub does not say for which environment`;
    const status = STATUS[unclear.stage] === 'pass' ? 'warn' : STATUS[unclear.stage];
    return { status, summary: words + before };
  }
  if (own) return judgeOwn(own, context);
  if (target.gated) {
    const words = known.every(({ run }) => run.event === 'push')
      ? `The last ${count} runs are all pushes: only staging has been deployed, ${target.environment} is untouched`
      : `None of the last ${count} runs was for ${target.environment}`;
    return { status: 'warn', summary: words };
  }
  return { status: 'warn', summary: `None of the last ${count} runs was for ${target.environment}` };
}

function judgeOwn(own: DeployRun, { target, now }: Context): Judgement {
  const rejected = own.stage === 'rejected_at_gate' ? rejection(own.detail) : undefined;
  const by = rejected ? ` by ${rejected.by}${rejected.comment ? ` ("${rejected.comment}")` : ''}` : '';
  const unasked = target.gated && own.passedGate && own.approvedBy.length === 0;
  const asked = own.approvedBy.length > 0 ? `, approved by ${own.approvedBy.join(', ')}` : '';
  const words = unasked ? ', with nobody’s approval' : asked;
  const status = unasked && STATUS[own.stage] === 'pass' ? 'warn' : STATUS[own.stage];
  return { status, summary: `${runWords(own, now)} ${stageWords(own.stage)}${by}${words}` };
}

function runWords({ run }: DeployRun, now: number): string {
  const event = run.event === 'workflow_dispatch' ? 'dispatch' : run.event;
  return `run ${run.id} (${event}, ${run.sha.slice(0, 8)}, ${formatAgo(run.createdAt, now)})`;
}

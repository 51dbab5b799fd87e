/** Follows the run of a dispatch: from the first sighting through the gate to its end. */
import type { ActionEvidence, Look, Params, Progress, Sent, UnderWay, WriteRequest } from '../../action.ts';
import type { Context } from '../../diagnosis.ts';
import type { Dispatched, RunDetail, WorkflowRun } from '../../evidence.ts';
import { type RunStage, rejection, runStage, stageWords } from '../../run-stage.ts';
import { shortSha } from './shipment-words.ts';

export interface DeployParams extends Params {
  readonly app: string;
  readonly environment: string;
  readonly processType: string;
  readonly ref: string;
  /** The commit that is approved, and no other. */
  readonly sha: string;
  /** The release that ran before. */
  readonly fromVersion: number;
}

/** What is remembered of the run between two looks. */
export interface RunMemory extends Progress {
  readonly runId?: number;
  /** Our request to cancel it was sent. */
  readonly cancelled?: boolean;
  readonly stage?: string;
  readonly holds?: boolean;
  /** What was last seen of it, in words. */
  readonly lastSeen?: string;
  /** When the run was seen to have succeeded, milliseconds. */
  readonly runEndedAt?: number;
}

const AGAIN_MS = 4_000;
/** Somebody has to come and approve it: no hurry. */
const AGAIN_AT_GATE_MS = 15_000;

const BEFORE_GATE: ReadonlySet<RunStage> = new Set(['queued', 'checking', 'at_gate', 'waiting_other']);
/** Nothing reached Heroku. */
const NOTHING_SHIPPED: ReadonlySet<RunStage> = new Set([
  'deployed_nothing',
  'workflow_invalid',
  'freeze_check_failed',
  'rejected_at_gate',
  'gate_not_satisfied',
  'failed_before_gate',
  'cancelled_before_gate',
  'cancelled_at_gate',
]);

export function followRun(
  params: DeployParams,
  { dispatched }: ActionEvidence,
  { facts, target, now }: Context,
  { progress }: Sent,
): Look {
  const memory: RunMemory = progress;
  if (!dispatched.ok) return unread(memory, dispatched.detail);
  const found = dispatched.value;
  if (found.kind === 'none') return { seen: 'not_yet', words: 'no run of this dispatch is to be seen' };
  if (found.kind === 'several') return several(found);

  const { run, detail } = found;
  const stage = runStage(run, detail, facts.freeze.job);
  const words = `The run ${stageWords(stage)}.`;
  const seen: RunMemory = {
    ...memory,
    runId: run.id,
    words,
    lastSeen: words,
    lines: jobLines(detail),
    link: linkTo(run, stage),
  };
  if (run.sha !== params.sha) return wrongCommit(params, run, stage, seen);
  if (stage === 'succeeded') return underWay('run_succeeded', { ...seen, runEndedAt: now }, 1_000);
  if (run.status === 'completed') return ended(run, detail, stage);
  if (stage !== 'at_gate' && stage !== 'waiting_other') return underWay(stage, seen, AGAIN_MS);
  const unknownGate = target.gated ? '' : ' Its environment has a gate that the runbook file does not know.';
  return underWay(stage, { ...seen, words: `${words}${unknownGate}`, holds: false }, AGAIN_AT_GATE_MS);
}

function underWay(stage: string, progress: RunMemory, againIn: number): UnderWay {
  const holds = progress.holds ?? true;
  return { seen: 'under_way', stage, progress: { ...progress, holds }, holds, againIn };
}

/** A run that was seen once is not lost because GitHub cannot be read for a while. */
function unread(memory: RunMemory, why: string): Look {
  const { stage, lastSeen, runId } = memory;
  if (runId === undefined || stage === undefined) return { seen: 'not_yet', words: why };
  const words = `GitHub cannot be read now (${why}). Last seen: ${lastSeen ?? stage}`;
  return underWay(stage, { ...memory, words }, AGAIN_AT_GATE_MS);
}

/** A dispatch takes a branch: GitHub may have resolved a newer commit than the one that was approved. */
function wrongCommit(params: DeployParams, run: WorkflowRun, stage: RunStage, seen: RunMemory): Look {
  const which = `GitHub took ${shortSha(run.sha)}, and ${shortSha(params.sha)} was approved`;
  if (BEFORE_GATE.has(stage)) {
    const words = `${which}. It has not passed the gate: I cancel it. Should it go on: gh run cancel ${run.id}`;
    const look = underWay('cancelling', { ...seen, words, cancelled: true }, AGAIN_MS);
    return seen.cancelled === true ? look : { ...look, send: cancelOf(run) };
  }
  if (run.status !== 'completed') {
    const words = `${which}. It has passed the gate: it cannot be held any more.`;
    return underWay('wrong_commit', { ...seen, words }, AGAIN_MS);
  }
  const end = NOTHING_SHIPPED.has(stage)
    ? `The run ${stageWords(stage)}: nothing was deployed`
    : `The run ${stageWords(stage)}: look at what runs now, and roll back if need be`;
  return {
    seen: 'failed',
    words: `${which}. ${end}`,
    evidence: [run.url],
    next: NOTHING_SHIPPED.has(stage) ? ['deploy'] : ['rollback'],
  };
}

function cancelOf(run: WorkflowRun): WriteRequest {
  return { api: 'github', method: 'POST', path: `/actions/runs/${run.id}/cancel` };
}

function several({ runs }: Extract<Dispatched, { kind: 'several' }>): Look {
  return {
    seen: 'lost',
    words: `${runs.length} runs could be this one, and none is taken for it`,
    evidence: runs.map(({ url }) => url),
  };
}

function ended(run: WorkflowRun, detail: RunDetail, stage: RunStage): Look {
  const isNothing = NOTHING_SHIPPED.has(stage);
  const nothing = isNothing ? 'Nothing was deployed' : 'Whether a release was made, the releases tell';
  const no = stage === 'rejected_at_gate' ? rejection(detail) : undefined;
  const comment = !no || no.comment === '' ? '' : ` (“${no.comment}”)`;
  const by = no ? ` by ${no.by}${comment}` : '';
  return {
    seen: 'failed',
    words: `The run ${stageWords(stage)}${by}. ${nothing}`,
    evidence: [...jobLines(detail), run.url],
    next: isNothing ? [] : ['rollback'],
  };
}

function linkTo(run: WorkflowRun, stage: RunStage) {
  return { url: run.url, text: stage === 'at_gate' ? 'Approve it on GitHub' : 'The run on GitHub' };
}

/** A line each job and each of its steps that is not quietly done. */
function jobLines({ jobs }: RunDetail): string[] {
  return jobs.flatMap(({ name, status, conclusion, steps }) => [
    `${name}: ${state(status, conclusion)}`,
    ...steps.map((step) => `  ${step.name}: ${state(step.status, step.conclusion)}`),
  ]);
}

function state(status: string, conclusion: string | null): string {
  return (conclusion ?? status).replaceAll('_', ' ');
}

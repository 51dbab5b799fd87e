/** Follows the run of a dispatch: from the first sighting through the gate to its end. */
import type { ActionEvidence, Look, Params, Progress, Sent, UnderWay, WriteRequest } from '../../action.ts';
import { formatDuration } from '../../age.ts';
import type { Context } from '../../diagnosis.ts';
import { failedAfterGateDue } from '../../escalation.ts';
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
  /** The newest release before: what this deploy makes is newer. */
  readonly fromVersion: number;
}

/** What is remembered of the run between two looks. */
export interface RunMemory extends Progress {
  readonly runId?: number;
  readonly stage?: string;
  readonly holds?: boolean;
  /** What was last seen of it, in words. */
  readonly lastSeen?: string;
  /** Since when GitHub does not show it, milliseconds. */
  readonly unseenSince?: number;
  /** The end that was seen, and since when: GitHub's lists are behind, so it counts when it is still there later. */
  readonly end?: { readonly stage: RunStage; readonly attempt: number; readonly since: number };
  /** Our request to cancel it was called for, milliseconds. */
  readonly cancelledAt?: number;
  /** When the run was seen to have succeeded, milliseconds. */
  readonly runEndedAt?: number;
}

const AGAIN_MS = 4_000;
/** Somebody has to come and approve it: no hurry. */
const AGAIN_AT_GATE_MS = 15_000;
/** Jobs, approvals and runs are three lists, and each may be behind the others. */
const END_SEEN_FOR_MS = 5_000;
/** GitHub is away for longer than this: somebody has to look by hand, and the app is free for other changes. */
const UNSEEN_FOR_MS = 60 * 60_000;
/** A cancel takes seconds, a cleaning up of the workflow's own some more. */
const CANCEL_WITHIN_MS = 2 * 60_000;

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
  context: Context,
  { progress }: Sent,
): Look {
  const memory: RunMemory = progress;
  const { facts, target, now } = context;
  if (!dispatched.ok) return unseen(memory, dispatched.detail, now);
  const found = dispatched.value;
  if (found.kind === 'several') return several(found);
  if (found.kind === 'none') {
    if (memory.stage !== undefined)
      return unseen(memory, 'it is not there, or the token may not see it', now);
    return { seen: 'not_yet', words: 'no run of this dispatch is to be seen' };
  }

  const { run, detail } = found;
  const stage = runStage(run, detail, facts.freeze.job);
  const words = `The run ${stageWords(stage)}.`;
  const { unseenSince: _seenAgain, end: _before, ...remembered } = memory;
  const seen: RunMemory = {
    ...remembered,
    runId: run.id,
    words,
    lastSeen: words,
    lines: jobLines(detail),
    link: linkTo(run, stage),
  };
  const isOurs = run.sha === params.sha;
  if (run.status === 'completed' && !(isOurs && stage === 'succeeded')) {
    const end = endSeen(memory, run, stage, now);
    if (now - end.since < END_SEEN_FOR_MS)
      return underWay(memory.stage ?? 'checking', { ...seen, end }, END_SEEN_FOR_MS, memory.holds);
    return isOurs ? ended(run, detail, stage, context) : wrongCommitEnded(params, run, stage);
  }
  if (!isOurs) return wrongCommit(params, run, stage, seen, context);
  if (stage === 'succeeded') return underWay('run_succeeded', { ...seen, runEndedAt: now }, 1_000);
  if (stage !== 'at_gate' && stage !== 'waiting_other') return underWay(stage, seen, AGAIN_MS);
  const unknownGate = target.gated ? '' : ' Its environment has a gate that the runbook file does not know.';
  return underWay(stage, { ...seen, words: `${words}${unknownGate}` }, AGAIN_AT_GATE_MS, false);
}

/** `holds`: it keeps other changes of the app waiting. Only a run that waits for somebody at the gate does not. */
function underWay(stage: string, progress: RunMemory, againIn: number, holds = true): UnderWay {
  return { seen: 'under_way', stage, progress: { ...progress, holds }, holds, againIn };
}

function endSeen({ end }: RunMemory, { attempt }: WorkflowRun, stage: RunStage, now: number) {
  return end?.stage === stage && end.attempt === attempt ? end : { stage, attempt, since: now };
}

/** A run that is known is not lost because GitHub cannot be read for a while. */
function unseen(memory: RunMemory, why: string, now: number): Look {
  const { stage, lastSeen, runId, unseenSince = now } = memory;
  if (runId === undefined) return { seen: 'not_yet', words: why };
  const last = lastSeen === undefined ? '' : ` Last seen: ${lastSeen}`;
  if (now - unseenSince > UNSEEN_FOR_MS) {
    const words = `The run ${runId} could not be seen for ${formatDuration(UNSEEN_FOR_MS)} (${why}).${last} It may go on: look at it on GitHub`;
    return { seen: 'lost', words, evidence: memory.link ? [memory.link.url] : [] };
  }
  const words = `GitHub does not show the run ${runId} now (${why}).${last}`;
  return underWay(stage ?? 'begun', { ...memory, words, unseenSince }, AGAIN_AT_GATE_MS, memory.holds);
}

/** A dispatch takes a branch: GitHub may have resolved a newer commit than the one that was approved. */
function wrongCommit(
  params: DeployParams,
  run: WorkflowRun,
  stage: RunStage,
  seen: RunMemory,
  { target, now }: Context,
): Look {
  const which = wrongWords(params, run);
  if (!BEFORE_GATE.has(stage)) {
    const passed = target.gated ? 'It has passed the gate' : 'It deploys already';
    return underWay(
      'wrong_commit',
      { ...seen, words: `${which}. ${passed}: it cannot be held any more.` },
      AGAIN_MS,
    );
  }
  const byHand = `gh run cancel ${run.id}`;
  const { cancelledAt = now, sendFault } = seen;
  if (now - cancelledAt > CANCEL_WITHIN_MS) {
    const answer = sendFault === undefined ? '' : ` (${sendFault})`;
    const words = `${which}. My one request to cancel the run did not take effect${answer}: it still ${stageWords(stage)}. Do not let it through; cancel it: ${byHand}`;
    return { seen: 'lost', words, evidence: [run.url] };
  }
  const before = target.gated ? 'It has not passed the gate' : 'It has not begun to deploy';
  const fault = sendFault === undefined ? `Should it go on` : `The cancel did not get through (${sendFault})`;
  const words = `${which}. ${before}: I cancel it. ${fault}: ${byHand}`;
  const look = underWay('cancelling', { ...seen, words, cancelledAt }, AGAIN_MS);
  return seen.cancelledAt === undefined ? { ...look, send: cancelOf(run) } : look;
}

function wrongCommitEnded(params: DeployParams, run: WorkflowRun, stage: RunStage): Look {
  const isNothing = NOTHING_SHIPPED.has(stage);
  const end = isNothing ? 'nothing was deployed' : 'look at what runs now, and roll back if need be';
  return {
    seen: 'failed',
    words: `${wrongWords(params, run)}. The run ${stageWords(stage)}: ${end}`,
    evidence: [run.url],
    next: isNothing ? ['deploy'] : ['rollback'],
  };
}

function wrongWords({ sha }: DeployParams, run: WorkflowRun): string {
  return `GitHub took ${shortSha(run.sha)}, and ${shortSha(sha)} was approved`;
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

function ended(run: WorkflowRun, detail: RunDetail, stage: RunStage, { target, now }: Context): Look {
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
    ...(target.gated && stage === 'failed_after_gate' ? { due: failedAfterGateDue(run, now) } : {}),
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

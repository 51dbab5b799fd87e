/** Follows a dispatched run from its first appearance, through the gate, to its end. */

import { failedAfterGateDue } from '../../../diagnosis/escalation.ts';
import type { Progress } from '../../../model/action.ts';
import type { DeployParams } from '../../../model/action-params.ts';
import type { ActionEvidence, Look, Sent, UnderWay } from '../../../model/action-spec.ts';
import type { Dispatched } from '../../../model/dispatch.ts';
import type { WorkflowRun } from '../../../model/github.ts';
import type { RunbookContext } from '../../../model/terms.ts';
import type { WriteRequest } from '../../../model/write-request.ts';
import { jobLines, jobProgress } from '../../../runs/job-progress.ts';
import { isJob, isRunning } from '../../../runs/jobs.ts';
import { isSameEnvironment } from '../../../runs/passage.ts';
import { type RunReading, readRun } from '../../../runs/reading.ts';
import type { RunStage } from '../../../runs/stage.ts';
import { waitsFor, whereItStands } from '../../../runs/words.ts';
import { formatDuration } from '../../../text/time.ts';
import { shortSha } from './shipment-words.ts';

const AGAIN_MS = 4_000;
/** People watch the card while they approve, so it shows their approval within this time. */
const AGAIN_AT_GATE_MS = 5_000;
/** A run that has been waiting for longer than this may wait for hours, so it is looked at less often. */
const SOON_AT_GATE_MS = 10 * 60_000;
const AGAIN_LATER_AT_GATE_MS = 15_000;
const AGAIN_UNSEEN_MS = 15_000;
/** GitHub lists jobs, approvals and runs separately, and each list may lag behind the others. */
const END_SEEN_FOR_MS = 5_000;
/**
 * After GitHub has been unreadable for this long, someone has to check by hand, and the target is free for other
 * changes.
 */
const UNSEEN_FOR_MS = 60 * 60_000;
/** A cancel takes seconds, plus the workflow's own cleanup. */
const CANCEL_WITHIN_MS = 2 * 60_000;

/**
 * In these stages the run has passed the gate or is deploying. In any other stage a run of the wrong commit is
 * cancelled, whatever its jobs are called.
 */
const SURELY_DEPLOYING: ReadonlySet<RunStage> = new Set(['deploying', 'deployed_going_on', 'succeeded']);
/** In these stages the run has deployed to this environment. */
const DEPLOYED: ReadonlySet<RunStage> = new Set(['succeeded', 'deployed_going_on']);
/** In these stages nothing reached Heroku. */
const NOTHING_SHIPPED: ReadonlySet<RunStage> = new Set([
  'deployed_nothing',
  'skipped',
  'not_started',
  'workflow_invalid',
  'freeze_check_failed',
  'rejected_at_gate',
  'gate_not_satisfied',
  'cancelled_before_gate',
  'cancelled_at_gate',
]);

export function followRun(
  params: DeployParams,
  { dispatched, ...ahead }: ActionEvidence,
  context: RunbookContext,
  { progress }: Sent,
): Look {
  const memory: Progress = progress;
  const { target, now } = context;
  if (!dispatched.ok) return unseen(memory, dispatched.detail, now);
  const found = dispatched.value;
  if (found.kind === 'several') return several(found);
  if (found.kind === 'none') {
    if (memory.stage !== undefined) return unseen(memory, "it is gone, or the token can't see it", now);
    return { seen: 'not_yet', words: 'no run from this dispatch has appeared' };
  }

  const { run, detail } = found;
  const reading = readOwn(found, context);
  const { stage } = reading;
  const words = `Run ${run.id} ${queueWords(reading, ahead) ?? whereItStands(reading, context)}.`;
  const { unseenSince: _seenAgain, end: _before, ...remembered } = memory;
  const seen: Progress = {
    ...remembered,
    runId: run.id,
    words,
    lastSeen: words,
    jobs: jobProgress(detail),
    link: linkTo(run, stage),
  };
  const isOurs = run.sha === params.sha;
  const wentWell = isOurs && DEPLOYED.has(stage);
  if (run.status === 'completed') {
    const end = endSeen(memory, run, stage, now);
    const isClear = wentWell && detail.jobs.every(({ status }) => status === 'completed');
    if (!isClear && now - end.since < END_SEEN_FOR_MS)
      return underWay(memory.stage ?? 'checking', { ...seen, end }, END_SEEN_FOR_MS, memory.holds);
    if (!wentWell) return ended(params, reading, seen, context);
  }
  if (!isOurs) return wrongCommit(params, reading, seen, context);
  if (wentWell) return underWay('run_succeeded', { ...seen, runEndedAt: now }, 1_000, false);
  if (stage !== 'at_gate' && stage !== 'waiting_other')
    return underWay(stage, seen, AGAIN_MS, changesApp(reading, context));
  const isOwnGate = detail.pending.some((one) => isSameEnvironment(one.environment, target.environment));
  const unknownGate =
    isOwnGate && !target.gated ? ' Its environment has a gate that is not in the runbook file.' : '';
  const gateReviewers = detail.pending.flatMap(({ reviewers }) => reviewers);
  const atGate = { ...seen, words: `${words}${unknownGate}`, gateReviewers };
  // GitHub touches the run when it begins to wait.
  const againIn = now - run.updatedAt < SOON_AT_GATE_MS ? AGAIN_AT_GATE_MS : AGAIN_LATER_AT_GATE_MS;
  return underWay(stage, atGate, againIn, false);
}

/** The environment is known, because the bot dispatched the run itself. */
function readOwn(
  { run, detail, deployments }: Extract<Dispatched, { kind: 'found' }>,
  { target, facts }: RunbookContext,
): RunReading {
  return { ...readRun(run, detail, deployments, target, facts), target: 'this' };
}

/** `holds`: whether the action blocks other changes of the target. */
function underWay(stage: string, progress: Progress, againIn: number, holds = false): UnderWay {
  return { seen: 'under_way', stage, progress: { ...progress, holds }, holds, againIn };
}

type Ahead = Pick<ActionEvidence, 'runs' | 'runDetails'>;

const QUEUED: ReadonlySet<RunStage> = new Set(['queued', 'held']);

/** Names the runs ahead of a queued run, and what they are waiting for. Returns null when the run is not queued. */
function queueWords({ run, stage }: RunReading, { runs, runDetails }: Ahead): string | null {
  if (!QUEUED.has(stage) || !runs.ok) return null;
  const before = runs.value.filter((one) => one.status !== 'completed' && one.startedAt < run.startedAt);
  const names = before.map(({ id, status }) => {
    const detail = runDetails.ok ? runDetails.value.find(({ runId }) => runId === id) : undefined;
    const isAsking = detail?.pending.some(({ reviewers }) => reviewers.length > 0);
    return detail && isAsking
      ? `run ${id}, which is waiting for ${waitsFor({ detail })}`
      : `run ${id} (${status.replaceAll('_', ' ')})`;
  });
  return names.length === 0 ? null : `is queued behind ${names.join(' and ')}`;
}

function endSeen({ end }: Progress, { attempt }: WorkflowRun, stage: RunStage, now: number) {
  return end?.stage === stage && end.attempt === attempt ? end : { stage, attempt, since: now };
}

/** A run that was found is not lost just because GitHub cannot be read for a while. */
function unseen(memory: Progress, why: string, now: number): Look {
  const { stage, lastSeen, runId, unseenSince = now } = memory;
  if (runId === undefined) return { seen: 'not_yet', words: why };
  const last = lastSeen === undefined ? '' : ` Last seen: ${lastSeen}`;
  if (now - unseenSince > UNSEEN_FOR_MS) {
    const words = `Couldn't read run ${runId} for ${formatDuration(UNSEEN_FOR_MS)} (${why}).${last} It may still be running: check it on GitHub`;
    return { seen: 'lost', words, evidence: memory.link ? [memory.link.url] : [] };
  }
  const words = `GitHub is not showing run ${runId} now (${why}).${last}`;
  return underWay(stage ?? 'begun', { ...memory, words, unseenSince }, AGAIN_UNSEEN_MS, memory.holds);
}

/** A dispatch names a branch, so GitHub may have resolved it to a newer commit than the approved one. */
function wrongCommit(
  params: DeployParams,
  reading: RunReading,
  seen: Progress,
  context: RunbookContext,
): Look {
  const { run, stage } = reading;
  const { target, now } = context;
  const which = wrongWords(params, run);
  if (SURELY_DEPLOYING.has(stage)) {
    const passed = target.gated ? 'It has passed the gate' : 'It is already deploying';
    return underWay(
      'wrong_commit',
      { ...seen, words: `${which}. ${passed}: it can no longer be stopped.` },
      AGAIN_MS,
      changesApp(reading, context),
    );
  }
  const byHand = `gh run cancel ${run.id}`;
  const { cancelledAt = now, sendFault } = seen;
  if (now - cancelledAt > CANCEL_WITHIN_MS) {
    const answer = sendFault === undefined ? '' : ` (${sendFault})`;
    const words = `${which}. I tried once to cancel the run, but it didn't take effect${answer}: the run ${whereItStands(reading, context)}. Do not approve it; cancel it`;
    return { seen: 'lost', words, evidence: [run.url], manualCommand: byHand };
  }
  const before = target.gated ? 'It has not passed the gate' : 'It is not deploying yet';
  const fault =
    sendFault === undefined
      ? 'If it keeps running, cancel it yourself'
      : `The request failed (${sendFault}); cancel it yourself`;
  const words = `${which}. ${before}: I'm canceling it. ${fault}: ${byHand}`;
  const look = underWay('cancelling', { ...seen, words, cancelledAt }, AGAIN_MS);
  return seen.cancelledAt === undefined ? { ...look, send: cancelOf(run) } : look;
}

function wrongWords({ sha }: DeployParams, run: WorkflowRun): string {
  return `GitHub started ${shortSha(run.sha)}, but ${shortSha(sha)} was approved`;
}

function cancelOf(run: WorkflowRun): WriteRequest {
  return { api: 'github', method: 'POST', path: `/actions/runs/${run.id}/cancel` };
}

function several({ runs }: Extract<Dispatched, { kind: 'several' }>): Look {
  return {
    seen: 'lost',
    words: `${runs.length} runs could be this one, so none was picked`,
    evidence: runs.map(({ url }) => url),
  };
}

/** If anything may have reached Heroku, the releases are checked before the run counts as failed. */
function ended(params: DeployParams, reading: RunReading, seen: Progress, context: RunbookContext): Look {
  const { run, detail, stage } = reading;
  const isOurs = run.sha === params.sha;
  const how = `The run ${whereItStands(reading, context)}`;
  const words = isOurs ? how : `${wrongWords(params, run)}. ${how}`;
  const evidence = isOurs ? [...jobLines(jobProgress(detail)), run.url] : [run.url];
  if (NOTHING_SHIPPED.has(stage))
    return {
      seen: 'failed',
      words: `${words}. Nothing was deployed`,
      evidence,
      next: isOurs ? [] : ['deploy'],
    };
  const progress = { ...seen, runEndedAt: context.now, failure: { words, evidence } };
  const look = underWay('run_failed', progress, 1_000);
  const isPastGate = context.target.gated && stage === 'failed_after_gate';
  return isPastGate ? { ...look, due: failedAfterGateDue(reading, context.now) } : look;
}

/**
 * Returns true while the deploy job runs. A run that is queued, in its checks, or held by the gate or a timer has
 * changed nothing yet.
 */
function changesApp({ stage, detail }: RunReading, { target, facts }: RunbookContext): boolean {
  if (stage === 'deploying') return true;
  // Without a gate, the deploy job may name no environment.
  const isAtWork = detail.jobs.some((job) => isRunning(job) && !isJob(job, facts.freeze.job));
  return !target.gated && stage === 'checking' && isAtWork;
}

function linkTo(run: WorkflowRun, stage: RunStage) {
  return { url: run.url, text: stage === 'at_gate' ? 'Approve it on GitHub' : 'The run on GitHub' };
}

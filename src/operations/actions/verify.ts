/** Checks whether a sent action took effect. The result is observed, never assumed, and nothing is sent again. */

import { isDeepStrictEqual } from 'node:util';
import { lastDynoChange } from '../../runbook/actions/kinds/up-and-answering.ts';
import { type Action, type ManualCommand, type Outcome, outcomeOf } from '../../runbook/model/action.ts';
import type { ActionEvidence, Look, UnderWay } from '../../runbook/model/action-spec.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { ActionKind, RunbookContext } from '../../runbook/model/terms.ts';
import type { WriteRequest } from '../../runbook/model/write-request.ts';
import { jobLines } from '../../runbook/runs/job-progress.ts';
import { formatInstant, formatLimit } from '../../runbook/text/time.ts';
import { annotateDeploys } from './annotate-deploys.ts';
import { collectActionEvidence } from './collect-evidence.ts';
import type { ExecutionContext } from './context.ts';
import { type ActionSubject, aboutAction, findSubject, NOT_NAMED } from './subject.ts';

const LOOK_EVERY_MS = 2_000;
/** Checking an unanswered write stops after this many looks, over this long, that show an unchanged state. */
const UNCHANGED_LOOKS = 3;
const UNCHANGED_MS = 15_000;

/** Returns the milliseconds until the next look. Returns null when the action has ended, or is not `executing`. */
export async function verify(context: ExecutionContext, id: string): Promise<number | null> {
  const { actionStore, facts, now } = context;
  const action = await actionStore.find(id);
  if (action?.state !== 'executing') return null;
  const subject = findSubject(action, facts);
  if (!subject) return end(context, action, 'lose', outcomeOf(NOT_NAMED));
  const { spec, target } = subject;
  const about = await aboutAction(action, facts, actionStore);
  const evidence = await collectActionEvidence(context, target, spec.looksAt(action.progress), about);
  const runbookContext: RunbookContext = { now: now(), target, facts };
  const sent = { id, at: action.sentAt ?? now(), progress: action.progress };
  const look = spec.look(action.params, evidence, runbookContext, sent);
  return follow(context, action, look, subject, evidence);
}

async function follow(
  context: ExecutionContext,
  action: Action,
  look: Look,
  subject: ActionSubject,
  evidence: ActionEvidence,
): Promise<number | null> {
  switch (look.seen) {
    case 'done':
      return succeed(context, action, look, subject, evidence);
    case 'failed': {
      // The action took effect and went wrong, so the same command would do the same again.
      const { evidence: seen, next = [] } = look;
      return end(context, action, 'fail', outcomeOf(`${look.words}.`, { evidence: seen, next }));
    }
    case 'lost': {
      const { evidence: seen, next = [], manualCommand = null } = look;
      const words = `${look.words}; I will not send it again.`;
      return end(context, action, 'lose', outcomeOf(words, { evidence: seen, next, manualCommand }));
    }
    case 'under_way':
      return goOn(context, action, look);
    case 'not_yet':
      return waitOn(context, action, look, subject);
  }
}

/** Handles a look that is not conclusive. The card shows what is seen until the effect shows, or time runs out. */
async function waitOn(
  context: ExecutionContext,
  action: Action,
  look: Extract<Look, { seen: 'not_yet' }>,
  { spec }: ActionSubject,
): Promise<number | null> {
  const { actionStore, now } = context;
  const { withinMs, safeToRepeat } = spec;
  const byHand = safeToRepeat ? action.plan.byHand : null;
  const unchanged = unchangedSince(action, look, now());
  if (unchanged && unchanged.looks >= UNCHANGED_LOOKS && now() - unchanged.since >= UNCHANGED_MS)
    return end(context, action, 'lose', untaken(action, look.words, byHand));
  if (now() - (action.sentAt ?? 0) > withinMs)
    return end(context, action, 'time_out', unseen(action, look.words, withinMs, byHand));
  const { unchanged: _before, ...kept } = action.progress;
  const progress = {
    ...kept,
    ...(unchanged ? { unchanged } : {}),
    words: waitingWords(action, look.words),
  };
  if (!isDeepStrictEqual(progress, action.progress))
    await actionStore.keepProgress(action.id, action.revision, progress);
  return LOOK_EVERY_MS;
}

async function succeed(
  context: ExecutionContext,
  action: Action,
  { words, evidence: seen, isIdle, undo }: Extract<Look, { seen: 'done' }>,
  { spec, target }: ActionSubject,
  { dynos }: ActionEvidence,
): Promise<number | null> {
  const { actionStore, now } = context;
  const aftercare = isIdle ? undefined : spec.aftercare;
  const next: readonly ActionKind[] = isIdle ? ['restore'] : spec.next;
  const change = dynos.ok ? { dynoChange: lastDynoChange(dynos.value, target.processType) } : {};
  const moved = await actionStore.move(action.id, {
    ...asRead(context, action),
    name: 'succeed',
    outcome: outcomeOf(`${words}.`, { evidence: seen, next, undo }),
    progress: { ...action.progress, ...change },
    watchUntil: aftercare ? now() + aftercare.forMs : null,
  });
  if (moved) await annotateDeploys(moved, context);
  return ended(context, moved);
}

/** A new stage adds a line to the audit and the thread. Changes within a stage only redraw the card. */
async function goOn(
  context: ExecutionContext,
  action: Action,
  { stage, holds, againIn, send, due, ...look }: UnderWay,
): Promise<number> {
  const { actionStore } = context;
  const progress = { ...look.progress, stage };
  if (stage === action.progress.stage) {
    const isNew = !isDeepStrictEqual(progress, action.progress);
    const kept = isNew ? await actionStore.keepProgress(action.id, action.revision, progress) : action;
    // Another change may have been holding the target when this stage began.
    if (kept && kept.holds !== holds) await actionStore.hold(kept.id, kept.revision, holds);
    return againIn;
  }
  const moved = await actionStore.move(action.id, {
    ...asRead(context, action),
    name: 'advance',
    stage,
    progress,
    holds,
  });
  // Only the process that moved the row sends the request, so it is sent once. The next look sees the result.
  if (moved && send) await sendOnTheWay(context, moved, send);
  if (moved && due) await context.ended?.({ action: moved, due, evidence: jobLines(progress.jobs ?? []) });
  return againIn;
}

async function sendOnTheWay(
  { actionStore, write }: ExecutionContext,
  { id, revision, progress }: Action,
  request: WriteRequest,
): Promise<void> {
  const result = await write(request);
  if (result.kind === 'done') return;
  await actionStore.keepProgress(id, revision, { ...progress, sendFault: result.words });
}

async function end(
  context: ExecutionContext,
  action: Action,
  name: 'fail' | 'lose' | 'time_out',
  outcome: Outcome,
): Promise<number | null> {
  return ended(
    context,
    await context.actionStore.move(action.id, { ...asRead(context, action), name, outcome }),
  );
}

function asRead({ now }: ExecutionContext, { revision }: Action) {
  return { revision, at: now() };
}

/** Without `moved`, someone else has moved the row in the meantime, so the action is looked at again. */
async function ended(context: ExecutionContext, moved: Action | null): Promise<number | null> {
  if (!moved) return LOOK_EVERY_MS;
  await context.ended?.({ action: moved, due: null, evidence: [] });
  return null;
}

/**
 * Counts unchanged looks only while the write is unanswered: an accepted request is on its way, however long that
 * takes.
 */
function unchangedSince(
  { progress }: Action,
  look: Extract<Look, { seen: 'not_yet' }>,
  now: Instant,
): Action['progress']['unchanged'] {
  if (progress.answered !== false || !look.unchanged) return undefined;
  const { since, looks } = progress.unchanged ?? { since: now, looks: 0 };
  return { since, looks: Math.min(looks + 1, UNCHANGED_LOOKS) };
}

function waitingWords({ progress }: Action, seen: string): string {
  if (progress.answered === true) return `Accepted; now: ${seen}.`;
  const why = progress.noAnswer === undefined ? '' : ` (${progress.noAnswer})`;
  return `No clear response${why}; now: ${seen}.`;
}

function sentWords({ progress, sentAt }: Action): string {
  const at = formatInstant(sentAt ?? 0);
  return progress.answered === true
    ? `The request was accepted at ${at}`
    : `The request sent at ${at} got no clear response`;
}

/** The outcome of an action of which nothing has begun. */
function untaken(action: Action, seen: string, manualCommand: ManualCommand): Outcome {
  const words = `${sentWords(action)}, but ${formatLimit(UNCHANGED_MS)} later nothing had changed: ${seen}; I will not send it again. Propose it again, or run the command by hand.`;
  return { words, evidence: [seen], next: [action.kind], manualCommand };
}

function unseen(action: Action, seen: string, withinMs: number, manualCommand: ManualCommand): Outcome {
  const words = `${sentWords(action)}, but I saw no effect within ${formatLimit(withinMs)} (${seen}); I will not send it again.`;
  return { words, evidence: [seen], next: manualCommand === null ? [] : [action.kind], manualCommand };
}

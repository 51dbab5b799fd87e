/** Looks whether what was sent took effect: what happened is observed, never assumed, and nothing is sent again. */
import { isDeepStrictEqual } from 'node:util';
import { lastDynoChange } from '../../runbook/actions/kinds/up-and-answering.ts';
import type {
  Action,
  ActionEvidence,
  Look,
  ManualCommand,
  Outcome,
  UnderWay,
  WriteRequest,
} from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { ActionKind, Context } from '../../runbook/model/terms.ts';
import { jobLines } from '../../runbook/runs/job-progress.ts';
import { formatInstant, formatLimit } from '../../runbook/text/time.ts';
import type { ExecutionContext } from './context.ts';
import { type ActionSubject, aboutAction, findSubject, NOT_NAMED } from './subject.ts';
import { tellDeploys } from './tell-deploys.ts';

/** `again`: a job of later goes on with it; `once`: somebody else does. */
export type Again = 'again' | 'once';

const LOOK_EVERY_MS = 2_000;
/** A write without an answer that left the world as it was, at so many looks over so long, is not on its way any more. */
const UNCHANGED_LOOKS = 3;
const UNCHANGED_MS = 15_000;

/** Does nothing for an action that is not `executing`. */
export async function verify(context: ExecutionContext, id: string, again: Again): Promise<void> {
  const { actionStore, facts, now, collectEvidence } = context;
  const action = await actionStore.find(id);
  if (action?.state !== 'executing') return;
  const subject = findSubject(action, facts);
  if (!subject) {
    const outcome = { words: NOT_NAMED, evidence: [], next: [], manualCommand: null };
    await end(context, action, 'lose', outcome);
    return;
  }
  const { spec, target } = subject;
  const about = await aboutAction(action, facts, actionStore);
  const evidence = await collectEvidence(target, spec.looksAt(action.progress), about);
  const specContext: Context = { now: now(), target, facts };
  const sent = { id, at: action.sentAt ?? now(), progress: action.progress };
  const look = spec.look(action.params, evidence, specContext, sent);
  const againIn = await follow(context, action, look, subject, evidence);
  // Should this process end before: its job is not done yet, and another one takes it up.
  if (againIn !== null && again === 'again') await actionStore.lookAgain(id, 'verify', now() + againIn);
}

/** Milliseconds until the next look; null: it has ended. */
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
      // It took effect and went wrong: the same command would do the same again.
      const outcome = { evidence: look.evidence, next: look.next ?? [], manualCommand: null };
      return end(context, action, 'fail', { words: `${look.words}.`, ...outcome });
    }
    case 'lost': {
      const { evidence: seen, next = [], manualCommand = null } = look;
      const words = `Not confirmed. ${look.words}. It is not sent again.`;
      return end(context, action, 'lose', { words, evidence: seen, next, manualCommand });
    }
    case 'under_way':
      return goOn(context, action, look);
    case 'not_yet':
      return waitOn(context, action, look, subject);
  }
}

/** Nothing to tell from yet: what is seen stands on the card meanwhile, until the world or the clock has told. */
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
    outcome: { words: `${words}.`, evidence: seen, next, manualCommand: null, undo },
    progress: { ...action.progress, ...change },
    watchUntil: aftercare ? now() + aftercare.forMs : null,
  });
  if (moved) await tellDeploys(moved, context);
  return ended(context, moved);
}

/** A new stage is a line in the audit and in the thread; what changes within a stage is only drawn. */
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
    // The target may have been another change's when this stage began.
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
  // Whoever moved the row sends, once; what comes of it is seen at the next look.
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

/** Somebody else has moved the row meanwhile: it is looked at anew. */
async function ended(context: ExecutionContext, moved: Action | null): Promise<number | null> {
  if (!moved) return LOOK_EVERY_MS;
  await context.ended?.({ action: moved, due: null, evidence: [] });
  return null;
}

/** Counted only while no answer came: one that was taken is on its way, however long that takes. */
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
  if (progress.answered === true) return `Accepted. Now: ${seen}.`;
  const why = progress.noAnswer === undefined ? '' : ` (${progress.noAnswer})`;
  return `No clear answer came${why}. Now: ${seen}.`;
}

function sentWords({ progress, sentAt }: Action): string {
  const sent = progress.answered === true ? 'was accepted' : 'was sent, and no clear answer came';
  return `Not confirmed. The request ${sent} at ${formatInstant(sentAt ?? 0)}`;
}

/** The world has told: nothing of it has begun. */
function untaken(action: Action, seen: string, manualCommand: ManualCommand): Outcome {
  const words = `${sentWords(action)}. ${upper(formatLimit(UNCHANGED_MS))} later nothing has changed: ${seen}. It is not sent again. Propose it again, or do it by hand.`;
  return { words, evidence: [seen], next: [action.kind], manualCommand };
}

function unseen(action: Action, seen: string, withinMs: number, manualCommand: ManualCommand): Outcome {
  const words = `${sentWords(action)}; within ${formatLimit(withinMs)} it was not seen to take effect: ${seen}. It is not sent again.`;
  return { words, evidence: [seen], next: manualCommand === null ? [] : [action.kind], manualCommand };
}

function upper(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

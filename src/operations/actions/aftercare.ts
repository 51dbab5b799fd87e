/** Checks whether an action holds after it succeeded, or turns bad (runbook, "Verification"). */

import type { Action, Aftermath } from '../../runbook/model/action.ts';
import type { AfterLook } from '../../runbook/model/action-spec.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { formatDuration } from '../../runbook/text/time.ts';
import { collectActionEvidence } from './collect-evidence.ts';
import type { ExecutionContext } from './context.ts';
import { findSubject, NOT_NAMED, useOf } from './subject.ts';

const CARE_EVERY_MS = 10_000;

/** Returns the milliseconds until the next look, or null when the action is no longer watched. */
export async function care(context: ExecutionContext, id: string): Promise<number | null> {
  const { actionStore, facts, now } = context;
  const action = await actionStore.find(id);
  if (action?.state !== 'succeeded' || action.watchUntil === null || action.aftermath) return null;
  const subject = findSubject(action, facts);
  const aftercare = subject?.spec.aftercare;
  if (!subject || !aftercare) return close(context, action, 'unwatched', NOT_NAMED, []);
  const other = await actionStore.changeAfter(action);
  if (other) {
    const words = `Stopped watching early: another change started (${other.plan.title}).`;
    return close(context, action, 'unwatched', words, []);
  }
  const { target } = subject;
  const evidence = await collectActionEvidence(context, target, aftercare.looksAt, {
    ref: facts.github.ref,
    use: useOf(action.kind),
    trace: null,
  });
  const since = action.progress.dynoChange ?? 0;
  const look = aftercare.look(action.params, evidence, { now: now(), target, facts }, since);
  return judge(context, action, look, aftercare.next);
}

async function judge(
  context: ExecutionContext,
  action: Action,
  look: AfterLook,
  next: readonly ActionKind[],
): Promise<number | null> {
  const { actionStore, now } = context;
  const since = formatDuration(now() - (action.endedAt ?? now()));
  const { watchUntil, progress, revision } = action;
  if (look.seen === 'bad' && (look.surely || progress.doubted === true))
    return close(
      context,
      action,
      'turned_bad',
      `Started failing ${since} after it was done: ${look.words}.`,
      next,
    );
  if (look.seen === 'over')
    return close(context, action, 'unwatched', `Stopped watching early: ${look.words}.`, []);
  const isOver = now() >= (watchUntil ?? 0);
  if (isOver && look.seen === 'well')
    return close(context, action, 'held', `It has held for ${since} without a restart: ${look.words}.`, []);
  if (isOver && look.seen === 'unknown')
    return close(context, action, 'unwatched', `Can't tell whether it held: ${look.words}.`, []);
  const doubted = look.seen === 'bad';
  // One look is not proof, so the next look decides.
  if (doubted !== (progress.doubted === true))
    await actionStore.keepProgress(action.id, revision, { ...progress, doubted });
  return CARE_EVERY_MS;
}

async function close(
  { actionStore, now }: ExecutionContext,
  action: Action,
  kind: Aftermath['kind'],
  words: string,
  next: readonly ActionKind[],
): Promise<null> {
  const at = now();
  const aftermath = { kind, words, at, next };
  await actionStore.move(action.id, { name: 'close_aftercare', revision: action.revision, at, aftermath });
  return null;
}

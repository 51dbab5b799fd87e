/** Takes care of what a dead process left behind. It sends nothing again, and only checks what happened. */

import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { care } from './aftercare.ts';
import type { ExecutionContext } from './context.ts';
import { APPROVED_FOR_MS, execute, noteAnswer } from './execute.ts';
import { expire } from './expire.ts';
import { findSubject } from './subject.ts';
import { verify } from './verify.ts';

/** This is longer than any write may take, so after it no process is still waiting for the response. */
const WRITE_MS = 25_000;
/** This is longer than the time between two looks of the aftercare. */
const CARE_LATE_MS = 60_000;
/**
 * If a target is in no runbook file, any process ends its actions this long after they are due: as unknown, and without
 * a request.
 */
const UNNAMED_MS = 10 * 60_000;

export interface Whose {
  /** Returns true if this process may send an approved action while the approval is fresh. */
  sends(action: Action): boolean;
  /** True when no other process uses this ledger. */
  readonly isAlone: boolean;
}

/** With `target`, covers only that target; otherwise all targets in the runbook file. */
export async function recover(context: ExecutionContext, whose: Whose, target?: string): Promise<void> {
  const { actionStore, facts, now } = context;
  const isAsked = (action: Action) => target === undefined || action.target === target;
  const failures: unknown[] = [];
  // If one action fails, the actions after it are still taken care of.
  const each = async (actions: readonly Action[], work: (action: Action) => Promise<void>) => {
    for (const action of actions) await work(action).catch((error: unknown) => failures.push(error));
  };
  await each(await actionStore.open(), async (action) => {
    if (!findSubject(action, facts)) await endUnnamed(context, action);
    else if (isAsked(action)) await goOn(context, whose, action);
  });
  await each(await actionStore.unwatched(now() - CARE_LATE_MS), async (action) => {
    const isOurs = findSubject(action, facts)
      ? isAsked(action)
      : now() - (action.watchUntil ?? 0) > UNNAMED_MS;
    if (isOurs) await care(context, action.id);
  });
  if (failures.length > 0) throw failures[0];
}

async function goOn(context: ExecutionContext, { sends, isAlone }: Whose, action: Action): Promise<void> {
  if (action.state === 'proposed') await expire(context, action.id);
  // An action that is younger than a minute and still applies is sent. Any other is superseded, because it was
  // certainly not sent.
  const isStale = context.now() - (action.decidedAt ?? 0) > APPROVED_FOR_MS;
  if (action.state === 'approved' && (sends(action) || isStale)) await execute(context, action.id);
  if (action.state === 'executing') await takeUp(context, action, isAlone);
}

/**
 * Leaves an action alone while another process may still be sending it. After that, only checks what happened to it.
 */
async function takeUp(context: ExecutionContext, action: Action, isAlone: boolean): Promise<void> {
  const age = context.now() - (action.sentAt ?? 0);
  const { writesWithinMs = WRITE_MS, withinMs } = actionSpec(action.kind);
  // The process that sent the action has reported that it stopped looking, or cannot be running, so this one looks now.
  const isLeft = action.progress.left === true || isAlone;
  if (isLeft && action.progress.answered !== undefined) {
    await verify(context, action.id);
    return;
  }
  if (age <= writesWithinMs && !isAlone) return;
  if (action.progress.answered === undefined) {
    const words = 'the process that sent it ended before the response came';
    return noteAnswer(context, action, { result: { kind: 'unknown', words }, taken: 0 });
  }
  // The action's own jobs look more often. This is only in case they are lost.
  if (age > writesWithinMs + withinMs) await verify(context, action.id);
}

/**
 * Another process may have the target in its runbook file and take care of the action. Only when the action is long
 * overdue can there be no such process.
 */
async function endUnnamed(context: ExecutionContext, action: Action): Promise<void> {
  const { writesWithinMs = WRITE_MS, withinMs } = actionSpec(action.kind);
  const isLate = (at: Instant | null, ms: number) => context.now() - (at ?? 0) > ms + UNNAMED_MS;
  if (action.state === 'proposed' && isLate(action.expiresAt, 0)) await expire(context, action.id);
  if (action.state === 'approved' && isLate(action.decidedAt, APPROVED_FOR_MS))
    await execute(context, action.id);
  if (action.state === 'executing' && isLate(action.sentAt, writesWithinMs + withinMs))
    await verify(context, action.id);
}

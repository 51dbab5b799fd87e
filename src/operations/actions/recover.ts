/** What a process left behind that is gone: never executed again, only looked at. */

import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import { care } from './aftercare.ts';
import type { ExecutionContext } from './context.ts';
import { APPROVED_FOR_MS, execute, noteAnswer } from './execute.ts';
import { expire } from './expire.ts';
import { findSubject } from './subject.ts';
import { verify } from './verify.ts';

/** Longer than any write may take: after that no process is at it any more. */
const WRITE_MS = 25_000;
/** Longer than two looks of a watch are apart. */
const CARE_LATE_MS = 60_000;
/** So long after its time, what no process here names is ended by any: as not known, and without a request. */
const UNNAMED_MS = 10 * 60_000;

export interface Whose {
  /** Whether an approved action is this process' to send while it is young. */
  sends(action: Action): boolean;
  /** No other process works on this ledger. */
  readonly isAlone: boolean;
}

/** `target`: only of this one; else of all that the runbook file names. */
export async function recover(context: ExecutionContext, whose: Whose, target?: string): Promise<void> {
  const { actionStore, facts, now } = context;
  const isAsked = (action: Action) => target === undefined || action.target === target;
  const failures: unknown[] = [];
  // One that fails keeps none behind it from being looked after.
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
  // Younger than a minute and still applicable it goes on; else it is superseded: surely not sent.
  const isStale = context.now() - (action.decidedAt ?? 0) > APPROVED_FOR_MS;
  if (action.state === 'approved' && (sends(action) || isStale)) await execute(context, action.id);
  if (action.state === 'executing') await takeUp(context, action, isAlone);
}

/** Of another process that may be at it still, nothing is taken; of one that is gone, the looking only. */
async function takeUp(context: ExecutionContext, action: Action, isAlone: boolean): Promise<void> {
  const age = context.now() - (action.sentAt ?? 0);
  const { writesWithinMs = WRITE_MS, withinMs } = actionSpec(action.kind);
  // Who sent it said that nobody looks any more, or cannot be there: it is looked at now.
  const isLeft = action.progress.left === true || isAlone;
  if (isLeft && action.progress.answered !== undefined) {
    await verify(context, action.id);
    return;
  }
  if (age <= writesWithinMs && !isAlone) return;
  if (action.progress.answered === undefined) {
    const words = 'the process that sent it ended before the answer came';
    return noteAnswer(context, action, { result: { kind: 'unknown', words }, taken: 0 });
  }
  // Its own jobs look more often; this is for the case that they are gone.
  if (age > writesWithinMs + withinMs) await verify(context, action.id);
}

/** Another process may name its target, and does what is to be done: only when that is long overdue, nobody does. */
async function endUnnamed(context: ExecutionContext, action: Action): Promise<void> {
  const { writesWithinMs = WRITE_MS, withinMs } = actionSpec(action.kind);
  const isLate = (at: Instant | null, ms: number) => context.now() - (at ?? 0) > ms + UNNAMED_MS;
  if (action.state === 'proposed' && isLate(action.expiresAt, 0)) await expire(context, action.id);
  if (action.state === 'approved' && isLate(action.decidedAt, APPROVED_FOR_MS))
    await execute(context, action.id);
  if (action.state === 'executing' && isLate(action.sentAt, writesWithinMs + withinMs))
    await verify(context, action.id);
}

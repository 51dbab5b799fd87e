/**
 * Sends an approved action once: it checks the current state again, moves the row first, and only then sends the
 * request.
 */

import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import { lastDynoChange } from '../../runbook/actions/kinds/up-and-answering.ts';
import { type Action, type Outcome, outcomeOf } from '../../runbook/model/action.ts';
import type { ActionEvidence } from '../../runbook/model/action-spec.ts';
import type { RunbookContext } from '../../runbook/model/terms.ts';
import type { WriteRequest, WriteResult } from '../../runbook/model/write-request.ts';
import { collectActionEvidence } from './collect-evidence.ts';
import type { ExecutionContext } from './context.ts';
import { aboutAction, findSubject, NOT_NAMED } from './subject.ts';

/** An approval is carried out within this time or not at all, because the app's state changes. */
export const APPROVED_FOR_MS = 60_000;
/**
 * A process that stalls for longer than this after deciding to send does not send, because another process may have
 * taken over.
 */
const FENCE_MS = 5_000;
const LATE = 'It was not sent within a minute of its approval.';

/** The result of an action's last request, and the number of requests that were accepted before it. */
export interface Sending {
  readonly result: WriteResult;
  readonly taken: number;
}

/** Sends an approved action, once; does nothing for any other. */
export async function execute(context: ExecutionContext, id: string): Promise<void> {
  const { actionStore, facts, now, interrupted } = context;
  const action = await actionStore.find(id);
  if (action?.state !== 'approved') return;
  const subject = findSubject(action, facts);
  if (!subject) return supersede(context, action, NOT_NAMED, { evidence: [], manualCommand: null });
  const { spec, target } = subject;
  const isStale = () => now() - (action.decidedAt ?? 0) > APPROVED_FOR_MS;
  const late = { evidence: [], manualCommand: spec.safeToRepeat ? action.plan.byHand : null };
  if (isStale()) return supersede(context, action, LATE, late);
  const evidence = await collectActionEvidence(
    context,
    target,
    spec.needs,
    await aboutAction(action, facts, actionStore),
  );
  const runbookContext: RunbookContext = { now: now(), target, facts };
  const applies = spec.stillApplies(action.params, evidence, runbookContext);
  if (!applies.ok)
    return supersede(context, action, `It no longer applies: ${applies.words}.`, {
      evidence: applies.evidence ?? [],
      manualCommand: applies.fitsByHand ? action.plan.byHand : null,
    });
  if (isStale()) return supersede(context, action, LATE, late);
  const requests = spec.requests(action.params, runbookContext, id);
  if (interrupted?.aborted) return interrupt(context, action);
  // From here on the request may have been sent. If this process dies now, other processes only check the result, and
  // never send it again.
  const progress = clocksOf(evidence, target.processType);
  const moved = await actionStore.move(id, { name: 'send', at: now(), progress });
  if (!moved) return;
  const stoodStill = now() - (moved.sentAt ?? now());
  if (stoodStill > FENCE_MS) return holdBack(context, moved, stoodStill);
  await noteAnswer(context, moved, await send(context, requests));
}

async function send({ write }: ExecutionContext, requests: readonly WriteRequest[]): Promise<Sending> {
  let result: WriteResult = { kind: 'done', body: undefined };
  for (const [taken, request] of requests.entries()) {
    result = await write(request);
    if (result.kind !== 'done') return { result, taken };
  }
  return { result, taken: requests.length };
}

/** Records the response, and enqueues the verification in the same transaction. */
export async function noteAnswer(
  { actionStore, now }: ExecutionContext,
  action: Action,
  { result, taken }: Sending,
): Promise<void> {
  const read = { revision: action.revision, at: now() };
  const spec = actionSpec(action.kind);
  if (result.kind === 'refused') {
    const after = spec.whenRefused ?? 'Nothing was changed.';
    const which = taken === 0 ? `Refused: ${result.words}. ${after}` : partly(taken, result.words);
    const outcome = outcomeOf(which, { manualCommand: action.plan.byHand });
    await actionStore.move(action.id, { ...read, name: 'refuse', outcome });
    return;
  }
  if (result.kind === 'unknown') {
    const { words } = result;
    const waiting = { words: `No clear response (${words}); checking the result.`, noAnswer: words };
    const progress = { ...action.progress, answered: false, ...waiting };
    await actionStore.move(action.id, { ...read, name: 'miss_answer', progress, words });
    return;
  }
  const progress = { ...action.progress, ...spec.learn?.(result.body), answered: true };
  await actionStore.move(action.id, { ...read, name: 'accept', progress });
}

async function holdBack(
  { actionStore, now }: ExecutionContext,
  action: Action,
  stoodStill: number,
): Promise<void> {
  const words = `Not sent: this process stalled for ${Math.round(stoodStill / 1000)} s just before sending. Nothing was changed. Propose it again.`;
  const outcome = outcomeOf(words, { next: [action.kind], manualCommand: action.plan.byHand });
  await actionStore.move(action.id, { name: 'hold_back', at: now(), outcome });
}

/** The row never becomes `executing`, so nothing is sent. */
async function interrupt({ actionStore, now }: ExecutionContext, { id, askedBy }: Action): Promise<void> {
  const outcome = outcomeOf('Interrupted before it was sent. Nothing was changed.');
  await actionStore.move(id, { name: 'interrupt', who: askedBy, at: now(), outcome });
}

async function supersede(
  { actionStore, now }: ExecutionContext,
  action: Action,
  words: string,
  more: Pick<Outcome, 'evidence' | 'manualCommand'>,
): Promise<void> {
  const outcome = outcomeOf(`Not sent. ${words} Propose it again.`, { next: [action.kind], ...more });
  await actionStore.move(action.id, { name: 'supersede', at: now(), outcome });
}

function partly(accepted: number, words: string): string {
  return `The first ${accepted === 1 ? 'request was' : `${accepted} requests were`} accepted, but the next was refused: ${words}. The change is only half done: check what took effect.`;
}

/**
 * Returns the times that Heroku and GitHub showed just before sending. They distinguish later changes from earlier
 * ones, whatever our own clock says.
 */
function clocksOf({ dynos, shipment }: ActionEvidence, processType: string): Action['progress'] {
  const date = shipment.ok ? shipment.value.date : null;
  return {
    ...(dynos.ok ? { dynoChange: lastDynoChange(dynos.value, processType) } : {}),
    ...(date === null ? {} : { githubDate: date }),
  };
}

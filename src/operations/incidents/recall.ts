/** Finds an earlier failure of the same kind among the resolved incidents in the ledger. */
import { seenBefore } from '../../runbook/changes/seen-before.ts';
import { failureOf } from '../../runbook/incidents/failure.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Recall } from '../diagnosis/explain.ts';
import type { ActionStore } from '../ports/action-store.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface RecallContext {
  readonly incidentStore: Pick<IncidentStore, 'past'>;
  readonly actionStore: Pick<ActionStore, 'recent'>;
  now(): Instant;
  expire(ms: number): AbortSignal;
}

const PAST_INCIDENTS = 100;
const PAST_ACTIONS = 500;
/** A diagnosis does not wait for a database that is unavailable. */
const WITHIN_MS = 3_000;

/** Returns null when there was none, or when the ledger cannot be read in time. */
export async function recallFailure(
  { incidentStore, actionStore, now, expire }: RecallContext,
  { diagnosis, context }: Parameters<Recall>[0],
): ReturnType<Recall> {
  const failed = failureOf(diagnosis, context, { change: null, isOff: false });
  if (!failed) return null;
  const { name } = context.target;
  const looked = Promise.all([
    incidentStore.past(name, PAST_INCIDENTS),
    actionStore.recent(PAST_ACTIONS, name),
  ]).then(
    ([past, actions]) => seenBefore(failed, past, actions, now()),
    () => null,
  );
  return Promise.race([looked, late(expire(WITHIN_MS))]);
}

function late(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}

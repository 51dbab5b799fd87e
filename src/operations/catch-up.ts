/** Collects what someone who just joined should read: the ledger of the last hours, without an outside request. */

import { type CatchUp, catchUp, type Quiet } from '../runbook/catchup/catch-up.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { ActionStore } from './ports/action-store.ts';
import type { IncidentStore } from './ports/incident-store.ts';

export interface PastLedger {
  readonly incidentStore: Pick<IncidentStore, 'touchedSince' | 'noticesSince'>;
  readonly actionStore: Pick<ActionStore, 'recent' | 'happenings'>;
}

/** A team takes fewer actions than this within a week. */
const LOOKED_THROUGH = 1_000;

/** With `target`, returns only what concerns it. Rejects when the ledger cannot be read. */
export async function readCatchUp(
  { incidentStore, actionStore }: PastLedger,
  from: Instant,
  now: Instant,
  target?: string,
): Promise<CatchUp> {
  const [incidents, actions, happenings, noticed] = await Promise.all([
    incidentStore.touchedSince(from, target),
    actionStore.recent(LOOKED_THROUGH, target),
    actionStore.happenings(LOOKED_THROUGH, target),
    incidentStore.noticesSince(from, target),
  ]);
  // The timelines of the incidents have the rest of what people did.
  const quiet = happenings.flatMap(({ kind, words, until, ...one }): readonly Quiet[] => {
    if (kind === 'snooze_ended') return [{ ...one, kind, words }];
    return kind === 'snoozed' ? [{ ...one, kind, until }] : [];
  });
  return catchUp({ incidents, actions, quiet, noticed }, from, now);
}

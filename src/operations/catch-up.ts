/** What somebody reads who just joined: the ledger of the last hours, without asking anybody outside. */

import { type CatchUp, catchUp, type Quiet } from '../runbook/catchup/catch-up.ts';
import type { Instant } from '../runbook/model/evidence.ts';
import { formatInstant } from '../runbook/text/time.ts';
import type { ActionStore } from './ports/action-store.ts';
import type { IncidentStore } from './ports/incident-store.ts';

export interface PastLedger {
  readonly incidentStore: Pick<IncidentStore, 'touchedSince'>;
  readonly actionStore: Pick<ActionStore, 'recent' | 'happenings'>;
}

/** More than a team does within a week. */
const LOOKED_THROUGH = 1_000;

/** Rejects when the ledger cannot be read. `target`: only of this one. */
export async function readCatchUp(
  { incidentStore, actionStore }: PastLedger,
  from: Instant,
  now: Instant,
  target?: string,
): Promise<CatchUp> {
  const [incidents, actions, happenings] = await Promise.all([
    incidentStore.touchedSince(from, target),
    actionStore.recent(LOOKED_THROUGH, target),
    actionStore.happenings(LOOKED_THROUGH, target),
  ]);
  // What else people did stands in the timelines of the incidents.
  const quiet = happenings.flatMap(({ kind, words, ...one }): readonly Quiet[] => {
    if (kind === 'snooze_ended') return [{ ...one, kind, words }];
    return kind === 'snoozed' ? [{ ...one, kind, words: untilWords(words) }] : [];
  });
  return catchUp({ incidents, actions, quiet }, from, now);
}

/** The audit has it in ISO 8601. */
function untilWords(words: string): string {
  const at = Date.parse(words);
  return Number.isNaN(at) ? words : formatInstant(at);
}

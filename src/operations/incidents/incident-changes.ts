/** Saves in an incident's row what changed before it: what was seen immediately, and what was read later. */

import { changesText } from '../../runbook/changes/change-line.ts';
import { unreadForChanges } from '../../runbook/changes/judge.ts';
import { unreadLines } from '../../runbook/diagnosis/unread.ts';
import type { ChangeReport } from '../../runbook/model/change.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Explain, Explaining } from '../diagnosis/explain.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface IncidentChangesDeps {
  readonly incidentStore: Pick<IncidentStore, 'keepChanges'>;
  readonly explain: Explain;
  now(): Instant;
}

export type IncidentChanges = (incident: Incident, explaining: Explaining) => Promise<void>;

/**
 * A traceback may arrive shortly after the crash, and GitHub may recover, so the diffs are checked again for this long.
 */
const READ_AGAIN_MS = 10 * 60_000;

/**
 * The returned function is called after each full look at an open incident. The log rolls over and loses what it said
 * about a restart, so a report is replaced only by one that says more.
 */
export function createIncidentChanges({ incidentStore, explain, now }: IncidentChangesDeps): IncidentChanges {
  return async ({ id, openedAt, changes: kept }, explaining) => {
    const { diagnosis } = explaining;
    const { changes } = diagnosis;
    const isYoung =
      now() - openedAt < READ_AGAIN_MS && changes.wanted.length > 0 && countSuspects(kept) === 0;
    if (changes.state !== 'failing' || !(isYoung || tellsMore(kept, changes))) return;
    // The card shows the changes before their diffs are read.
    if (kept === null && changes.wanted.length > 0)
      await incidentStore.keepChanges(id, withReasons(changes, diagnosis), null, now());
    const explained = withReasons(await explain(explaining), diagnosis);
    if (tellsMore(kept, explained))
      await incidentStore.keepChanges(id, explained, changesText(explained, now()), now());
  };
}

/** A diagnosis shows elsewhere why a source was not read. An incident has no other place for it. */
function withReasons(report: ChangeReport, diagnosis: Diagnosis): ChangeReport {
  return { ...report, unread: unreadLines(unreadForChanges(diagnosis)) };
}

function countSuspects(report: ChangeReport | null): number {
  return report?.list.filter(({ verdict }) => verdict === 'suspect').length ?? 0;
}

/** Returns true for a new change, a first suspect, or a diff that was not read before. */
function tellsMore(kept: ChangeReport | null, found: ChangeReport): boolean {
  if (kept === null) return true;
  const known = new Set(kept.list.map(({ at, what }) => `${at} ${what}`));
  const isNew = found.list.some(
    ({ at, what, verdict }) => verdict !== 'ruled_out' && !known.has(`${at} ${what}`),
  );
  return (
    isNew ||
    (countSuspects(kept) === 0 && countSuspects(found) > 0) ||
    kept.wanted.length > found.wanted.length
  );
}

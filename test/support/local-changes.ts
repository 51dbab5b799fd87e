/** What changed before an incident, read as the bot does, with the clients and stores of a test. */
import { createExplain } from '../../src/operations/diagnosis/explain.ts';
import { createReadDiffs } from '../../src/operations/diagnosis/read-diffs.ts';
import {
  createIncidentChanges,
  type IncidentChanges,
} from '../../src/operations/incidents/incident-changes.ts';
import { recallFailure } from '../../src/operations/incidents/recall.ts';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { IncidentStore } from '../../src/operations/ports/incident-store.ts';
import type { Outside } from '../../src/operations/ports/upstreams.ts';
import type { Instant } from '../../src/runbook/model/instant.ts';
import type { Redactor } from '../../src/runbook/redaction/redact.ts';

export interface LocalChangesDeps {
  readonly outside: Outside;
  readonly redactor: Redactor;
  readonly incidentStore: IncidentStore;
  readonly actionStore?: Pick<ActionStore, 'recent'>;
  now(): Instant;
}

export function localChanges({
  outside,
  redactor,
  incidentStore,
  actionStore = { recent: async () => [] },
  now,
}: LocalChangesDeps): IncidentChanges {
  const expire = () => new AbortController().signal;
  const readDiffs = createReadDiffs({ outside, redactor, now, expire });
  const explain = createExplain(readDiffs, (explaining) =>
    recallFailure({ incidentStore, actionStore, now, expire }, explaining),
  );
  return createIncidentChanges({ incidentStore, explain, now });
}

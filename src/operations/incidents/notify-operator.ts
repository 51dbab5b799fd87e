/**
 * Pages the operator when a page is due. The row counts the page before it is sent, so that two processes page only
 * once.
 */

import { pageWords } from '../../runbook/incidents/page-words.ts';
import { pageStep } from '../../runbook/incidents/paging.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface PageContext {
  readonly facts: Facts;
  readonly incidentStore: Pick<IncidentStore, 'find' | 'snoozeOf' | 'ping' | 'pageAgain'>;
  now(): Instant;
}

/** A page that is due later gets a job for that time, and each look of the watch checks as well. */
export async function pageOperator(
  { facts, incidentStore, now }: PageContext,
  incidentId: string,
): Promise<void> {
  let incident = await incidentStore.find(incidentId);
  if (!incident) return;
  const snooze = await incidentStore.snoozeOf(incident.target, now());
  let step = pageStep(incident, snooze, facts, now());
  if (step.kind === 'ping') {
    incident = await incidentStore.ping(incident, step, pageWords(incident, step, facts, now()), now());
    // The row has changed in the meantime, so the job that reads it next decides again.
    if (!incident) return incidentStore.pageAgain(incidentId, now());
    step = pageStep(incident, snooze, facts, now());
  }
  if (step.kind === 'wait' && step.until !== null && step.until - now() <= facts.watch.everySeconds * 1_000)
    await incidentStore.pageAgain(incidentId, step.until);
}

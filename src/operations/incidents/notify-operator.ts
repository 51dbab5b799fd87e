/** Pings the operator when an incident's row says so: counted first, then sent, so that two processes ping once. */

import { pageWords } from '../../runbook/incidents/page-words.ts';
import { pageStep } from '../../runbook/incidents/paging.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import type { IncidentBook } from '../ports/incident-store.ts';

export interface PageDeps {
  readonly facts: Facts;
  readonly book: Pick<IncidentBook, 'find' | 'snoozeOf' | 'ping' | 'pageAgain'>;
  now(): Instant;
}

/** Whatever is due later is looked at by a job of that time; looks of the watch do so as well. */
export function createPage({ facts, book, now }: PageDeps): (incidentId: string) => Promise<void> {
  return async (id) => {
    let incident = await book.find(id);
    if (!incident) return;
    const snooze = await book.snoozeOf(incident.target, now());
    let step = pageStep(incident, snooze, facts, now());
    if (step.kind === 'ping') {
      incident = await book.ping(incident, step, pageWords(incident, step, facts, now()), now());
      // The row has changed meanwhile: it is decided anew, by the job that reads it next.
      if (!incident) return book.pageAgain(id, now());
      step = pageStep(incident, snooze, facts, now());
    }
    if (step.kind === 'wait' && step.until !== null && step.until - now() <= facts.watch.everySeconds * 1_000)
      await book.pageAgain(id, step.until);
  };
}

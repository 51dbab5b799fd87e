/** Pings the operator when an incident's row says so: counted first, then sent, so that two processes ping once. */
import { formatDuration } from '../runbook/age.ts';
import type { Instant } from '../runbook/evidence.ts';
import type { Facts } from '../runbook/facts.ts';
import type { Incident } from '../runbook/incident.ts';
import { type PageStep, pageStep } from '../runbook/paging.ts';
import type { IncidentBook } from './incident-book.ts';

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
      incident = await book.ping(incident, step.wakes, wordsOf(incident, step, now()), now());
      if (!incident) return;
      step = pageStep(incident, snooze, facts, now());
    }
    if (step.kind === 'wait' && step.until !== null && step.until - now() <= facts.watch.everySeconds * 1_000)
      await book.pageAgain(id, step.until);
  };
}

/** What began just now does not last yet. */
const SOON_MS = 60_000;

function wordsOf(
  incident: Incident,
  { why, wakes }: Extract<PageStep, { kind: 'ping' }>,
  now: Instant,
): string {
  const { acknowledged, pings, since } = incident;
  const reasons = wakes.map(({ condition, reason }) =>
    condition === null ? reason : `Condition ${condition}: ${reason}`,
  );
  const said = reasons.join('. ');
  const lasts = `It lasts ${formatDuration(now - since)}.`;
  if (why === 'new') return now - since < SOON_MS ? `${said}.` : `${said}. ${lasts}`;
  if (why === 'asks_again' && acknowledged)
    return `Acknowledged ${formatDuration(now - acknowledged.at)} ago and not resolved. ${said}. ${lasts}`;
  return `Ping ${pings + 1}, nobody has acknowledged. ${said}. ${lasts}`;
}

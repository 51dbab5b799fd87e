/** Lists incidents: the open ones first, whatever their age, then the last that ended. */

import type { Incident } from '../../runbook/model/incident.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export type ListedBook = Pick<IncidentStore, 'open' | 'recent'>;

const LISTED = 10;

/** Each part is newest first; with `target`, only incidents of that target. */
export async function listedIncidents(
  incidentStore: ListedBook,
  target?: string,
): Promise<readonly Incident[]> {
  const [everyOpen, recent] = await Promise.all([incidentStore.open(), incidentStore.recent(LISTED, target)]);
  const open = everyOpen.filter((one) => target === undefined || one.target === target);
  // An incident that ended between the two reads is listed once.
  const isOpen = new Set(open.map(({ id }) => id));
  const ended = recent.filter(({ id, state }) => state === 'resolved' && !isOpen.has(id));
  return [...open.toSorted((one, other) => other.openedAt - one.openedAt), ...ended].slice(
    0,
    Math.max(LISTED, open.length),
  );
}

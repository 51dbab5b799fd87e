/** Collects the sources of a postmortem: an incident, and the actions during it. */

import { triedDuring } from '../../runbook/incidents/times.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { ActionStore } from '../ports/action-store.ts';

/** A team takes fewer actions than this within months. Post-mortems of old incidents are requested too. */
const LOOKED_THROUGH = 1_000;

/** Returns actions, newest first. */
export async function actionsDuring(
  incident: Incident,
  actionStore: Pick<ActionStore, 'recent'>,
  now: Instant,
): Promise<readonly Action[]> {
  return triedDuring(incident, await actionStore.recent(LOOKED_THROUGH, incident.target), now);
}

/** Returns everyone whom the audit names, by the ids in it. */
export function peopleIn({ trail }: Incident, tried: readonly Action[]): readonly string[] {
  const named = [
    ...trail.map(({ who }) => who),
    ...tried.flatMap(({ askedBy, approvals, trail: lines }) => [
      askedBy,
      ...approvals.map(({ person }) => person),
      ...lines.map(({ who }) => who),
    ]),
  ];
  return [...new Set(named)];
}

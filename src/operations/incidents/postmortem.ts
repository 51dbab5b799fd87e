/** The sources of a post-mortem: an incident, and what was tried while it lasted. */

import { triedDuring } from '../../runbook/incidents/times.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { ActionStore } from '../ports/action-store.ts';

/** More actions than a team takes within months: post-mortems of old incidents are requested as well. */
const LOOKED_THROUGH = 1_000;

/** Newest first. */
export async function actionsDuring(
  incident: Incident,
  actionStore: Pick<ActionStore, 'recent'>,
  now: Instant,
): Promise<readonly Action[]> {
  return triedDuring(incident, await actionStore.recent(LOOKED_THROUGH, incident.target), now);
}

/** Everybody whom the audit names, by the ids in it. */
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

/** Finds what was tried on the app while an incident lasted. */
import { triedDuring } from '../../runbook/incidents/times.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { SlackContext } from '../context.ts';

/** Number of a target's newest actions that are searched for those tried during an incident. */
const RECENT_ACTIONS = 20;

/** Returns the actions, newest first. Rejects if the database does. */
export async function findTried(
  { actionStore }: SlackContext,
  incident: Incident,
  now: Instant,
): Promise<readonly Action[]> {
  return triedDuring(incident, await actionStore.recent(RECENT_ACTIONS, incident.target), now);
}

/** What an incident offers to press. */
import { type Offers, sortOffers, sortOffersWhileStopped } from '../diagnosis/sort-offers.ts';
import { type Incident, offeredActions } from '../model/incident.ts';
import type { ActionKind } from '../model/terms.ts';

export function incidentOffers(incident: Incident, canDo: ReadonlySet<ActionKind>): Offers {
  const { picture, changes } = incident;
  const kinds = offeredActions(incident);
  const { rollbackTo = null } = picture;
  if (incident.stopped) {
    const before = picture.actions.filter((kind) => kind === 'rollback');
    return sortOffersWhileStopped({ kinds: [...kinds, ...before], rollbackTo, changes }, canDo);
  }
  return sortOffers({ kinds, rollbackTo, changes, isByHand: doFirst(incident) !== null }, canDo);
}

function isFailing({ stopped, wellSince }: Incident): boolean {
  return stopped === null && wellSince === null;
}

/** What a person has to do before a button can help; null when nothing, or the app has stopped failing. */
export function doFirst(incident: Incident): string | null {
  return isFailing(incident) ? (incident.picture.doFirst ?? null) : null;
}

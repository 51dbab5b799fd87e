/** Decides which actions an incident offers. */
import { type Offers, sortOffers, sortOffersWhileStopped } from '../diagnosis/sort-offers.ts';
import type { Action } from '../model/action.ts';
import { type Incident, offeredActions } from '../model/incident.ts';
import type { ActionKind } from '../model/terms.ts';

/**
 * `tried`: actions on the app since the incident began; null when they are unknown. For an app that is up again, no
 * offer comes first. An app that was rolled back while it was stopped is not rolled back again.
 */
export function incidentOffers(
  incident: Incident,
  canDo: ReadonlySet<ActionKind>,
  tried: readonly Action[] | null,
): Offers {
  const { picture, changes, stopped, wellSince } = incident;
  const { rollback = null } = picture;
  const kinds = offeredActions(incident);
  if (stopped || (wellSince === null && picture.verdict === 'stopped')) {
    const stoppedAt = stopped?.at ?? 0;
    const isRolledBack =
      tried?.some(
        ({ kind, state, endedAt }) =>
          kind === 'rollback' && state === 'succeeded' && (endedAt ?? 0) >= stoppedAt,
      ) ?? true;
    const before = isRolledBack ? [] : picture.actions.filter((kind) => kind === 'rollback');
    return sortOffersWhileStopped({ kinds: [...new Set([...kinds, ...before])], rollback, changes }, canDo);
  }
  if (wellSince !== null)
    return { first: [], others: kinds.filter((kind) => canDo.has(kind)), rollback: null };
  return sortOffers({ kinds, rollback, changes, isByHand: doFirst(incident) !== null }, canDo);
}

/**
 * Returns what a person has to do before a button can help. Returns null when there is no such step, or the app has
 * stopped failing.
 */
export function doFirst({ picture, wellSince }: Incident): string | null {
  return wellSince === null ? (picture.doFirst ?? null) : null;
}

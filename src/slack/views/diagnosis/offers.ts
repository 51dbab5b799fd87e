/** Decides which actions a diagnosis offers. */

import {
  type Offers,
  sortOffers,
  sortOffersWhileStopped,
  stepByHand,
} from '../../../runbook/diagnosis/sort-offers.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import type { ActionKind } from '../../../runbook/model/terms.ts';
import { theirIncident } from './cause.ts';

/** For a stopped app, restore comes first, or the rollback before it where a release is the suspect. */
export function offersOf(diagnosis: Diagnosis, canDo: ReadonlySet<ActionKind>): Offers {
  const { verdict, rollback, changes, situation } = diagnosis;
  const kinds = offered(diagnosis);
  const isOff = verdict === 'stopped' && kinds.includes('restore');
  if (!isOff) return sortOffers({ kinds, rollback, changes, isByHand: isByHand(diagnosis) }, canDo);
  const changesBefore = situation.incident?.changes ?? changes;
  return sortOffersWhileStopped({ kinds, rollback, changes: changesBefore }, canDo);
}

/** Returns whether a config var has to be set before any action can help. */
export function isByHand({ modes, changes, verdict }: Diagnosis): boolean {
  return verdict !== 'stopped' && stepByHand(modes[0], changes) !== null;
}

/** If only an incident at Heroku explains the failure, none of our actions can help. */
function offered(diagnosis: Diagnosis): readonly ActionKind[] {
  const { actions, modes, verdict } = diagnosis;
  return theirIncident(diagnosis) && modes.length === 0 && verdict !== 'stopped' ? [] : actions;
}

/**
 * Explains why a request was refused before anything was begun, in the words that the requester reads in Slack and at
 * the terminal.
 */

import { type UsedUp, usedUpWords } from '../../runbook/model/budget.ts';
import { formatDuration } from '../../runbook/text/time.ts';

export type NotBegun = TooMany | OverHour;

/** The person has started too many in the last minute. The refusal says how long to wait. */
export interface TooMany {
  readonly ok: false;
  readonly why: 'too_many';
  /** Everything but a diagnosis counts as a look. */
  readonly what: 'diagnoses' | 'looks';
  readonly waitMs: number;
  readonly perMinute: number;
}

/** The rest of the API's hourly allowance is reserved for more urgent uses. */
export interface OverHour {
  readonly ok: false;
  readonly why: 'used_up';
  readonly found: UsedUp;
}

const COUNTED: Readonly<Record<TooMany['what'], string>> = {
  diagnoses: 'diagnoses',
  looks: 'status or log requests',
};

export function notBegunWords(refused: NotBegun): string {
  if (refused.why === 'too_many') {
    const wait = formatDuration(Math.max(1_000, refused.waitMs));
    return `Limit: ${refused.perMinute} ${COUNTED[refused.what]} a minute. Nothing was done. Try again in ${wait}.`;
  }
  const others = refused.found.use === 'read' ? ' Operators and approvers can still read.' : '';
  return `${usedUpWords(refused.found)}. Nothing was done.${others}`;
}

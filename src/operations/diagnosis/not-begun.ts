/** Why a request was refused before anything was begun, and what the requester reads about it, in Slack and at the terminal. */

import { type UsedUp, usedUpWords } from '../../runbook/model/budget.ts';
import { formatDuration } from '../../runbook/text/time.ts';

export type NotBegun = TooMany | OverHour;

/** A person may start only so many per minute: the next one is refused, with the time to wait. */
export interface TooMany {
  readonly ok: false;
  readonly why: 'too_many';
  /** Everything but a diagnosis counts as a look. */
  readonly what: 'diagnoses' | 'looks';
  readonly waitMs: number;
  readonly perMinute: number;
}

/** What is left of the API's hourly allowance is kept for more urgent uses. */
export interface OverHour {
  readonly ok: false;
  readonly why: 'used_up';
  readonly found: UsedUp;
}

export function notBegunWords(refused: NotBegun): string {
  if (refused.why === 'too_many') {
    const wait = formatDuration(Math.max(1_000, refused.waitMs));
    return `Limit: ${refused.perMinute} ${refused.what} a minute. Nothing was done. Try again in ${wait}.`;
  }
  const others = refused.found.use === 'read' ? ' Operators and approvers can still look.' : '';
  return `${usedUpWords(refused.found)}. Nothing was done.${others}`;
}

/** Shows verdicts and statuses as an emoji and a word. The word is enough by itself. */

import type { Situation } from '../../../runbook/model/situation.ts';
import type { Status, Verdict } from '../../../runbook/model/terms.ts';
import { changeWords } from '../../../runbook/situation/expected-change.ts';

const VERDICT_EMOJI: Record<Verdict, string> = {
  healthy: 'large_green_circle',
  degraded: 'large_yellow_circle',
  down: 'red_circle',
  stopped: 'octagonal_sign',
  unknown: 'grey_question',
};

const STATUS_EMOJI: Record<Status, string> = {
  pass: 'white_check_mark',
  warn: 'warning',
  fail: 'x',
  unknown: 'grey_question',
};

function verdictEmoji(verdict: Verdict): string {
  return VERDICT_EMOJI[verdict];
}

export function statusEmoji(status: Status): string {
  return STATUS_EMOJI[status];
}

/** A change in progress says more than `down`: the app is booting on purpose. */
export function stateEmoji(verdict: Verdict, { change }: Situation): string {
  return change && isTroubled(verdict) ? 'hourglass_flowing_sand' : verdictEmoji(verdict);
}

/** The words before and after the app's name, so that the name can be a link. */
export interface StateWords {
  readonly before: string;
  readonly after: string;
  /** Instead of `after` before `since …`: ` has been down`; null where that does not fit. */
  readonly lasting: string | null;
}

/**
 * Returns `raxx-api-prod is being deployed (v43): web.1 starting`, or else the verdict.
 * For `unknown`, says what that means.
 */
export function stateWords(verdict: Verdict, { change }: Situation): StateWords {
  if (change && isTroubled(verdict))
    return { before: '', after: ` is ${changeWords(change)}`, lasting: null };
  return verdict === 'unknown'
    ? { before: "Can't tell whether ", after: ' is up', lasting: null }
    : { before: '', after: ` is ${verdict}`, lasting: ` has been ${verdict}` };
}

export function stateSentence(app: string, verdict: Verdict, situation: Situation): string {
  const { before, after } = stateWords(verdict, situation);
  return `${before}${app}${after}`;
}

function isTroubled(verdict: Verdict): boolean {
  return verdict === 'down' || verdict === 'degraded';
}

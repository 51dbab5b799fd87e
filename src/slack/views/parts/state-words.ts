/** Verdicts and statuses as an emoji and a word; the word is enough by itself. */

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

export function verdictEmoji(verdict: Verdict): string {
  return VERDICT_EMOJI[verdict];
}

export function statusEmoji(status: Status): string {
  return STATUS_EMOJI[status];
}

/** A change that is under way says more than `down`: the app is booting, on purpose. */
export function stateEmoji(verdict: Verdict, { change }: Situation): string {
  return change && isTroubled(verdict) ? 'hourglass_flowing_sand' : verdictEmoji(verdict);
}

/** `raxx-api-prod is being deployed (v43): web.1 starting`, otherwise the verdict. */
export function stateSentence(app: string, verdict: Verdict, { change }: Situation): string {
  return change && isTroubled(verdict) ? `${app} is ${changeWords(change)}` : verdictSentence(app, verdict);
}

function isTroubled(verdict: Verdict): boolean {
  return verdict === 'down' || verdict === 'degraded';
}

/** `raxx-api-prod is down`; for `unknown`, what that means. */
export function verdictSentence(app: string, verdict: Verdict): string {
  return verdict === 'unknown' ? `Can't tell whether ${app} is up` : `${app} is ${verdict}`;
}

/** Verdicts and statuses as an emoji and a word: the word alone says it. */
import type { Status, Verdict } from '../../runbook/diagnosis.ts';

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

/** `raxx-api-prod is down`; for `unknown` what that means. */
export function verdictSentence(app: string, verdict: Verdict): string {
  return verdict === 'unknown' ? `Whether ${app} is well could not be told` : `${app} is ${verdict}`;
}

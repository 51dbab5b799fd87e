/** Judges Heroku's error codes in the log. */
import type { CodeCount } from '../../logs/codes.ts';
import type { LogHistory } from '../../logs/history.ts';
import type { RunbookContext } from '../../model/terms.ts';
import { formatAgo } from '../../text/time.ts';
import type { Sign } from './sign.ts';

/** Each of these codes stops a dyno, or is about to, so one current line is enough. */
const GRAVE = new Set(['R10', 'R14', 'R15', 'R17', 'R99']);
/** These codes mean that lines were lost, so the log has gaps. */
const LOSSY = new Set(['L10', 'L11', 'L12', 'L13', 'L15']);
/** Maintenance mode or the client itself causes these codes, so they are shown but never warned about. */
const HARMLESS = new Set(['H27', 'H28', 'H31', 'H80']);

/** Returns signs for current codes. Request codes are judged by their share of the traffic. */
export function codeSigns({ codes }: LogHistory, { target }: RunbookContext): Sign[] {
  return codes
    .filter(({ code, now }) => now > 0 && !code.startsWith('H') && !HARMLESS.has(code))
    .map(({ code, words, now, type }) => {
      const isOwn = type === target.processType;
      const on = type === null || isOwn ? '' : ` on ${type}`;
      const summary = `${code} ${words} × ${now}${on}`;
      return { status: isOwn && GRAVE.has(code) ? 'fail' : 'warn', summary, fault: code };
    });
}

/** Example: `R14 Memory quota exceeded × 38 (3 current), first 2 h ago, last 5 s ago, 2.9/min`. */
export function codeDetail(
  { code, words, type, count, now: current, first, last, perMinute }: CodeCount,
  { now, target }: RunbookContext,
): string {
  const rate = perMinute === null ? '' : `, ${perMinute.toFixed(1)}/min`;
  const on = type === null || type === target.processType ? '' : ` on ${type}`;
  const span =
    count === 1 ? formatAgo(last, now) : `first ${formatAgo(first, now)}, last ${formatAgo(last, now)}`;
  return `${code} ${words}${on} × ${count}${stateWords(code, current, count)}, ${span}${rate}`;
}

function stateWords(code: string, current: number, count: number): string {
  if (HARMLESS.has(code) || current === count) return '';
  return current === 0 ? ' (none current)' : ` (${current} current)`;
}

export function lostLines({ codes }: LogHistory): string[] {
  return codes.some(({ code }) => LOSSY.has(code)) ? ['Some log lines were lost (L codes)'] : [];
}

/** When it began to fail, by bracketing: the last sign that it was well, and the first that it was not. */

import { codeOf } from '../logs/codes.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { parseRouterLine } from '../logs/router-line.ts';
import { hasFailed } from '../logs/traffic.ts';
import type { Onset, WatchedBracket } from '../model/change.ts';
import type { Evidence, Instant, LogLine } from '../model/evidence.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { Context, MatchedMode } from '../model/terms.ts';

/** What the log says of how the app was, up to the first line that fails. */
export interface LogSigns {
  /** Oldest first. */
  readonly failing: readonly Instant[];
  /** Times of requests that were answered well, oldest first. */
  readonly good: readonly Instant[];
  /** When dynos of the failing process types were up. */
  readonly lives: readonly { readonly from: Instant; readonly to: Instant }[];
  /** From when on no line is missing; null: the log was not read, or is empty. */
  readonly coveredFrom: Instant | null;
}

const NO_SIGNS: LogSigns = { failing: [], good: [], lives: [], coveredFrom: null };

/** Codes that say that a dyno dies, or cannot serve. */
const FAILING_CODE = /^(?:R1[045]|H1[0-4]|H2[01]|H99)$/;

/** `types`: the process types that fail. */
export function signsOf(evidence: Evidence, types: ReadonlySet<string>, context: Context): LogSigns {
  const { logs } = evidence;
  const history = historyOf(evidence, context);
  if (!logs.ok || !history.ok) return NO_SIGNS;
  const failing: Instant[] = [...crashTimes(history.value, types), ...crashedSince(evidence, types)];
  const good: Instant[] = [];
  for (const line of logs.value.lines) {
    const sign = signOf(line, types, context);
    if (line.at === null || sign === null) continue;
    (sign === 'failing' ? failing : good).push(line.at);
  }
  const { from, isFull, boots } = history.value;
  return {
    failing: failing.toSorted((one, other) => one - other),
    good: good.toSorted((one, other) => one - other),
    lives: boots.flatMap(({ type, upAt, end }) =>
      upAt !== null && types.has(type) ? [{ from: upAt, to: end?.at ?? context.now }] : [],
    ),
    // A log that is not full holds all that Heroku keeps.
    coveredFrom: from === null ? null : isFull ? from : Number.NEGATIVE_INFINITY,
  };
}

function signOf(line: LogLine, types: ReadonlySet<string>, { target }: Context): 'failing' | 'good' | null {
  if (line.source !== 'heroku') return null;
  if (line.process === 'router') {
    if (!types.has(target.processType)) return null;
    const request = parseRouterLine(line.text);
    if (hasFailed(request)) return 'failing';
    return request.status !== null && request.status < 500 ? 'good' : null;
  }
  const code = codeOf(line);
  return code !== null && FAILING_CODE.test(code.code) && types.has(code.type ?? '') ? 'failing' : null;
}

/** A crash begins with the first line of its traceback. */
function crashTimes({ crashes, otherCrashes }: LogHistory, types: ReadonlySet<string>): Instant[] {
  return [...crashes, ...otherCrashes]
    .filter(({ boot }) => types.has(boot.type))
    .flatMap(({ boot, at }) => {
      const begun = boot.output.find(({ text }) => text.includes('Traceback (most recent call last)'));
      return [at, ...(begun?.at == null ? [] : [begun.at])];
    });
}

function crashedSince({ dynos }: Evidence, types: ReadonlySet<string>): Instant[] {
  const crashed = dynos.ok
    ? dynos.value.filter(({ type, state }) => types.has(type) && state === 'crashed')
    : [];
  return crashed.map(({ updatedAt }) => updatedAt);
}

/** The process types that fail: the target's own, and those that a failure mode names. */
export function failingTypes(modes: readonly MatchedMode[], { target }: Context): ReadonlySet<string> {
  const likely = modes.filter(({ id, confidence }) => id === 'B' && confidence === 'likely');
  const others = likely.flatMap(({ processType }) => (processType === undefined ? [] : [processType]));
  const isOnlyOthers = others.length > 0 && !others.includes(target.processType);
  return new Set(isOnlyOthers ? others : [target.processType, ...others]);
}

export function onsetOf(signs: LogSigns, watched: WatchedBracket, { now }: Context): Onset {
  const inLog = firstFailing(signs, now);
  const { lastWell, firstFailing: seen } = watched;
  if (seen !== null) {
    // The log is finer than the looks, within what they saw.
    const finer = inLog !== null && inLog < seen && (lastWell === null || inLog >= lastWell) ? inLog : seen;
    return { lastWell, firstFailing: finer, by: 'watch' };
  }
  if (inLog === null) return { lastWell, firstFailing: now, by: lastWell === null ? 'look' : 'watch' };
  // It may have been seen well in the middle of what the log shows to fail.
  return {
    lastWell: lastWell !== null && lastWell < inLog ? lastWell : null,
    firstFailing: inLog,
    by: 'log',
  };
}

/** The first failing line of what goes on: back to where the app was well for as long as the runbook asks. */
function firstFailing(signs: LogSigns, now: Instant): Instant | null {
  let first: Instant | null = null;
  for (const at of signs.failing.toReversed()) {
    if (at > now) continue;
    if (isWellBetween(at, first ?? now, signs)) break;
    first = at;
  }
  return first;
}

function isWellBetween(from: Instant, to: Instant, { good, lives }: LogSigns): boolean {
  if (to - from <= RECOVERED_MS) return false;
  const hasLived = lives.some((life) => Math.min(life.to, to) - Math.max(life.from, from) > RECOVERED_MS);
  return hasLived || good.some((at) => at > from && at < to);
}

/** The log shows it well for longer than the runbook asks, between a change and the failure. */
export function ranWellInLog(from: Instant, to: Instant, { good, lives }: LogSigns): boolean {
  const answered = good.filter((at) => at > from && at < to);
  const [first] = answered;
  const last = answered.at(-1);
  const served = first !== undefined && last !== undefined && last - first > RECOVERED_MS;
  return served || lives.some((life) => Math.min(life.to, to) - Math.max(life.from, from) > RECOVERED_MS);
}

/** No line of the log fails for longer than the runbook asks, from a change to the next one. */
export function isQuietInLog(from: Instant, to: Instant, { failing, coveredFrom }: LogSigns): boolean {
  if (coveredFrom === null) return false;
  const begin = Math.max(from, coveredFrom);
  return to - begin > RECOVERED_MS && !failing.some((at) => at > begin && at < to);
}

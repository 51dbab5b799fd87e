/**
 * Finds when the failure began: after the last sign that the app was healthy, and no later than the first sign that it
 * was not.
 */

import { codeOf } from '../logs/codes.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { parseRouterLine } from '../logs/router-line.ts';
import { hasFailed } from '../logs/traffic.ts';
import type { Onset, WatchedBracket } from '../model/change.ts';
import type { Evidence } from '../model/evidence.ts';
import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { MatchedMode, RunbookContext } from '../model/terms.ts';

/** The log's evidence about the app's health over time. */
export interface LogSigns {
  /** Times of failing lines, oldest first. */
  readonly failing: readonly Instant[];
  /** Times of successful requests, oldest first. */
  readonly good: readonly Instant[];
  /** The periods in which dynos of the failing process types were up. */
  readonly upTimes: readonly { readonly from: Instant; readonly to: Instant }[];
  /** The log has no gaps from this time on; null when the log was not read, or is empty. */
  readonly coveredFrom: Instant | null;
}

const NO_SIGNS: LogSigns = { failing: [], good: [], upTimes: [], coveredFrom: null };

/** Codes of a dyno that dies or cannot serve requests. */
const FAILING_CODE = /^(?:R1[045]|H1[0-4]|H2[01]|H99)$/;

/** `types`: the failing process types. */
export function signsOf(evidence: Evidence, types: ReadonlySet<string>, context: RunbookContext): LogSigns {
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
    upTimes: boots.flatMap(({ type, upAt, end }) =>
      upAt !== null && types.has(type) ? [{ from: upAt, to: end?.at ?? context.now }] : [],
    ),
    // A log that is not full holds everything that Heroku keeps.
    coveredFrom: from === null ? null : isFull ? from : Number.NEGATIVE_INFINITY,
  };
}

function signOf(
  line: LogLine,
  types: ReadonlySet<string>,
  { target }: RunbookContext,
): 'failing' | 'good' | null {
  if (line.source !== 'heroku') return null;
  if (line.process === 'router') {
    if (!types.has(target.processType)) return null;
    const request = parseRouterLine(line.text);
    if (hasFailed(request)) return 'failing';
    return request.status !== null && request.status < 500 ? 'good' : null;
  }
  const code = codeOf(line);
  if (code === null || code.type === null) return null;
  return FAILING_CODE.test(code.code) && types.has(code.type) ? 'failing' : null;
}

/** A crash begins at the first line of its traceback. */
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

/** Returns the failing process types: those that a failure mode names, or else the target's own. */
export function failingTypes(modes: readonly MatchedMode[], { target }: RunbookContext): ReadonlySet<string> {
  const likely = modes.filter(({ id, confidence }) => id === 'B' && confidence === 'likely');
  const others = likely.flatMap(({ processType }) => (processType === undefined ? [] : [processType]));
  const isOnlyOthers = others.length > 0 && !others.includes(target.processType);
  return new Set(isOnlyOthers ? others : [target.processType, ...others]);
}

export function onsetOf(signs: LogSigns, watched: WatchedBracket, { now }: RunbookContext): Onset {
  const inLog = firstFailing(signs, now);
  const { lastWell, firstFailing: seen } = watched;
  if (seen !== null) {
    // Between two looks of the watch, the log is more precise.
    const isFiner = inLog !== null && inLog < seen && (lastWell === null || inLog >= lastWell);
    return isFiner
      ? { lastWell, firstFailing: inLog, by: 'log' }
      : { lastWell, firstFailing: seen, by: 'watch' };
  }
  if (inLog === null) return { lastWell, firstFailing: now, by: lastWell === null ? 'look' : 'watch' };
  // A look may have found the app healthy in the middle of what the log shows as one failure.
  return {
    lastWell: lastWell !== null && lastWell < inLog ? lastWell : null,
    firstFailing: inLog,
    by: 'log',
  };
}

/**
 * Returns the first failing line of the current failure. It searches back to the point where the app was healthy for as
 * long as the runbook requires.
 */
function firstFailing(signs: LogSigns, now: Instant): Instant | null {
  let first: Instant | null = null;
  for (const at of signs.failing.toReversed()) {
    if (at > now) continue;
    if (isWellBetween(at, first ?? now, signs)) break;
    first = at;
  }
  return first;
}

function isWellBetween(from: Instant, to: Instant, { good, upTimes }: LogSigns): boolean {
  if (to - from <= RECOVERED_MS) return false;
  return isUpFor(from, to, upTimes) || good.some((at) => at > from && at < to);
}

/**
 * Returns true if the log shows the app healthy for longer than the runbook requires, between a change and the failure.
 */
export function ranWellInLog(from: Instant, to: Instant, { good, upTimes }: LogSigns): boolean {
  const answered = good.filter((at) => at > from && at < to);
  const [first] = answered;
  const last = answered.at(-1);
  const served = first !== undefined && last !== undefined && last - first > RECOVERED_MS;
  return served || isUpFor(from, to, upTimes);
}

/** Returns true if a dyno was up within this period for long enough to count as recovered. */
function isUpFor(from: Instant, to: Instant, upTimes: LogSigns['upTimes']): boolean {
  return upTimes.some((up) => Math.min(up.to, to) - Math.max(up.from, from) > RECOVERED_MS);
}

/** Returns true if no log line fails between one change and the next, for longer than the runbook requires. */
export function isQuietInLog(from: Instant, to: Instant, { failing, coveredFrom }: LogSigns): boolean {
  if (coveredFrom === null) return false;
  const begin = Math.max(from, coveredFrom);
  return to - begin > RECOVERED_MS && !failing.some((at) => at > begin && at < to);
}

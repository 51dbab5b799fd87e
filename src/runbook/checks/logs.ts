/** Step 6: what the log says of now (failing requests, error codes, crashes), told apart from what is over. */

import { type CodeCount, ROUTED_TYPE } from '../logs/codes.ts';
import { causeOfCrashes } from '../logs/crash-cause.ts';
import { type Crash, crashLoops, otherCrashLoops } from '../logs/crashes.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { memoryWords } from '../logs/memory-figures.ts';
import { newestError } from '../logs/python-cause.ts';
import { CRASH_LOOP, TRAFFIC_MS } from '../logs/thresholds.ts';
import { faultOf, howManyFail, manyGiveUp, medianMs, tally } from '../logs/traffic.ts';
import { defineCheck } from '../model/check.ts';
import type { Evidence, Instant } from '../model/evidence.ts';
import type { Context, Judgement, Status } from '../model/terms.ts';
import { formatAgo, formatDuration, formatInstant, formatPercent } from '../text/time.ts';

/** Each of these stops a dyno or is about to: one that speaks of now is enough. */
const GRAVE = new Set(['R10', 'R14', 'R15', 'R17', 'R99']);
/** With these, lines were lost on the way: the log has holes. */
const LOSSY = new Set(['L10', 'L11', 'L12', 'L13', 'L15']);
/** Maintenance mode and the client's own doing: shown, never a warning. */
const HARMLESS = new Set(['H27', 'H28', 'H31', 'H80']);

export const logsCheck = defineCheck({
  id: 'logs',
  step: 6,
  title: 'Heroku logs',
  byHand: {
    command: 'heroku logs --tail --app <app>',
    expect: 'look for crash/OOM/boot errors; there are none',
  },
  needs: ['logs'],
  wants: ['releases', 'dynos', 'formation'],
  judge({ logs, releases, dynos, formation }, context) {
    const seen = historyOf(
      { logs: { ok: true, value: logs, at: context.now }, releases, dynos, formation },
      context,
    );
    if (!seen.ok) return { status: 'unknown', summary: seen.detail };
    return judgeHistory(seen.value, dynos, context);
  },
});

/** One thing that the log says, and how bad it is. */
type Sign = Required<Pick<Judgement, 'status' | 'summary'>>;

function judgeHistory(history: LogHistory, dynos: Evidence['dynos'], context: Context): Judgement {
  const details = [
    ...history.codes.map((code) => codeWords(code, context)),
    ...memoryWords(history.memory),
    ...crashDetails(history, context.now),
    ...windowWords(history),
  ];
  if (history.lines === 0)
    return { status: 'warn', summary: 'The log is empty, so it says nothing', details };
  const signs = [
    ...traffic(history, context),
    ...codes(history, context),
    ...crashes(history, dynos, context),
    ...otherCrashes(history, dynos, context),
    ...unheard(history, context),
  ];
  const worst = (['fail', 'warn'] as const).find((status) => signs.some((sign) => sign.status === status));
  if (worst === undefined) return { status: 'pass', summary: quietWords(history), details };
  const told = signs.filter(({ status }) => status === worst).map(({ summary }) => summary);
  return { status: worst, summary: told.join('; '), details };
}

function quietWords({ lines, codes: all, crashes: crashed }: LogHistory): string {
  const earlier = all.reduce((sum, { count }) => sum + count, 0) + crashed.length;
  const past = earlier === 0 ? '' : ` (${earlier} earlier, over)`;
  return `No current errors in ${lines} ${lines === 1 ? 'line' : 'lines'}${past}`;
}

/** Requests: how many of them failed, how, where, and what the app says to it. */
function traffic(history: LogHistory, { target, now }: Context): Sign[] {
  const { traffic: seen } = history;
  const status = (bad: Status): Status => (target.processType === ROUTED_TYPE ? bad : 'warn');
  const failing = howManyFail(seen, now);
  const signs: Sign[] = [];
  const among = `${seen.failed.length} of ${seen.requests} requests failed`;
  if (failing === 'users') {
    const share = `${among} in the last ${formatDuration(TRAFFIC_MS)} (${formatPercent(seen.failed.length / seen.requests)})`;
    const summary = [`${share}: ${faults(history)}`, ...appErrors(history)].join('; ');
    signs.push({ status: status('fail'), summary });
  } else if (failing === 'unsure') {
    const last = formatAgo(seen.failed.at(-1)?.at ?? now, now);
    const summary = `${among}, the last ${last}: ${faults(history)}. No request since, so not seen to be over`;
    signs.push({ status: 'warn', summary });
  } else if (failing === 'some') {
    signs.push({ status: 'warn', summary: `${among}: ${faults(history)}` });
  }
  if (manyGiveUp(seen)) {
    const after = medianMs(seen.abandoned);
    const median = after === null ? '' : `, after ${formatDuration(after)}`;
    const share = formatPercent(seen.abandoned.length / seen.requests);
    const summary = `Clients gave up on ${seen.abandoned.length} of ${seen.requests} requests (${share}, H27/H28)${median}`;
    signs.push({ status: 'warn', summary });
  }
  return signs;
}

const SHOWN_FAULTS = 3;

/** `H13 Connection closed without response × 96 on web.1, mostly POST /api/backtests` */
function faults({ traffic: { failed } }: LogHistory): string {
  const wordsOf = new Map(failed.map((request) => [faultOf(request), request.words]));
  const kinds = tally(failed, faultOf).slice(0, SHOWN_FAULTS);
  const list = kinds.map(
    ({ name, count }) => `${[name, wordsOf.get(name)].filter(Boolean).join(' ')} × ${count}`,
  );
  const [dyno, ...others] = tally(failed, (request) => request.dyno);
  const on = dyno && others.length === 0 ? ` on ${dyno.name}` : '';
  const [path] = tally(failed, (request) => [request.method, request.path].join(' ').trim());
  const most = path && path.count * 2 > failed.length ? `, mostly ${path.name}` : '';
  return list.join(', ') + on + most;
}

const LONGEST_ERROR = 200;

/** What the app wrote while requests failed: workers that were killed at their time limit, and its newest error. */
function appErrors({ appLines, traffic: { failed } }: LogHistory): string[] {
  const since = failed[0]?.at ?? Number.POSITIVE_INFINITY;
  const recent = appLines.filter(({ at }) => at === null || at >= since);
  const killed = recent.filter(({ text }) => text.includes('WORKER TIMEOUT')).length;
  const error = newestError(recent);
  return [
    ...(killed > 0 ? [`${killed} workers killed at the server's time limit (WORKER TIMEOUT)`] : []),
    ...(error === null ? [] : [`newest app error: ${cut(error)}`]),
  ];
}

function cut(text: string): string {
  return text.length <= LONGEST_ERROR ? text : `${Array.from(text).slice(0, LONGEST_ERROR).join('')}…`;
}

/** Codes that speak of now. Those of requests are told as a share of the traffic. */
function codes({ codes: all }: LogHistory, { target }: Context): Sign[] {
  return all
    .filter(({ code, now }) => now > 0 && !code.startsWith('H') && !HARMLESS.has(code))
    .map(({ code, words, now, type }) => {
      const isOwn = type === target.processType;
      const on = type === null || isOwn ? '' : ` on ${type}`;
      const summary = `${code} ${words} × ${now}${on}`;
      return { status: isOwn && GRAVE.has(code) ? 'fail' : 'warn', summary };
    });
}

function crashes(history: LogHistory, dynos: Evidence['dynos'], context: Context): Sign[] {
  const { now } = context;
  const ofRelease = history.crashes.filter(({ isOfRelease }) => isOfRelease);
  const last = ofRelease.at(-1);
  if (!last) return [];
  const counted = `${ofRelease.length} crashes since the release, last ${formatAgo(last.at, now)}`;
  if (ofRelease.some(({ isNow }) => isNow)) {
    if (ofRelease.length >= CRASH_LOOP) return [{ status: 'fail', summary: counted }];
    return [
      { status: 'warn', summary: `${last.boot.dyno} crashed ${formatAgo(last.at, now)} and is not back yet` },
    ];
  }
  const [loop] = dynos.ok ? crashLoops(history, dynos.value, context) : [];
  return loop ? [{ status: 'warn', summary: `${counted}${killWords(loop.last)}; not recovered yet` }] : [];
}

/** Of another process type they are a warning with its name: the verdict speaks of the target's (contract). */
function otherCrashes(history: LogHistory, dynos: Evidence['dynos'], context: Context): Sign[] {
  const loops = dynos.ok ? otherCrashLoops(history, dynos.value, context) : [];
  const ofRelease = history.otherCrashes.filter(({ isOfRelease }) => isOfRelease);
  return [...Map.groupBy(ofRelease, ({ boot }) => boot.type)].flatMap(([type, own]): Sign[] => {
    const last = own.at(-1);
    const isDown = own.some(({ isNow }) => isNow);
    const isLooping = loops.some((loop) => loop.last.boot.type === type);
    if (!last || (!isDown && !isLooping)) return [];
    const count = own.length === 1 ? '1 crash' : `${own.length} crashes`;
    const state = isDown ? 'not back yet' : 'not recovered yet';
    const ago = formatAgo(last.at, context.now);
    return [{ status: 'warn', summary: `${type}: ${count} since the release, last ${ago}; ${state}` }];
  });
}

/** A log that others filled says nothing of the process type, neither good nor bad. */
function unheard(history: LogHistory, { target: { processType } }: Context): Sign[] {
  const isHeard =
    history.appLines.length > 0 ||
    history.boots.some(({ type }) => type === processType) ||
    history.codes.some(({ type }) => type === processType) ||
    (processType === ROUTED_TYPE && history.traffic.lastAt !== null);
  if (!history.isFull || isHeard) return [];
  const summary = `None of the ${history.lines} lines is of ${processType}: the log was cut before its last one`;
  return [{ status: 'warn', summary }];
}

function killWords({ boot: { end } }: Crash): string {
  return end?.killedBy ? ` (${end.killedBy})` : '';
}

function codeWords(
  { code, words, type, count, now: ofNow, first, last, perMinute }: CodeCount,
  context: Context,
): string {
  const { now, target } = context;
  const rate = perMinute === null ? '' : `, ${perMinute.toFixed(1)} a minute`;
  const over = HARMLESS.has(code) ? '' : ofNow === 0 ? ' (over)' : ofNow < count ? ` (${ofNow} current)` : '';
  const on = type === null || type === target.processType ? '' : ` on ${type}`;
  const span =
    count === 1 ? formatAgo(last, now) : `first ${formatAgo(first, now)}, last ${formatAgo(last, now)}`;
  return `${code} ${words}${on}: ${count}${over}, ${span}${rate}`;
}

/** The last crash, and what its dyno wrote before it. */
function crashDetails({ crashes: all }: LogHistory, now: Instant): string[] {
  const last = all.at(-1);
  if (!last) return [];
  const times = all.length === 1 ? 'crashed once' : `crashed ${all.length} times`;
  const over = all.some(({ isNow }) => isNow) ? '' : ', back up since';
  const words = `${last.boot.dyno} ${times}, last ${formatAgo(last.at, now)}${exitWords(last)}${over}`;
  return [
    words,
    ...(causeOfCrashes(
      all.map(({ boot }) => boot),
      null,
    )?.evidence ?? []),
  ];
}

function exitWords({ exitStatus, boot: { end } }: Crash): string {
  const status = exitStatus === null ? '' : `, exit status ${exitStatus}`;
  return end?.killedBy ? `${status} (killed by Heroku, ${end.killedBy})` : status;
}

function windowWords({ from, isFull, codes: all }: LogHistory): string[] {
  const full = isFull && from !== null ? [`The log was cut: it reaches back to ${formatInstant(from)}`] : [];
  const lossy = all.some(({ code }) => LOSSY.has(code)) ? ['Log lines were lost on the way (L codes)'] : [];
  return [...full, ...lossy];
}

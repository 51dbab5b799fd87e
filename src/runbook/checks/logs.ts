/** Step 6: judges what the log shows now (failing requests, error codes, crashes), apart from what has recovered. */

import { ROUTED_TYPE } from '../logs/codes.ts';
import { causeOfCrashes } from '../logs/crash-cause.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { memoryWords } from '../logs/memory-figures.ts';
import { defineCheck } from '../model/check.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Judgement, RunbookContext } from '../model/terms.ts';
import { formatInstant } from '../text/time.ts';
import { codeDetail, codeSigns, lostLines } from './logs/codes.ts';
import { crashDetails, crashSigns, otherCrashSigns } from './logs/crashes.ts';
import type { Sign } from './logs/sign.ts';
import { trafficSigns } from './logs/traffic.ts';

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
    if (!seen.ok) return { status: 'unknown', summary: seen.detail, isBlind: true };
    return judgeHistory(seen.value, dynos, context);
  },
});

/** The worst signs become the summary. */
function judgeHistory(history: LogHistory, dynos: Evidence['dynos'], context: RunbookContext): Judgement {
  const cause = causeOfCrashes(
    history.crashes.map(({ boot }) => boot),
    null,
  );
  const error = cause?.error ?? null;
  const details = [
    ...history.codes.map((code) => codeDetail(code, context)),
    ...memoryWords(history.memory),
    ...crashDetails(history, dynos, cause, context.now),
    ...truncation(history),
    ...lostLines(history),
  ];
  if (history.lines === 0) return { status: 'warn', summary: 'The log is empty', details, error };
  const signs = [
    ...trafficSigns(history, context),
    ...codeSigns(history, context),
    ...crashSigns(history, dynos, context),
    ...otherCrashSigns(history, dynos, context),
    ...silence(history, context),
  ];
  const worst = (['fail', 'warn'] as const).find((status) => signs.some((sign) => sign.status === status));
  if (worst === undefined) return { status: 'pass', summary: quietWords(history), details, error };
  const worstSigns = signs.filter(({ status }) => status === worst);
  return {
    status: worst,
    summary: worstSigns.map(({ summary }) => summary).join('; '),
    fault: worstSigns[0]?.fault ?? null,
    details,
    error,
  };
}

function quietWords({ lines, codes, crashes }: LogHistory): string {
  const earlier = codes.reduce((sum, { count }) => sum + count, 0) + crashes.length;
  const past = earlier === 0 ? '' : ` (${earlier} earlier)`;
  return `No current errors in ${lines} ${lines === 1 ? 'line' : 'lines'}${past}`;
}

/** A log that other processes have filled says nothing about the process type, good or bad. */
function silence(history: LogHistory, { target: { processType } }: RunbookContext): Sign[] {
  const hasLogged =
    history.appLines.length > 0 ||
    history.boots.some(({ type }) => type === processType) ||
    history.codes.some(({ type }) => type === processType) ||
    (processType === ROUTED_TYPE && history.traffic.lastAt !== null);
  if (!history.isFull || hasLogged) return [];
  const summary = `None of the last ${history.lines} log lines is from ${processType}`;
  return [{ status: 'warn', summary }];
}

function truncation({ from, isFull }: LogHistory): string[] {
  return isFull && from !== null ? [`The log is truncated: it begins at ${formatInstant(from)}`] : [];
}

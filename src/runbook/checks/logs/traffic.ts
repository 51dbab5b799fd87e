/** Judges the router's lines: how many requests fail, how, where, and what the app writes about it. */
import { ROUTED_TYPE } from '../../logs/codes.ts';
import type { LogHistory } from '../../logs/history.ts';
import { newestError } from '../../logs/python-cause.ts';
import { TRAFFIC_MS } from '../../logs/thresholds.ts';
import {
  faultOf,
  howManyFail,
  manyGiveUp,
  medianMs,
  routeOf,
  type Traffic,
  tally,
} from '../../logs/traffic.ts';
import type { Instant } from '../../model/instant.ts';
import type { RunbookContext, Status } from '../../model/terms.ts';
import { formatAgo, formatDuration, formatPercent } from '../../text/time.ts';
import type { Sign } from './sign.ts';

export function trafficSigns(history: LogHistory, context: RunbookContext): Sign[] {
  return [...failureSigns(history, context), ...abandonedSigns(history)];
}

const LATELY = `in the last ${formatDuration(TRAFFIC_MS)}`;

function lastFailed({ failed }: Traffic, now: Instant): string {
  return formatAgo(failed.at(-1)?.at ?? now, now);
}

function failureSigns(history: LogHistory, { target, now }: RunbookContext): Sign[] {
  const { traffic } = history;
  const { failed, requests } = traffic;
  const among = `${failed.length} of ${requests} requests failed`;
  switch (howManyFail(traffic, now)) {
    case 'users': {
      const status: Status = target.processType === ROUTED_TYPE ? 'fail' : 'warn';
      const share = `${among} ${LATELY} (${formatPercent(failed.length / requests)})`;
      const summary = [`${share}: ${faults(history)}`, ...appErrors(history)].join('; ');
      return [{ status, summary, fault: tally(failed, faultOf)[0]?.name ?? null }];
    }
    case 'unsure': {
      const summary = `${among}, the last ${lastFailed(traffic, now)}: ${faults(history)}. No request since, so not seen to be over`;
      return [{ status: 'warn', summary }];
    }
    case 'some': {
      const isLate = now - (traffic.lastAt ?? now) > TRAFFIC_MS;
      const when = isLate ? `, the last ${lastFailed(traffic, now)}` : ` ${LATELY}`;
      return [{ status: 'warn', summary: `${among}${when}: ${faults(history)}` }];
    }
    case 'none':
      return [];
  }
}

function abandonedSigns({ traffic }: LogHistory): Sign[] {
  if (!manyGiveUp(traffic)) return [];
  const { abandoned, requests } = traffic;
  const after = medianMs(abandoned);
  const median = after === null ? '' : `, after a median of ${formatDuration(after)}`;
  const share = formatPercent(abandoned.length / requests);
  const summary = `Clients gave up on ${abandoned.length} of ${requests} requests (${share}, H27/H28)${median}`;
  return [{ status: 'warn', summary }];
}

const SHOWN_FAULTS = 3;

/** Example: `H13 Connection closed without response × 96 on web.1, mostly POST /api/backtests`. */
function faults({ traffic: { failed } }: LogHistory): string {
  const wordsOf = new Map(failed.map((request) => [faultOf(request), request.words]));
  const kinds = tally(failed, faultOf).slice(0, SHOWN_FAULTS);
  const list = kinds.map(
    ({ name, count }) => `${[name, wordsOf.get(name)].filter(Boolean).join(' ')} × ${count}`,
  );
  const [dyno, ...others] = tally(failed, (request) => request.dyno);
  const on = dyno && others.length === 0 ? ` on ${dyno.name}` : '';
  const [path] = tally(failed, routeOf);
  const isMost = path !== undefined && path.count * 2 > failed.length;
  const most = isMost ? `, ${failed.length === 1 ? '' : 'mostly '}${path.name}` : '';
  return list.join(', ') + on + most;
}

/** Returns what the app wrote while requests failed: workers killed by the server's timeout, and its newest error. */
function appErrors({ appLines, traffic: { failed } }: LogHistory): string[] {
  const since = failed[0]?.at ?? Number.POSITIVE_INFINITY;
  const recent = appLines.filter(({ at }) => at === null || at >= since);
  const killed = recent.filter(({ text }) => text.includes('WORKER TIMEOUT')).length;
  const workers = killed === 1 ? '1 worker' : `${killed} workers`;
  const error = newestError(recent);
  return [
    ...(killed > 0 ? [`${workers} killed by the server's timeout (WORKER TIMEOUT)`] : []),
    ...(error === null ? [] : [`newest app error: ${shortened(error)}`]),
  ];
}

const LONGEST_ERROR = 200;

function shortened(text: string): string {
  return text.length <= LONGEST_ERROR ? text : `${Array.from(text).slice(0, LONGEST_ERROR).join('')}…`;
}

/** Judges the crashes in the log. */
import type { Cause } from '../../logs/cause.ts';
import { type Crash, crashLoops, otherCrashLoops } from '../../logs/crashes.ts';
import type { LogHistory } from '../../logs/history.ts';
import { CRASH_LOOP } from '../../logs/thresholds.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Instant } from '../../model/instant.ts';
import type { RunbookContext } from '../../model/terms.ts';
import { formatAgo } from '../../text/time.ts';
import type { Sign } from './sign.ts';

export function crashSigns(history: LogHistory, dynos: Evidence['dynos'], context: RunbookContext): Sign[] {
  const { now } = context;
  const ofRelease = history.crashes.filter(({ isOfRelease }) => isOfRelease);
  const last = ofRelease.at(-1);
  if (!last) return [];
  const counted = `${ofRelease.length} crashes since the release, last ${formatAgo(last.at, now)}`;
  if (ofRelease.some(({ isNow }) => isNow)) {
    if (ofRelease.length >= CRASH_LOOP) return [{ status: 'fail', summary: counted, fault: 'crashes' }];
    const summary = `${last.boot.dyno} crashed ${formatAgo(last.at, now)}, not up since`;
    return [{ status: 'warn', summary }];
  }
  const [loop] = dynos.ok ? crashLoops(history, dynos.value, context) : [];
  return loop ? [{ status: 'warn', summary: `${counted}${killWords(loop.last)}; not recovered yet` }] : [];
}

/**
 * A crash of another process type is a warning that names the type, because the verdict is about the target's own type
 * (contract).
 */
export function otherCrashSigns(
  history: LogHistory,
  dynos: Evidence['dynos'],
  context: RunbookContext,
): Sign[] {
  const loops = dynos.ok ? otherCrashLoops(history, dynos.value, context) : [];
  const ofRelease = history.otherCrashes.filter(({ isOfRelease }) => isOfRelease);
  return [...Map.groupBy(ofRelease, ({ boot }) => boot.type)].flatMap(([type, own]): Sign[] => {
    const last = own.at(-1);
    const isDown = own.some(({ isNow }) => isNow);
    const isLooping = loops.some((loop) => loop.last.boot.type === type);
    if (!last || (!isDown && !isLooping)) return [];
    const count = own.length === 1 ? '1 crash' : `${own.length} crashes`;
    const state = isDown ? 'not up since' : 'not recovered yet';
    const ago = formatAgo(last.at, context.now);
    return [{ status: 'warn', summary: `${type}: ${count} since the release, last ${ago}; ${state}` }];
  });
}

/** Describes the last crash, what its dyno wrote before it, and whether Heroku shows that dyno up again. */
export function crashDetails(
  { crashes }: LogHistory,
  dynos: Evidence['dynos'],
  cause: Cause | null,
  now: Instant,
): string[] {
  const last = crashes.at(-1);
  if (!last) return [];
  const times = crashes.length === 1 ? 'crashed once,' : `crashed ${crashes.length} times, last`;
  const isUp = dynos.ok && dynos.value.some(({ name, state }) => name === last.boot.dyno && state === 'up');
  const back = isUp && !crashes.some(({ isNow }) => isNow) ? ', up again now' : '';
  return [
    `${last.boot.dyno} ${times} ${formatAgo(last.at, now)}${exitWords(last)}${back}`,
    ...(cause?.evidence ?? []),
  ];
}

function killWords({ boot: { end } }: Crash): string {
  return end?.killedBy ? ` (${end.killedBy})` : '';
}

function exitWords({ exitStatus, boot: { end } }: Crash): string {
  const status = exitStatus === null ? '' : `, exit status ${exitStatus}`;
  return end?.killedBy ? `${status} (killed by Heroku, ${end.killedBy})` : status;
}

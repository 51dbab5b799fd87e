/** Matches failure mode B by an error code: boot timeout, memory, request timeouts. */
import { type CodeCount, currentCode, ROUTED_TYPE } from '../../logs/codes.ts';
import type { LogHistory } from '../../logs/history.ts';
import { listensElsewhere } from '../../logs/listen-address.ts';
import { memoryWords } from '../../logs/memory-figures.ts';
import { FAILING_LEAST, FAILING_SHARE, REPEATED_R10 } from '../../logs/thresholds.ts';
import { howManyFail, routeOf, tally } from '../../logs/traffic.ts';
import type { Confidence, Match, RunbookContext } from '../../model/terms.ts';
import { formatPercent } from '../../text/time.ts';
import { withCause } from './with-cause.ts';
import { FIX_OF_CODE } from './words.ts';

/** `processType`: the process type that the match is about. */
export function codeMatch(
  { code, words, now, line }: CodeCount,
  processType: string,
  confidence: Confidence,
  more: readonly string[] = [],
): Match {
  return {
    code,
    confidence,
    processType,
    evidence: [
      `${code} ${words} × ${now}`,
      ...more,
      ...(saysMore(code, words, line, more) ? [`${line.process}: ${line.text}`] : []),
    ],
    missing: [],
    words: FIX_OF_CODE[code] ?? {},
  };
}

/**
 * Returns true if the code's own line says more than its count: an explanation, or a dyno that no other line names. The
 * share and the path of the requests say more than a router line does.
 */
function saysMore(code: string, words: string, line: CodeCount['line'], more: readonly string[]): boolean {
  if (code.startsWith('H')) return false;
  const isNamed = more.some((one) => one.startsWith(`${line.process}:`));
  return !isNamed || line.text !== `Error ${code} (${words})`;
}

export function bootTimeout(history: LogHistory, { target: { processType } }: RunbookContext): Match[] {
  const found = currentCode(history, 'R10', processType);
  if (!found) return [];
  const match = codeMatch(found, processType, found.now >= REPEATED_R10 ? 'likely' : 'possible');
  const boot = history.crashes.findLast(({ boot: { end } }) => end?.killedBy === 'R10')?.boot;
  const elsewhere = boot ? listensElsewhere(boot) : null;
  return [elsewhere ? withCause(match, elsewhere) : match];
}

/** R15 is the same leak as R14, but worse. */
export function memory(history: LogHistory, type: string): Match[] {
  const found = currentCode(history, 'R15', type) ?? currentCode(history, 'R14', type);
  if (!found) return [];
  const figures = history.memory.filter((figure) => figure.type === type);
  return [codeMatch(found, type, 'likely', memoryWords(figures))];
}

export function memoryOfOthers(history: LogHistory, processType: string): Match[] {
  const types = new Set(history.codes.map(({ type }) => type).filter((type) => type !== null));
  types.delete(processType);
  return [...types].flatMap((type) => memory(history, type));
}

export function requestTimeouts(
  history: LogHistory,
  { target: { processType }, now }: RunbookContext,
): Match[] {
  const { requests, failed } = history.traffic;
  const timedOut = failed.filter(({ code }) => code === 'H12');
  const found = history.codes.find(({ code }) => code === 'H12');
  const isMany = timedOut.length >= FAILING_LEAST && timedOut.length >= requests * FAILING_SHARE;
  if (!found || !isMany || processType !== ROUTED_TYPE) return [];
  const share = `${timedOut.length} of ${requests} requests (${formatPercent(timedOut.length / requests)})`;
  const [path] = tally(timedOut, routeOf);
  const slowest = path
    ? [`${path.count === timedOut.length ? 'all' : 'mostly'} ${path.name} (${path.count})`]
    : [];
  // Without a request since then, nothing shows whether requests still time out.
  const confidence = howManyFail(history.traffic, now) === 'users' ? 'likely' : 'possible';
  return [codeMatch({ ...found, now: timedOut.length }, processType, confidence, [share, ...slowest])];
}

/**
 * Models the log as a history: the dynos' boots, the traffic and Heroku's codes, each split into what may still be
 * happening and what has ended. Everything that judges the log reads this one model.
 */

import type { Evidence } from '../model/evidence.ts';
import type { LogLine, LogWindow } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import type { Observed } from '../model/observed.ts';
import type { RunbookContext } from '../model/terms.ts';
import type { Boot } from './boot.ts';
import { readBoots } from './boots.ts';
import { type CodeCount, type CodeLine, codeOf, countCodes } from './codes.ts';
import { type Crash, crashesOf } from './crashes.ts';
import { type MemoryFigure, memoryFigures } from './memory-figures.ts';
import { processTypeOf } from './process-name.ts';
import {
  hasEndedBetween,
  isCurrent,
  isOneOffType,
  isPastRequest,
  type Recency,
  readRecency,
} from './recency.ts';
import { readTraffic, type Traffic } from './traffic.ts';

export interface LogHistory {
  /** The number of lines in the log. */
  readonly lines: number;
  /** The oldest time in the log; null when no line has one. */
  readonly from: Instant | null;
  /** True when as many lines came as were requested, so older ones were cut off. */
  readonly isFull: boolean;
  /** Boots of every process type, including one-offs. Each dyno's boots are in the order in which they began. */
  readonly boots: readonly Boot[];
  /** Crashes of the target's process type, oldest first. */
  readonly crashes: readonly Crash[];
  /** Crashes of other process types, oldest first. One-off dynos are left out, because they are supposed to end. */
  readonly otherCrashes: readonly Crash[];
  readonly traffic: Traffic;
  /** Codes, most frequent first. One-off dynos are left out. */
  readonly codes: readonly CodeCount[];
  /** The memory of the dynos that are over their quota now. */
  readonly memory: readonly MemoryFigure[];
  /** The app's output on the target's process type, oldest first. */
  readonly appLines: readonly LogLine[];
  /** Changes that Heroku's API made for a user, oldest first: `Scaled to web@0:Basic by user ops@raxx.app`. */
  readonly apiLines: readonly LogLine[];
}

type HistorySources = Pick<Evidence, 'logs' | 'dynos' | 'formation' | 'releases'>;

/** Returns the history of the log as of `context.now`, or unseen when the log was not read. */
export function historyOf(sources: HistorySources, context: RunbookContext): Observed<LogHistory> {
  const { logs } = sources;
  return logs.ok ? { ok: true, value: remembered(logs.value, sources, context), at: logs.at } : logs;
}

/** One diagnosis needs the same history several times, so the last one is cached by the identity of its inputs. */
let last: { readonly of: readonly unknown[]; readonly history: LogHistory } | null = null;

function remembered(log: LogWindow, sources: HistorySources, context: RunbookContext): LogHistory {
  const { dynos, formation, releases } = sources;
  const seen = [dynos, formation, releases].map((one) => (one.ok ? one.value : one));
  const of = [log, ...seen, context.now, context.target];
  if (last && of.every((one, index) => one === last?.of[index])) return last.history;
  const history = readHistory(log, sources, context);
  last = { of, history };
  return history;
}

function readHistory(
  { lines, asked }: LogWindow,
  sources: HistorySources,
  context: RunbookContext,
): LogHistory {
  const { target, now } = context;
  const ordered = inOrder(lines);
  const boots = readBoots(ordered);
  const recency = readRecency(boots, sources, now);
  const { codeLines, routerLines, appLines, apiLines } = sortLines(ordered, recency, target.processType);
  const codes = countCodes(codeLines, {
    isCurrent: (line) => isCurrent(recency, line),
    hasEndedBetween: (line, next) => hasEndedBetween(recency, line, next),
  });
  const crashes = crashesOf(boots, recency);
  return {
    lines: lines.length,
    from: ordered.find(({ at }) => at !== null)?.at ?? null,
    isFull: lines.length >= asked,
    boots,
    crashes: crashes.filter(({ boot }) => boot.type === target.processType),
    otherCrashes: crashes.filter(
      ({ boot }) => boot.type !== target.processType && !isOneOffType(recency, boot.type),
    ),
    traffic: readTraffic(routerLines, now, (request, at) => isPastRequest(recency, request, at)),
    codes,
    memory: memoryFigures(ordered, codes),
    appLines,
    apiLines,
  };
}

interface SortedLines {
  readonly codeLines: readonly CodeLine[];
  readonly routerLines: readonly LogLine[];
  readonly appLines: readonly LogLine[];
  readonly apiLines: readonly LogLine[];
}

function sortLines(lines: readonly LogLine[], recency: Recency, processType: string): SortedLines {
  const codeLines: CodeLine[] = [];
  const routerLines: LogLine[] = [];
  const appLines: LogLine[] = [];
  const apiLines: LogLine[] = [];
  const typeOf = cachedProcessTypes();
  for (const line of lines) {
    const code = codeOf(line);
    if (code && !isOneOffType(recency, code.type)) codeLines.push(code);
    if (line.source === 'heroku' && line.process === 'router') routerLines.push(line);
    else if (line.source === 'app' && line.process === 'api') apiLines.push(line);
    else if (line.source === 'app' && typeOf(line.process) === processType) appLines.push(line);
  }
  return { codeLines, routerLines, appLines, apiLines };
}

/** A log names only a handful of processes in thousands of lines, so their types are cached. */
function cachedProcessTypes(): (process: string | null) => string | null {
  const types = new Map<string, string | null>();
  return (process) => {
    if (process === null) return null;
    let type = types.get(process);
    if (type === undefined) {
      type = processTypeOf(process);
      types.set(process, type);
    }
    return type;
  };
}

/** Lines come oldest first, give or take some milliseconds. A line without a time stays behind the one before it. */
function inOrder(lines: readonly LogLine[]): readonly LogLine[] {
  let latest = Number.NEGATIVE_INFINITY;
  const isSorted = lines.every(({ at }) => {
    const fits = at === null || at >= latest;
    latest = at ?? latest;
    return fits;
  });
  if (isSorted) return lines;
  let before = Number.NEGATIVE_INFINITY;
  const timed = lines.map((line) => {
    before = line.at ?? before;
    return { line, at: before };
  });
  return timed.toSorted((one, other) => one.at - other.at).map(({ line }) => line);
}

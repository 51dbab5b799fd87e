/** Heroku's R, H and L codes in the log: how often each was written, by which process type, and how much of it is of now. */
import type { Instant, LogLine } from '../model/evidence.ts';
import { processTypeOf } from './process-name.ts';
import { isPlain, routerFields } from './router-line.ts';

/** One line that carries a code. */
export interface CodeLine {
  /** `H12`, `R14`, `L10` */
  readonly code: string;
  /** The words that Heroku gives it: `Request timeout`. */
  readonly words: string;
  /** `web.1`; '' where the line names no dyno. */
  readonly dyno: string;
  /** Process type that it speaks of; null: of none (a lost log line). */
  readonly type: string | null;
  readonly at: Instant;
  readonly line: LogLine;
}

/** A code of one process type. */
export interface CodeCount {
  readonly code: string;
  readonly words: string;
  /** null: of none (a lost log line). */
  readonly type: string | null;
  /** In the whole log. */
  readonly count: number;
  /** Of them, those that speak of now. */
  readonly now: number;
  readonly first: Instant;
  readonly last: Instant;
  /** When what goes on now began: the first line of the present episode; null: nothing goes on. */
  readonly since: Instant | null;
  /** A minute, over the time from the first to the last; null when that is under a minute. */
  readonly perMinute: number | null;
  /** The newest line. */
  readonly line: LogLine;
  /** Dynos that the lines of now name. */
  readonly dynos: readonly string[];
}

/** The only process type that Heroku's router sends requests to. */
export const ROUTED_TYPE = 'web';

const RUNTIME = /^Error ([RL]\d{1,2}) \(([^)]*)\)/;
const ROUTER_CODE = /^H\d{2}$/;

/** The code that a line carries, or null. Router lines: `code=H12 desc="…"`; runtime lines: `Error R14 (…)`. */
export function codeOf(line: LogLine): CodeLine | null {
  const { at, source, process, text } = line;
  if (source !== 'heroku' || at === null) return null;
  if (process === 'router') {
    if (isPlain(text)) return null;
    const { code = '', desc = '', dyno = '' } = routerFields(text);
    return ROUTER_CODE.test(code) ? { code, words: desc, dyno, type: ROUTED_TYPE, at, line } : null;
  }
  if (!text.startsWith('Error ')) return null;
  const [, code, words = ''] = RUNTIME.exec(text) ?? [];
  const type = processTypeOf(process);
  return code ? { code, words, dyno: type === null ? '' : process, type, at, line } : null;
}

/** How the lines of one code and process type are told apart into those of now and those that are over. */
export interface NowOf {
  isNow(line: CodeLine): boolean;
  /** Whether what `line` tells was over before `next`, a later line of the same code, was written. */
  wasOverBetween(line: CodeLine, next: CodeLine): boolean;
}

/** Every code, most frequent first; one entry a code and process type. `lines`: oldest first. */
export function countCodes(lines: readonly CodeLine[], { isNow, wasOverBetween }: NowOf): CodeCount[] {
  const groups = Map.groupBy(lines, ({ code, type }) => `${code} ${type ?? ''}`);
  const counts = [...groups.values()].map((group) => countGroup(group, isNow, wasOverBetween));
  return counts.flat().toSorted((one, other) => other.count - one.count);
}

function countGroup(
  group: readonly CodeLine[],
  isNow: NowOf['isNow'],
  wasOverBetween: NowOf['wasOverBetween'],
): CodeCount[] {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) return [];
  const ofDyno = [...Map.groupBy(group, ({ dyno }) => dyno).values()];
  const now = ofDyno.flatMap((lines) => currentEpisode(lines, isNow, wasOverBetween));
  const minutes = (last.at - first.at) / 60_000;
  return [
    {
      code: last.code,
      words: last.words,
      type: last.type,
      count: group.length,
      now: now.length,
      first: first.at,
      last: last.at,
      since: now.length === 0 ? null : now.reduce((earliest, { at }) => Math.min(earliest, at), last.at),
      perMinute: minutes >= 1 ? group.length / minutes : null,
      line: last.line,
      dynos: [...new Set(now.map(({ dyno }) => dyno).filter((dyno) => dyno !== ''))],
    },
  ];
}

/** Of one dyno's lines those that what goes on now has written: back to the last time at which it was over. */
function currentEpisode(
  lines: readonly CodeLine[],
  isNow: NowOf['isNow'],
  wasOverBetween: NowOf['wasOverBetween'],
): readonly CodeLine[] {
  let begin = lines.length;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    const next = lines[index + 1];
    if (!line) break;
    if (next ? wasOverBetween(line, next) : !isNow(line)) break;
    begin = index;
  }
  return lines.slice(begin);
}

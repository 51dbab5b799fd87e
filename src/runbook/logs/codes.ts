/** Counts Heroku's R, H and L codes in the log by code and process type, and decides how many of them are current. */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import { processTypeOf } from './process-name.ts';
import { isPlain, routerFields } from './router-line.ts';

/** A line that carries a code. */
export interface CodeLine {
  /** Examples: `H12`, `R14`, `L10`. */
  readonly code: string;
  /** Heroku's description of the code: `Request timeout`. */
  readonly words: string;
  /** Example: `web.1`. Null when the line names no dyno. */
  readonly dyno: string | null;
  /** The process type that the line is about; null when it is about none (lost log lines). */
  readonly type: string | null;
  readonly at: Instant;
  readonly line: LogLine;
}

/** One code of one process type. */
export interface CodeCount {
  readonly code: string;
  readonly words: string;
  /** Null when the code is about no process type (lost log lines). */
  readonly type: string | null;
  /** The number of lines in the whole log. */
  readonly count: number;
  /** The number of current lines among them. */
  readonly now: number;
  readonly first: Instant;
  readonly last: Instant;
  /** The first line of the current episode; null when there is no current line. */
  readonly since: Instant | null;
  /** Lines per minute, from the first line to the last; null when that is less than a minute. */
  readonly perMinute: number | null;
  /** The newest line. */
  readonly line: LogLine;
  /** The dynos that the current lines name. */
  readonly dynos: readonly string[];
}

/** The only process type that Heroku's router sends requests to. */
export const ROUTED_TYPE = 'web';

const RUNTIME = /^Error ([RL]\d{1,2}) \(([^)]*)\)/;
const ROUTER_CODE = /^H\d{2}$/;

/** Returns the code in a line, or null. Router lines have `code=H12 desc="…"`; runtime lines have `Error R14 (…)`. */
export function codeOf(line: LogLine): CodeLine | null {
  const { at, source, process, text } = line;
  if (source !== 'heroku' || at === null) return null;
  if (process === 'router') {
    if (isPlain(text)) return null;
    const { code = '', desc = '', dyno } = routerFields(text);
    return ROUTER_CODE.test(code)
      ? { code, words: desc, dyno: dyno || null, type: ROUTED_TYPE, at, line }
      : null;
  }
  if (!text.startsWith('Error ')) return null;
  const [, code, words = ''] = RUNTIME.exec(text) ?? [];
  const type = process === null ? null : processTypeOf(process);
  return code ? { code, words, dyno: type === null ? null : process, type, at, line } : null;
}

/** Splits the lines of one code and process type into current ones and history. */
export interface EpisodeRules {
  isCurrent(line: CodeLine): boolean;
  /** Returns true if what `line` describes had ended before `next`, a later line of the same code, was written. */
  hasEndedBetween(line: CodeLine, next: CodeLine): boolean;
}

/** Returns one entry per code and process type, most frequent first. `lines`: oldest first. */
export function countCodes(lines: readonly CodeLine[], rules: EpisodeRules): CodeCount[] {
  const groups = Map.groupBy(lines, ({ code, type }) => `${code} ${type ?? ''}`);
  const counts = [...groups.values()].map((group) => countGroup(group, rules));
  return counts.flat().toSorted((one, other) => other.count - one.count);
}

function countGroup(group: readonly CodeLine[], rules: EpisodeRules): CodeCount[] {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) return [];
  const ofDyno = [...Map.groupBy(group, ({ dyno }) => dyno).values()];
  const now = ofDyno.flatMap((lines) => currentEpisode(lines, rules));
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
      dynos: [...new Set(now.map(({ dyno }) => dyno).filter((dyno) => dyno !== null))],
    },
  ];
}

/** Returns one dyno's lines of the current episode, back to the last time that the trouble had ended. */
function currentEpisode(lines: readonly CodeLine[], rules: EpisodeRules): readonly CodeLine[] {
  let begin = lines.length;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    const next = lines[index + 1];
    if (!line) break;
    if (next ? rules.hasEndedBetween(line, next) : !rules.isCurrent(line)) break;
    begin = index;
  }
  return lines.slice(begin);
}

/** Returns the code of this process type, if it is current. */
export function currentCode(
  { codes }: { readonly codes: readonly CodeCount[] },
  code: string,
  type: string,
): CodeCount | undefined {
  return codes.find((one) => one.code === code && one.type === type && one.now > 0);
}

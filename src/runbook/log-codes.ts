/** Heroku's H, R and L codes in a log window: how many, from when to when, and which of them speak of now. */
import type { Instant, LogLine } from './evidence.ts';
import type { Boundary } from './log-boundary.ts';
import { routerFields } from './log-lines.ts';

export interface CodeCount {
  readonly code: string;
  /** The words that Heroku gives it: `Boot timeout`. */
  readonly words: string;
  /** In the whole window. */
  readonly count: number;
  /** Of them, those that are not history. */
  readonly now: number;
  readonly first: Instant;
  readonly last: Instant;
  /** First of those that are not history; null when all are. */
  readonly firstNow: Instant | null;
  /** A minute, over the time from the first to the last; null when that is under a minute. */
  readonly perMinute: number | null;
  /** The newest line that carries it, of now where there is one. */
  readonly line: LogLine;
}

export interface CodeSighting {
  readonly code: string;
  readonly words: string;
  /** The dyno concerned; '' when the line names none. */
  readonly dyno: string;
}

const RUNTIME = /^Error ([RL]\d{1,2}) \(([^)]*)\)/;

/** The code that a line carries, or null. Router lines: `code=H12 desc="…"`; runtime lines: `Error R14 (…)`. */
export function codeOf(line: LogLine): CodeSighting | null {
  if (line.source !== 'heroku') return null;
  if (line.process === 'router') {
    const { code, desc = '', dyno = '' } = routerFields(line.text);
    return code && /^H\d{2}$/.test(code) ? { code, words: desc, dyno } : null;
  }
  const [, code, words = ''] = RUNTIME.exec(line.text) ?? [];
  return code ? { code, words, dyno: line.process.includes('.') ? line.process : '' } : null;
}

/** Every code of the window, most frequent first. One-off dynos (run, release, scheduler) do not count. */
export function countCodes(lines: readonly LogLine[], boundary: Boundary): CodeCount[] {
  const counts = new Map<string, CodeCount>();
  for (const line of lines) {
    const sighting = codeOf(line);
    if (!sighting || line.at === null || isOneOff(sighting.dyno)) continue;
    const { code, words, dyno } = sighting;
    const isNow = !boundary.isHistory(line, dyno);
    const before = counts.get(code);
    const count = (before?.count ?? 0) + 1;
    const first = before?.first ?? line.at;
    counts.set(code, {
      code,
      words,
      count,
      now: (before?.now ?? 0) + (isNow ? 1 : 0),
      first,
      last: line.at,
      firstNow: before?.firstNow ?? (isNow ? line.at : null),
      perMinute: line.at - first >= 60_000 ? (count * 60_000) / (line.at - first) : null,
      line: isNow || !before ? line : before.line,
    });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}

export function isOneOff(dyno: string): boolean {
  return /^(run|release|scheduler)\b/.test(dyno);
}

/** Requests that the router logged, good and bad: the whole of which H12 is a share. */
export function countRequests(lines: readonly LogLine[], boundary: Boundary): number {
  return lines.filter(
    (line) => line.process === 'router' && !boundary.isHistory(line, routerFields(line.text).dyno ?? ''),
  ).length;
}

/** Crashes of the process type in a log window, told by Heroku's state changes. */
import type { Instant, LogLine } from './evidence.ts';

export interface Crash {
  readonly dyno: string;
  readonly at: Instant;
  /** Exit status of the process; null when the log does not say. */
  readonly exitStatus: number | null;
  readonly line: LogLine;
}

const CRASHED = /^State changed from \S+ to crashed$/;
const EXITED = /^Process exited with status (\d+)$/;
/** The exit line stands within seconds of its state change, on either side of it. */
const TOGETHER_MS = 10_000;

/** Oldest first. */
export function crashesIn(lines: readonly LogLine[], processType: string): Crash[] {
  const own = lines.filter((line) => line.source === 'heroku' && line.process.startsWith(`${processType}.`));
  const exits = own.flatMap((line) => {
    const status = EXITED.exec(line.text)?.[1];
    return status === undefined || line.at === null
      ? []
      : [{ dyno: line.process, at: line.at, status: Number(status) }];
  });
  return own.flatMap((line) => {
    const { at } = line;
    if (at === null || !CRASHED.test(line.text)) return [];
    const exit = exits.findLast(
      ({ dyno, at: exitedAt }) => dyno === line.process && Math.abs(exitedAt - at) <= TOGETHER_MS,
    );
    return [{ dyno: line.process, at, exitStatus: exit?.status ?? null, line }];
  });
}

/** Reads the boots of every dyno in the log: when each began, came up and ended, and what the app wrote during it. */
import type { LogLine } from '../model/heroku.ts';
import type { Boot } from './boot.ts';
import { BootTracker } from './boot-tracker.ts';
import { dynoEventOf, inCausalOrder } from './dyno-event.ts';
import { processTypeOf } from './process-name.ts';

/** Returns each dyno's boots in the order in which they began. `lines`: oldest first. */
export function readBoots(lines: readonly LogLine[]): Boot[] {
  const linesOf = new Map<string, { type: string; lines: LogLine[] } | null>();
  for (const line of lines) {
    if (line.process === null) continue;
    let own = linesOf.get(line.process);
    if (own === undefined) {
      const type = processTypeOf(line.process);
      own = type === null ? null : { type, lines: [] };
      linesOf.set(line.process, own);
    }
    own?.lines.push(line);
  }
  return [...linesOf].flatMap(([dyno, own]) => (own === null ? [] : bootsOf(dyno, own.type, own.lines)));
}

function bootsOf(dyno: string, type: string, lines: readonly LogLine[]): Boot[] {
  const tracker = new BootTracker(dyno, type);
  let state: string | null = null;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (line?.source !== 'heroku') {
      if (line) tracker.write(line);
      continue;
    }
    const second = secondFrom(lines, index);
    index += second.length - 1;
    for (const other of second) if (other.source !== 'heroku') tracker.write(other);
    const events = second.filter(({ source }) => source === 'heroku').map(dynoEventOf);
    for (const event of inCausalOrder(
      events.filter((one) => one !== null),
      state,
    )) {
      tracker.apply(event);
      if (event.kind === 'state') state = event.to;
    }
  }
  return tracker.boots();
}

/** Returns the lines of one second, whose relative order is not reliable. */
function secondFrom(lines: readonly LogLine[], from: number): readonly LogLine[] {
  const at = lines[from]?.at ?? null;
  if (at === null) return lines.slice(from, from + 1);
  const second = Math.floor(at / 1000);
  let to = from + 1;
  while (to < lines.length && isIn(second, lines[to])) to += 1;
  return lines.slice(from, to);
}

function isIn(second: number, line: LogLine | undefined): boolean {
  return line?.at != null && Math.floor(line.at / 1000) === second;
}

/** Parses Heroku's log lines: `2026-05-01T10:00:00.123456+00:00 heroku[web.1]: State changed from up to crashed`. */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';

const HEAD = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:[+-]\d\d:\d\d|Z)) ([\w-]+)(?:\[([^\]]+)\])?: ?/;

/** Parses one line. A line that is not in Heroku's format keeps its whole text, with no time, source or process. */
export function parseLogLine(line: string): LogLine {
  return parseUsual(line) ?? parseAny(line);
}

function parseAny(line: string): LogLine {
  const [head = '', time = '', source = null, process = null] = HEAD.exec(line) ?? [];
  const at = Date.parse(time);
  if (Number.isNaN(at)) return { at: null, source: null, process: null, text: line };
  return { at, source, process, text: line.slice(head.length) };
}

/**
 * Nearly every line has this format. Using the regex only for the others makes parsing a long log several times faster.
 */
const TIME_LENGTH = '2026-05-01T10:00:00.123456+00:00'.length;
const UTC = '+00:00 ';

function parseUsual(line: string): LogLine | null {
  if (!line.startsWith(UTC, TIME_LENGTH - UTC.length + 1)) return null;
  const at = timeOf(line);
  if (at === null) return null;
  const form = line.startsWith(heroku.mark, TIME_LENGTH + 1)
    ? heroku
    : line.startsWith(app.mark, TIME_LENGTH + 1)
      ? app
      : null;
  if (form)
    return {
      at,
      source: form.source,
      process: form.process,
      text: line.slice(TIME_LENGTH + 1 + form.mark.length),
    };
  return remember(line) ? parseUsual(line) : null;
}

/**
 * Caches what followed the time in the last line of each source, because most lines of a log are from one or two
 * processes.
 */
interface LineForm {
  readonly source: string;
  readonly process: string;
  /** Example: `heroku[router]: `. */
  readonly mark: string;
}

let heroku: LineForm = { source: 'heroku', process: 'router', mark: 'heroku[router]: ' };
let app: LineForm = { source: 'app', process: 'web.1', mark: 'app[web.1]: ' };

function remember(line: string): boolean {
  const [mark, source = '', process = ''] =
    /^(heroku|app)\[([^\]]+)\]: /.exec(line.slice(TIME_LENGTH + 1, 100)) ?? [];
  if (mark === undefined) return false;
  if (source === 'heroku') heroku = { source, process, mark };
  else app = { source, process, mark };
  return true;
}

/** Caches a minute (`2026-05-01T10:00`) with its start time, because hundreds of lines of a log share it. */
let minute: { readonly text: string; readonly at: Instant } | null = null;
const MINUTE_LENGTH = '2026-05-01T10:00'.length;

/**
 * Returns the time in milliseconds, without Heroku's microseconds. Returns null if the line does not begin with such a
 * time.
 */
function timeOf(line: string): Instant | null {
  if (minute === null || !line.startsWith(minute.text)) {
    const text = line.slice(0, MINUTE_LENGTH);
    const at = Date.parse(`${text}:00Z`);
    if (Number.isNaN(at) || line[MINUTE_LENGTH] !== ':' || line[MINUTE_LENGTH + 3] !== '.') return null;
    minute = { text, at };
  }
  const seconds = digit(line, 17) * 10 + digit(line, 18);
  const millis = digit(line, 20) * 100 + digit(line, 21) * 10 + digit(line, 22);
  const at = minute.at + seconds * 1000 + millis;
  return Number.isNaN(at) || seconds > 60 ? null : at;
}

function digit(line: string, index: number): number {
  const value = line.charCodeAt(index) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

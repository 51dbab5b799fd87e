/** Heroku's log lines: `2026-05-01T10:00:00.123456+00:00 heroku[web.1]: State changed from up to crashed`. */
import type { LogLine } from './evidence.ts';

const LINE = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:[+-]\d\d:\d\d|Z)) ([\w-]+)(?:\[([^\]]+)\])?: ?(.*)$/s;

/** One line; what does not fit Heroku's form keeps its whole text, with no time, source or process. */
export function parseLogLine(line: string): LogLine {
  const [, time = '', source = '', process = '', text = ''] = LINE.exec(line) ?? [];
  const at = Date.parse(time);
  if (Number.isNaN(at)) return { at: null, source: '', process: '', text: line };
  return { at, source, process, text };
}

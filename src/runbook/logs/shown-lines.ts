/** Formats log lines the same way for Slack and the terminal: times in UTC, router lines shortened to what matters. */

import type { LogLine } from '../model/heroku.ts';
import { cut } from '../text/cut.ts';
import { routerFields } from './router-line.ts';

/** A longer path would push the status off the screen. */
const LONGEST_PATH = 80;

/** Keeps the given order. A line shows its date only when it differs from the date of the newest line. */
export function shownLines(lines: readonly LogLine[]): string[] {
  const today = dayOf(lines.findLast(({ at }) => at !== null)?.at ?? null);
  return lines.map((line) => shownLine(line, today));
}

function shownLine(line: LogLine, today: string): string {
  const { at, source, process, text } = line;
  // A line that could not be parsed is shown unchanged.
  if (at === null) return text;
  const day = dayOf(at);
  const time = `${day === today ? '' : `${day} `}${new Date(at).toISOString().slice(11, 19)}Z`;
  const request = source === 'heroku' && process === 'router' ? requestWords(text) : null;
  return request === null ? `${time} ${source}[${process ?? ''}]: ${text}` : `${time} ${request}`;
}

/**
 * Example: `GET /api/quotes 503 30000ms web.1 H12`, without the query string. Returns null if the line is not about a
 * request.
 */
function requestWords(text: string): string | null {
  const { method, path, status, service, dyno, code } = routerFields(text);
  if (method === undefined || path === undefined || status === undefined) return null;
  const [route = ''] = path.split('?', 1);
  const parts = [method, cut(route, LONGEST_PATH), status, service, dyno, code];
  return parts.filter((part) => part !== undefined && part !== '' && part !== '-').join(' ');
}

function dayOf(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString().slice(0, 10);
}

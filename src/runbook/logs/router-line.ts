/** Parses Heroku's router lines by key, never by position, because Router 2.0 orders its fields differently. */

export interface RouterLine {
  /** Example: `H12`. Null when the router reports no error. */
  readonly code: string | null;
  /** Heroku's description of the code: `Request timeout`; null when there is none. */
  readonly words: string | null;
  /** The HTTP status; null when the line has none. */
  readonly status: number | null;
  /** The dyno that got the request; null when none did. */
  readonly dyno: string | null;
  /** Null when the line has none. It is not read for a request without an error: null then, too. */
  readonly method: string | null;
  /** The path without the query string; null whenever the line has none, or the method is not read. */
  readonly path: string | null;
  /** The dyno's service time in milliseconds; null when it did not get the request, or did not respond. */
  readonly serviceMs: number | null;
}

/**
 * Returns the fields of a router line, without quotes. A quoted value may contain spaces and `=`, so the line is read
 * field by field, and nothing that a visitor writes into a path is taken for a field.
 */
export function routerFields(text: string): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  let from = 0;
  for (;;) {
    const equals = text.indexOf('=', from);
    if (equals === -1) return fields;
    const before = text.slice(from, equals);
    const key = before.slice(before.lastIndexOf(' ') + 1);
    const isQuoted = text.charCodeAt(equals + 1) === QUOTE;
    const end = isQuoted ? endOfQuoted(text, equals + 2) : endOfBare(text, equals + 1);
    fields[key] = text.slice(equals + (isQuoted ? 2 : 1), end);
    from = end + 1;
  }
}

const QUOTE = 34;
const BACKSLASH = 92;

function endOfQuoted(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && text.charCodeAt(end - 1) === BACKSLASH) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function endOfBare(text: string, from: number): number {
  const end = text.indexOf(' ', from);
  return end === -1 ? text.length : end;
}

const CODE = /^H\d{2}$/;

export function parseRouterLine(text: string): RouterLine {
  return parseGood(text) ?? parseAny(text);
}

function parseAny(text: string): RouterLine {
  const { code = '', desc, status, dyno, method, path, service } = routerFields(text);
  return {
    code: CODE.test(code) ? code : null,
    words: desc || null,
    status: numberOf(status),
    dyno: dyno || null,
    method: method || null,
    path: path?.split('?', 1)[0] || null,
    serviceMs: numberOf(service),
  };
}

/**
 * Parses a request without an error, for which only status, dyno and time matter. These fields come after everything
 * that a visitor can write (path, agent, addresses), so the last ones in the line are Heroku's own. Returns null if the
 * line has to be read field by field.
 */
function parseGood(text: string): RouterLine | null {
  if (!isPlain(text)) return null;
  const dyno = text.lastIndexOf(' dyno=');
  const status = text.indexOf(' status=', dyno);
  if (dyno === -1 || status === -1 || text.indexOf('"', dyno) !== -1) return null;
  const answered = numberOf(text.slice(status + 8, status + 11));
  if (answered === null || answered >= 400) return null;
  const name = text.slice(dyno + 6, text.indexOf(' ', dyno + 6));
  const service = text.indexOf(' service=', dyno);
  const serviceMs = service === -1 ? null : numberOf(text.slice(service + 9, service + 17));
  return {
    code: null,
    words: null,
    status: answered,
    dyno: name || null,
    method: null,
    path: null,
    serviceMs,
  };
}

/** Returns true if the router reports no error. A code, if there is one, comes before everything else. */
export function isPlain(text: string): boolean {
  return text.startsWith('at=info method=');
}

function numberOf(field: string | undefined): number | null {
  const number = Number.parseInt(field ?? '', 10);
  return Number.isNaN(number) ? null : number;
}

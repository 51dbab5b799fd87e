/** Reads the value that begins at a position in a line: quoted in any way that programs quote, or bare. */

export interface Value {
  /** The beginning of the value itself, after its quote. */
  readonly from: number;
  readonly to: number;
  readonly isQuoted: boolean;
}

/** Matches what a language writes before a quote: `b'…'`, `Some("…")`, `SecretStr('…')`, `["…"`. */
const WRAPPER =
  /(?:[bBuUrRfF]{1,2}(?=["'])|(?:Some|Just|Ok|SecretStr|SecretBytes|Secret|Password|String|str|bytes)\((?=\\{0,7}["'])|\[(?=\\{0,7}["'])|<!\[CDATA\[)/y;
const QUOTE = /'{3}|"{3}|\\{0,7}["'`]|\\{1,3}(?:u002[27]|x2[27])|&quot;|&#3[49];|%2[27]|[“‘«]/iy;
const CLOSING: Readonly<Record<string, string>> = { '“': '”', '‘': '’', '«': '»' };
const MARK = /\[redacted(?::[a-z-]{1,20})?\]/y;
/**
 * Characters that may end a bare value belong to it when it continues directly: a comma, a quote and a bracket before
 * more of it, `&` and `;` when no other name and value follow.
 */
const BARE =
  /(?:[^\s"'`,;&)}\]\\<]|,(?=[^\s"'`,;&)}\]\\<])|["')}\]](?=[A-Za-z0-9!#$%^*@])|[&;](?=[^\s"'])(?!(?:amp;)?[\w .%[\]-]{1,40}=)){1,64}/y;

/** Reads no more than `limit` characters, because a part is enough to judge a value. */
export function readValue(line: string, at: number, limit: number): Value {
  const start = skip(WRAPPER, line, at);
  const quote = matchAt(QUOTE, line, start);
  if (quote === '') return { from: start, to: endOfBare(line, start, limit), isQuoted: false };
  const from = start + quote.length;
  return { from, to: endOfQuoted(line, from, CLOSING[quote] ?? quote, limit), isQuoted: true };
}

/** Reads up to the first of `ends`, or the whole rest. */
export function readUntil(line: string, from: number, ends: string, limit: number): number {
  const end = line.slice(from, from + limit).indexOf(ends);
  return end < 0 ? Math.min(line.length, from + limit) : from + end;
}

export function matchAt(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? '';
}

export function skip(pattern: RegExp, line: string, at: number): number {
  return at + matchAt(pattern, line, at).length;
}

function endOfQuoted(line: string, from: number, closing: string, limit: number): number {
  if (closing.length > 1) return readUntil(line, from, closing, limit);
  const last = Math.min(line.length, from + limit);
  for (let at = from; at < last; at += 1) {
    const sign = line[at];
    // An escaped quote belongs to the value.
    if (sign === '\\') at += 1;
    else if (sign === closing) return at;
  }
  return last;
}

function endOfBare(line: string, from: number, limit: number): number {
  const last = Math.min(line.length, from + limit);
  let at = from;
  while (at < last) {
    const length = matchAt(MARK, line, at).length || bareLength(line, at);
    if (length === 0) break;
    at += length;
  }
  return Math.min(at, last);
}

/** A bare value ends where a redaction mark may begin. */
function bareLength(line: string, at: number): number {
  const run = matchAt(BARE, line, at);
  const open = run.indexOf('[', 1);
  return open > 0 ? open : run.length;
}

/** Finds secrets in addresses: user names and passwords in URLs, queries in router lines, visitors' IP addresses. */
import { isRandom } from './secret-value.ts';
import { type Finder, isMark, type Span } from './span.ts';

export const findInAddresses: Finder = (line) => [...findUserInfo(line), ...findInRouterFields(line)];

const AUTHORITY_END = /[\s"'<>`\\]|:\/\//g;
/** No password is longer, so text further away belongs to something else. */
const LONGEST = 2_000;

function findUserInfo(line: string): Span[] {
  const spans: Span[] = [];
  for (let at = line.indexOf('://'); at >= 0; at = line.indexOf('://', at + 3)) {
    const span = /[A-Za-z0-9]/.test(line.charAt(at - 1)) ? userInfoAt(line, at + 3) : null;
    if (span) spans.push(span);
  }
  for (const { index, 1: user = '', 2: password = '' } of line.includes('jdbc:')
    ? line.matchAll(ORACLE_ADDRESS)
    : []) {
    const from = index + user.length;
    if (!isMark(password)) spans.push({ from, to: from + password.length, mark: '[redacted:password]' });
  }
  for (const { index: to } of line.matchAll(/@(?:tcp|unix|udp)\(/g)) {
    const password = BEFORE_DRIVER.exec(line.slice(Math.max(0, to - 200), to))?.[1] ?? '';
    if (password !== '' && !isMark(password))
      spans.push({ from: to - password.length, to, mark: '[redacted:password]' });
  }
  return spans;
}

/** Matches `jdbc:oracle:thin:user/password@host`. */
const ORACLE_ADDRESS = /\b(jdbc:oracle:[a-z0-9]{1,10}:[^\s/@]{0,64}\/)([^\s/@"']{1,200})@/g;

/** Matches `user:password@tcp(host:3306)/database`, the format of Go's drivers. */
const BEFORE_DRIVER = /^(?:.*[\s"'/])?[\w.+-]*:([^\s"'/]+)$/;

function userInfoAt(line: string, from: number): Span | null {
  // An IPv6 address has colons too.
  if (line[from] === '[') return null;
  AUTHORITY_END.lastIndex = from;
  const end = Math.min(AUTHORITY_END.exec(line)?.index ?? line.length, from + LONGEST);
  const given = line.slice(from, end);
  const at = lastAt(given);
  if (at < 0) return null;
  const info = given.slice(0, at);
  const colon = info.indexOf(':');
  if (colon < 0) return isSecretUser(info) ? { from, to: from + at, mark: '[redacted]' } : null;
  const password = info.slice(colon + 1);
  // Skips `host:443/path/@scope`.
  if (/^\d{1,5}\//.test(password)) return null;
  const user = info.slice(0, colon);
  // Handles `https://TOKEN:x-oauth-basic@host`.
  if (isRandom(user)) return isMark(user) ? null : { from, to: from + at, mark: '[redacted]' };
  if (password === '' || isMark(password) || /^(?:\*+|x-oauth-basic|pass|password|pw)$/.test(password))
    return null;
  return { from: from + colon + 1, to: from + at, mark: '[redacted:password]' };
}

/** Finds the `@` before the host: the last one that a host can follow. */
function lastAt(given: string): number {
  for (let at = given.lastIndexOf('@'); at >= 0; at = given.lastIndexOf('@', at - 1)) {
    const before = given.slice(0, at);
    const isBeforeHost =
      /^[A-Za-z0-9[(_%$]/.test(given.slice(at + 1)) && !/[?#]/.test(before.slice(before.indexOf('/') + 1));
    if (isBeforeHost && (!before.includes('/') || before.includes(':'))) return at;
    if (at === 0) return -1;
  }
  return -1;
}

function isSecretUser(user: string): boolean {
  return !isMark(user) && user.length >= 16 && /^[\w.~%-]+$/.test(user);
}

const FIELD = /\b(path|fwd)=(")?/g;
const QUOTED = /(?:[^"\\]|\\.)*/y;
const BARE = /\S*/y;

/** A path's query and the client's address belong to the visitor, whatever they contain. */
function findInRouterFields(line: string): Span[] {
  const spans: Span[] = [];
  FIELD.lastIndex = 0;
  for (let found = FIELD.exec(line); found; found = FIELD.exec(line)) {
    const from = FIELD.lastIndex;
    const pattern = found[2] === undefined ? BARE : QUOTED;
    pattern.lastIndex = from;
    const value = pattern.exec(line)?.[0] ?? '';
    const span = found[1] === 'fwd' ? addressAt(from, value) : queryAt(from, value);
    if (span) spans.push(span);
    FIELD.lastIndex = from + value.length;
  }
  return spans;
}

function addressAt(from: number, value: string): Span | null {
  const isAddress = value !== '' && !isMark(value) && !/^\[redacted/.test(value);
  return isAddress ? { from, to: from + value.length, mark: '[redacted:address]' } : null;
}

function queryAt(from: number, value: string): Span | null {
  const query = value.indexOf('?') + 1;
  if (query === 0 || query === value.length || isMark(value.slice(query))) return null;
  return { from: from + query, to: from + value.length, mark: '[redacted:query]' };
}

/**
 * Finds credentials in HTTP headers, in the forms in which headers are logged: one per line, in a dictionary, in a list
 * of pairs.
 */
import { matchAt, readUntil } from './read-value.ts';
import { isPlaceholder, isRandom } from './secret-value.ts';
import { type Finder, isMark, type Span } from './span.ts';

const HEADER = /(?<![A-Za-z])(?:proxy[-_])?authorization|(?<![A-Za-z])(?:set-)?cookies?(?=\W)/gi;
const JOIN =
  /(?:\\{0,7}["'`]|\\{1,3}u0022|&quot;|%22){0,2}\]?\s{0,3}(?::(?!:)|=>?|,(?=\s?b?["'])|%3A)\s{0,3}(?:\[(?!redacted))?(?:[bu](?=["']))?/iy;
const QUOTE = /\\{0,7}["'`]|\\{1,3}u0022|&quot;|%22/iy;
const COOKIE = /[\w.%-]{1,100}=/y;
/** Matches a scheme with what follows it, a bare credential, or the parameters of a scheme that has them. */
const WITH_PARAMETERS =
  /(?:digest|oauth|hawk|signature|aws4-hmac-sha256|token|goog4-rsa-sha256)\s{1,3}[\w-]{1,40}=/iy;
const CREDENTIAL = /(?:([\w-]{1,30})\s{1,3})?([^\s"'`,;)}\\[\]]{3,})/y;
const SCHEME =
  /^(?:basic|bearer|token|digest|apikey|api-key|negotiate|ntlm|oauth|hawk|jwt|key|ssws|bot|splunk|geniekey|dpop)$/i;

export const findHeaders: Finder = (line) => [
  ...findNamed(line),
  ...findScheme(line, BEARER, '[redacted:bearer]', isToken),
  ...findScheme(line, SASL, '[redacted:credential]', isToken),
  ...findScheme(line, BASIC, '[redacted:basic]', decodesToPair),
];

function findNamed(line: string): Span[] {
  const spans: Span[] = [];
  HEADER.lastIndex = 0;
  for (let found = HEADER.exec(line); found; found = HEADER.exec(line)) {
    const join = matchAt(JOIN, line, HEADER.lastIndex);
    if (join === '') continue;
    const at = HEADER.lastIndex + join.length;
    const quote = matchAt(QUOTE, line, at);
    const from = at + quote.length;
    const span = /cookie/i.test(found[0]) ? cookieAt(line, from, quote) : credentialAt(line, from, quote);
    if (!span) continue;
    spans.push(span);
    HEADER.lastIndex = span.to;
  }
  return spans;
}

function cookieAt(line: string, from: number, quote: string): Span | null {
  if (matchAt(COOKIE, line, from) === '') return null;
  return { from, to: endOf(line, from, quote), mark: '[redacted:cookie]' };
}

function credentialAt(line: string, from: number, quote: string): Span | null {
  const mark = '[redacted:credential]';
  if (matchAt(WITH_PARAMETERS, line, from) !== '') {
    // The parameters have their own quotes, of the other kind.
    const to = quote === '' ? line.length : endOf(line, from, quote);
    return { from, to, mark };
  }
  CREDENTIAL.lastIndex = from;
  const [whole, scheme = '', credential = ''] = CREDENTIAL.exec(line) ?? [];
  if (
    whole === undefined ||
    isMark(credential) ||
    isPlaceholder(credential) ||
    line.startsWith('[redacted', from + whole.length)
  )
    return null;
  const to = quote === '' ? from + whole.length : Math.max(from + whole.length, endOf(line, from, quote));
  if (SCHEME.test(scheme)) return isWordOnly(credential) ? null : { from, to, mark };
  if (scheme !== '' && isWordOnly(scheme) && !isRandom(credential)) return null;
  return isWordOnly(credential) && quote === ''
    ? null
    : isWordOnly(credential) && credential.length < 12
      ? null
      : { from, to, mark };
}

/** Inside quotes the value extends to the closing quote, and otherwise to the end of the line. */
function endOf(line: string, from: number, quote: string): number {
  return quote === '' ? line.length : readUntil(line, from, quote, line.length);
}

/** Text of only lower-case letters is a word of a message (`Authorization: missing`). */
function isWordOnly(text: string): boolean {
  return text.length < 24 && /^[A-Z]?[a-z_-]+[.!]?$/.test(text);
}

const BEARER = /(?<![A-Za-z])bearer(?:\s|%20|\+|\\u0020){1,3}(?!\[)([\w.~+/-]{8,8000}={0,2})/gi;
/** Matches mail logins: `AUTH PLAIN AGpvZQBzZWNyZXQ=`. */
const SASL = /(?<![A-Za-z])auth (?:plain|login) ([A-Za-z0-9+/]{8,8000}={0,2})/gi;
const BASIC = /(?<![A-Za-z])basic(?:\s|%20|\+){1,3}([A-Za-z0-9+/_-]{6,8000}={0,2})/gi;

function findScheme(
  line: string,
  scheme: RegExp,
  mark: string,
  isCredential: (text: string) => boolean,
): Span[] {
  return [...line.matchAll(scheme)].flatMap(({ 0: whole, 1: credential = '', index }) => {
    const to = index + whole.length;
    return isCredential(credential) ? [{ from: to - credential.length, to, mark }] : [];
  });
}

function isToken(text: string): boolean {
  return /\d/.test(text) || /[a-z][A-Z]/.test(text) || text.length >= 24;
}

/** `Basic` is also a dyno size and a word, so only text that decodes to `user:password` is a credential. */
function decodesToPair(encoded: string): boolean {
  try {
    return /^[\x20-\xff]*:[\x20-\xff]*$/.test(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return false;
  }
}

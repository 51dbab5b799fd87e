/**
 * One redactor for every text that leaves the process: messages, terminal, logs, errors. First the exact value of every
 * configured secret, then everything that looks like one. Running it twice changes nothing more; its time grows with
 * the text's length only (every repetition in a pattern is bounded or anchored).
 */
import type { LogLine } from './evidence.ts';

export interface Redactor {
  text(text: string): string;
  /** The same value with every string in it redacted. */
  deep<T>(value: T): T;
  /** A log line: what the app printed loses its e-mail addresses and bare key material as well. */
  logLine(line: LogLine): LogLine;
}

export interface RedactorOptions {
  /** Exact values that must never be shown, whatever they look like. */
  readonly secrets: readonly string[];
}

/** Shorter than this, a value would black out ordinary words. */
const SHORTEST = 4;
/** Shorter than this, the inside of a base64 text is no trace of the value. */
const SHORTEST_IN_BASE64 = 8;

type Rule = readonly [RegExp, string | ((...found: string[]) => string)];

/** What variables that hold a secret are called; some have a word or a number behind (`SECRET_KEY_BASE`, `TOKEN_V2`). */
const NAME =
  '((?:password|passwd|pwd|passphrase|(?<=_)pass|secret|secret[_-]?key|token|api[_-]?key|apikey|access[_-]?key(?:[_-]?id)?|private[_-]?key|signing[_-]?key|encryption[_-]?key|credentials?)(?:[_-](?:base|old|new|primary|secondary|prod|production|staging|live|test|v?\\d{1,3}))?)';
const IS = '(\\\\?["\']?\\s{0,3}[:=]\\s{0,3})';
const NOT_YET = '(?!\\[redacted:)';
/** Code that reads a variable is not the variable's value: the traceback needs it. */
const NOT_CODE =
  '(?!os\\.environ|os\\.getenv|environ[[.]|getenv\\(|(?:None|null|true|false|undefined)(?![\\w-]))';
/** A value without quotes; a comma belongs to it where no space follows. */
const BARE = '(?:[^\\s"\',;&)}\\]\\\\]|,(?=[^\\s"\',;&)}\\]\\\\]))';

const RULES: readonly Rule[] = [
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,10000}?-----END [A-Z ]{0,30}PRIVATE KEY-----/g,
    '[redacted:private-key]',
  ],
  // The log cut the key before its end.
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:\\[nr]|[A-Za-z0-9+/=]|[\r\n](?=[A-Za-z0-9+/=])){1,10000}/g,
    '[redacted:private-key]',
  ],
  // JSON in JSON: its quotes are escaped, and end the value.
  [new RegExp(`${NAME}${IS}(\\\\["'])${NOT_YET}[^"'\\\\]{1,500}`, 'gi'), '$1$2$3[redacted:value]'],
  // The other quote, and an escaped one, belong to the value.
  [
    new RegExp(`${NAME}${IS}(["'])${NOT_YET}(?:\\\\.|(?!\\3)[^\\\\\n]){1,500}`, 'gi'),
    '$1$2$3[redacted:value]',
  ],
  [new RegExp(`${NAME}${IS}(?!\\\\?["'])${NOT_YET}${NOT_CODE}${BARE}{3,500}`, 'gi'), '$1$2[redacted:value]'],
  [/\b(path="(?:[^"?\\]|\\.){0,4000})\?(?!\[redacted:)(?:[^"\\]|\\.){0,8000}/g, '$1?[redacted:query]'],
  [/\b(path=[^\s"?]{1,4000})\?(?!\[redacted:)\S{0,8000}/g, '$1?[redacted:query]'],
  [/\bfwd="(?!\[redacted:)[^"]{0,1000}"/g, 'fwd="[redacted:address]"'],
  [/\bfwd=(?!["[])\S{1,1000}/g, 'fwd=[redacted:address]'],
  [/\b(bearer)\s{1,3}(?!\[redacted:)[\w.~+/-]{8,4000}={0,2}/gi, '$1 [redacted:bearer]'],
  [/\b(basic)\s{1,3}([A-Za-z0-9+/]{6,4000}={0,2})/gi, redactBasic],
  // Any other scheme, and what does not decode.
  [
    /\b((?:proxy-)?authorization\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)(?!(?:[\w-]{1,20}\s{1,3})?\[redacted:)(?:[\w-]{1,20}\s{1,3})?[^\s"',;)}\\[]{3,4000}/gi,
    '$1[redacted:credential]',
  ],
  [
    /\b((?:set-)?cookie\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)(?!\[redacted:)[\w.-]{1,100}=[^"'\\\n]{1,8000}/gi,
    '$1[redacted:cookie]',
  ],
  [/\b(https?:\/\/)[\w-]{16,200}@/gi, '$1[redacted]@'],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"']{0,200}):[^\s/"']{1,500}@/gi, '$1:[redacted:password]@'],
  [/\bHRKU-[\w-]{20,200}/g, '[redacted:heroku-key]'],
  [/\b(?:gh[pousr]_|github_pat_)[\w.-]{20,1000}/g, '[redacted:github-token]'],
  [/\bxox[a-z](?:\.xox[a-z])?-[\w-]{10,500}|\bxapp-[\w-]{10,500}/g, '[redacted:slack-token]'],
  [/\b(hooks\.slack\.com\/[a-z]{1,20}\/)[\w/-]{8,300}/g, '$1[redacted:slack-hook]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[redacted:aws-key]'],
  [/\b(?:[rs]k_(?:live|test)_|whsec_)[\w+/=-]{10,300}/g, '[redacted:stripe-key]'],
  [
    /\b(?:sk-[\w-]{20,300}|AIza[\w-]{35}|SG\.[\w-]{16,64}\.[\w-]{16,80}|glpat-[\w-]{20,100}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{20,300})/g,
    '[redacted:api-key]',
  ],
  [/(?<![\w-])eyJ[\w-]{5,8000}\.[\w-]{2,8000}\.[\w-]{0,8000}/g, '[redacted:jwt]'],
];

const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
/** The inside of a key file, printed line by line. */
const KEY_MATERIAL = /^[A-Za-z0-9+/]{60,100}={0,2}$/;

export function createRedactor({ secrets }: RedactorOptions): Redactor {
  const exact = exactPattern(secrets);
  const text = (given: string): string => {
    let clean = exact ? given.replace(exact, '[redacted:secret]') : given;
    for (const [pattern, words] of RULES) {
      // Both overloads of replace take these; the union of them does not compile as one call.
      clean = typeof words === 'string' ? clean.replace(pattern, words) : clean.replace(pattern, words);
    }
    return clean;
  };
  return { text, deep: (value) => mapStrings(value, text), logLine: (line) => redactLogLine(line, text) };
}

function redactLogLine(line: LogLine, text: (given: string) => string): LogLine {
  const clean = text(line.text);
  // `app[api]` is Heroku speaking of releases: whoever made one stays named. The rest of `app` is the app's own text.
  if (line.source === 'heroku' || (line.source === 'app' && line.process === 'api'))
    return { ...line, text: clean };
  const masked = clean.replace(EMAIL, '[redacted:e-mail]');
  return { ...line, text: KEY_MATERIAL.test(masked.trim()) ? '[redacted:key-material]' : masked };
}

/** `Basic` is a dyno size and a word as well: only what decodes to `user:password` is a credential. */
function redactBasic(whole: string, word: string, encoded: string): string {
  return decodesToPair(encoded) ? `${word} [redacted:basic]` : whole;
}

function decodesToPair(encoded: string): boolean {
  try {
    return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(atob(encoded));
  } catch {
    return false;
  }
}

/** Each secret in every spelling in which it may travel, the longest first so that none is left half. */
function exactPattern(secrets: readonly string[]): RegExp | null {
  const spellings = new Set(secrets.flatMap(spellingsOf));
  if (spellings.size === 0) return null;
  const sorted = [...spellings].sort((one, other) => other.length - one.length);
  return new RegExp(sorted.map((one) => one.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}

function spellingsOf(secret: string): string[] {
  // Not the first and last line of a key: every key has them, and they tell the rules where one is.
  const lines = secret.includes('\n')
    ? secret.split(/\r?\n/).filter((line) => line.length >= 20 && !line.startsWith('-----'))
    : [];
  const inJson = JSON.stringify(secret).slice(1, -1);
  // Some writers of JSON escape the slash as well.
  const whole = [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    inJson,
    inJson.replaceAll('/', '\\/'),
  ];
  return [...whole, ...lines, ...base64Of(secret)].filter((one) => one.length >= SHORTEST);
}

/** Base64 of the secret alone and inside of a longer text, at each of its three alignments; plain and URL-safe. */
function base64Of(secret: string): string[] {
  if (secret.length < SHORTEST_IN_BASE64) return [];
  const bytes = new TextEncoder().encode(secret);
  const encode = (given: Uint8Array) => btoa(String.fromCharCode(...given));
  const inside = [0, 1, 2].map((shift) => {
    const encoded = encode(new Uint8Array([...new Uint8Array(shift), ...bytes])).replace(/=+$/, '');
    // The characters that mix in bits of what stands before or after differ from text to text.
    const begin = shift === 0 ? 0 : shift + 1;
    const end = (shift + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    return encoded.slice(begin, end);
  });
  const plain = [encode(bytes), ...inside];
  return plain.flatMap((one) => [one, one.replaceAll('+', '-').replaceAll('/', '_')]);
}

function mapStrings<T>(value: T, map: (text: string) => string): T {
  const walk = (given: unknown): unknown => {
    if (typeof given === 'string') return map(given);
    if (Array.isArray(given)) return given.map(walk);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, walk(inner)]));
  };
  // The walk keeps every shape and changes strings only: what came as T goes as T.
  return walk(value) as T;
}

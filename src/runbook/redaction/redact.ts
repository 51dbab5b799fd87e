/**
 * One redactor for every text that leaves the process: messages, terminal, logs, errors. It hides the exact value of
 * every configured secret, and everything that looks like one. It reads each line separately and unchanged, runs all
 * finders, and then replaces once. Running it again changes nothing, and its time grows only with the text's length.
 */
import type { LogLine } from '../model/heroku.ts';
import { findInAddresses } from './addresses.ts';
import { findOnCommandLines } from './commands.ts';
import { findConfigured } from './configured.ts';
import { findFields } from './fields.ts';
import { findHeaders } from './headers.ts';
import { findPrivateKeys } from './pem.ts';
import { nameStrength } from './secret-name.ts';
import { isSecretValue } from './secret-value.ts';
import { type Finder, replaceSpans } from './span.ts';
import { findVendorTokens } from './vendor-tokens.ts';

export interface Redactor {
  text(text: string): string;
  /** Returns the same value with every string in it redacted, each judged together with its name in the value. */
  deep<T>(value: T): T;
  /** Redacts a log line. In the app's own output, email addresses and bare key material are hidden too. */
  logLine(line: LogLine): LogLine;
}

export interface RedactorOptions {
  /**
   * Exact values that must never be shown, whatever they look like. Values shorter than eight characters are not
   * hidden.
   */
  readonly secrets: readonly string[];
}

/** Finders by name, because each has its own time budget in the tests. */
export const LINE_FINDERS: Readonly<Record<string, Finder>> = {
  fields: findFields,
  headers: findHeaders,
  addresses: findInAddresses,
  commands: findOnCommandLines,
  tokens: findVendorTokens,
};

const FINDERS = Object.values(LINE_FINDERS);
/** A replacement can change what the next round finds. After the second round there is rarely anything left. */
const ROUNDS = 8;

export function createRedactor({ secrets }: RedactorOptions): Redactor {
  const configured = findConfigured(secrets);
  const text = (given: string): string => {
    const whole = settle(given, (one) => [...configured(one), ...findPrivateKeys(one)]);
    return whole.includes('\n') ? whole.split('\n').map(redactLine).join('\n') : redactLine(whole);
  };
  return { text, deep: (value) => mapStrings(value, text), logLine: (line) => redactLogLine(line, text) };
}

function redactLine(line: string): string {
  return settle(line, (one) => FINDERS.flatMap((find) => find(one)));
}

/** Replaces until nothing more is found. */
function settle(given: string, find: Finder): string {
  let clean = given;
  for (let round = 0; round < ROUNDS; round += 1) {
    const spans = find(clean);
    if (spans.length === 0) break;
    const next = replaceSpans(clean, spans);
    if (next === clean) break;
    clean = next;
  }
  return clean;
}

function redactLogLine(line: LogLine, text: (given: string) => string): LogLine {
  const clean = text(line.text);
  // `app[api]` is Heroku's own line about a release, so its author stays visible. Everything else from `app` is the
  // app's output.
  if (line.source === 'heroku' || (line.source === 'app' && line.process === 'api'))
    return { ...line, text: clean };
  const masked = clean.replace(EMAIL, '[redacted:e-mail]');
  return { ...line, text: isKeyMaterial(masked.trim()) ? '[redacted:key-material]' : masked };
}

/** Leaves out `gunicorn@22.0.0`, `git@github.com` and `logo@2x.png`, which are not email addresses. */
const EMAIL =
  /(?<![\w.+-])(?!git@)[\w.+-]{1,64}@(?!\d+[x.])[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[A-Za-z]{2,24}(?![\w-])/g;

/** Matches the body of a key file that is printed line by line. A digest is hexadecimal, so it does not match. */
function isKeyMaterial(text: string): boolean {
  if (!/^[A-Za-z0-9+/]{60,100}={0,2}$/.test(text) || /^[0-9a-f]+$/i.test(text)) return false;
  return /[A-Z]/.test(text) && /[a-z]/.test(text) && /\d/.test(text);
}

function mapStrings<T>(value: T, map: (text: string) => string): T {
  const walk = (given: unknown, name: string): unknown => {
    if (typeof given === 'string') return isSecretUnder(name, given) ? '[redacted:value]' : map(given);
    if (Array.isArray(given)) return given.map((one) => walk(one, name));
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, walk(inner, key)]));
  };
  // The walk keeps every shape and changes only strings, so a T stays a T.
  return walk(value, '') as T;
}

/**
 * In a structured value the name is separate from its value, so both are judged as if they were written out as text.
 */
function isSecretUnder(name: string, value: string): boolean {
  const strength = nameStrength(name);
  return strength !== null && isSecretValue({ strength, join: 'assigned', isQuoted: true, value, next: '' });
}

/**
 * One redactor for every text that leaves the process: messages, terminal, logs, errors. It hides the exact value of every
 * configured secret, and everything that looks like one. Each line is read by itself and as it came, all finders first and
 * then one replacement; running it again changes nothing; its time grows with the text's length only.
 */
import type { LogLine } from '../model/evidence.ts';
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
  /** The same value with every string in it redacted, by the name that it stands under as well. */
  deep<T>(value: T): T;
  /** A log line: what the app printed loses its e-mail addresses and bare key material as well. */
  logLine(line: LogLine): LogLine;
}

export interface RedactorOptions {
  /** Exact values that must never be shown, whatever they look like; those shorter than eight characters are left alone. */
  readonly secrets: readonly string[];
}

/** By name: each has a budget of its own in the tests. */
export const LINE_FINDERS: Readonly<Record<string, Finder>> = {
  fields: findFields,
  headers: findHeaders,
  addresses: findInAddresses,
  commands: findOnCommandLines,
  tokens: findVendorTokens,
};

const FINDERS = Object.values(LINE_FINDERS);
/** What one round leaves may read differently to the next one; after the second there is hardly ever anything. */
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

/** Replaces what is found until nothing more is. */
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
  // `app[api]` is Heroku speaking of releases: whoever made one stays named. The rest of `app` is the app's own text.
  if (line.source === 'heroku' || (line.source === 'app' && line.process === 'api'))
    return { ...line, text: clean };
  const masked = clean.replace(EMAIL, '[redacted:e-mail]');
  return { ...line, text: isKeyMaterial(masked.trim()) ? '[redacted:key-material]' : masked };
}

/** Not `gunicorn@22.0.0`, `git@github.com` or `logo@2x.png`: a domain of letters is behind it. */
const EMAIL =
  /(?<![\w.+-])(?!git@)[\w.+-]{1,64}@(?!\d+[x.])[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[A-Za-z]{2,24}(?![\w-])/g;

/** The inside of a key file, printed line by line; a digest is hexadecimal. */
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
  // The walk keeps every shape and changes strings only: what came as T goes as T.
  return walk(value, '') as T;
}

/** In a value the name stands apart from what it names: it is judged here as the text would be, were it written out. */
function isSecretUnder(name: string, value: string): boolean {
  const strength = nameStrength(name);
  return strength !== null && isSecretValue({ strength, join: 'assigned', isQuoted: true, value, next: '' });
}

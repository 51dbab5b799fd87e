/**
 * Makes outside text harmless once, where it enters: well-formed, without anything that a store, a message, JSON or a
 * terminal refuses or obeys. Line ends and tabs stay. A removed character is named, so nobody can hide behind it.
 */
import { cut } from './cut.ts';

/** Longer lines are cut: Heroku cuts its own at 10,000 bytes, and nobody reads further. */
export const LONGEST_LINE = 8_000;

/** Text without any of these, which is most text, needs no work. With `u`, `\p{Cs}` is a lone surrogate. */
const SUSPICIOUS =
  /(?![\n\t])\p{Cc}|[\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;

const ANY_SUSPICIOUS = new RegExp(SUSPICIOUS, 'gu');

const [ESC, CSI, ST, BEL] = [0x1b, 0x9b, 0x9c, 0x07].map((code) => String.fromCharCode(code));
/**
 * Matches sequences that color a log, set titles and links, or move the cursor. No part repeats what the next may begin
 * with.
 */
const ESCAPES = new RegExp(
  [
    `(?:${ESC}\\[|${CSI})[0-?]{0,200}[ -/]{0,20}[@-~]`,
    `${ESC}[\\]PX^_][^${BEL}${ESC}${ST}\\n]{0,2000}(?:${BEL}|${ESC}\\\\|${ST})`,
    `${ESC}[ -/]{0,20}[0-Z\\\\^-~]`,
  ].join('|'),
  'g',
);
const COLOUR = new RegExp(`(${ESC}\\[\\d{1,2}m)`);

/** Characters without a width or a shape are removed. A joiner stays, because emoji and scripts need it. */
const INVISIBLE = /\u061c|\u200b|\u200e|\u200f|[\u2060-\u2064]|\ufeff/g;
const CONTROLS = /(?![\n\t])\p{Cc}|[\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]/gu;

export function harmless(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll('\0', '\ufffd')
    .replaceAll('\r\n', '\n')
    .replace(ESCAPES, '')
    .replace(INVISIBLE, '')
    .replace(CONTROLS, nameOf);
}

/** Returns `␛` and the like for the ASCII controls, which have pictures, and `<U+202E>` for the others. */
function nameOf(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** Returns one line of at most `LONGEST_LINE` characters, with the number of those left out. */
export function boundLine(line: string, whole = line.length): string {
  if (whole <= LONGEST_LINE) return line;
  const kept = cut(line, LONGEST_LINE);
  return `${kept} (${whole - LONGEST_LINE} more characters)`;
}

/** Makes the text harmless, and cuts long lines. */
export function fromOutside(text: string): string {
  const clean = harmless(text);
  if (clean.length <= LONGEST_LINE) return clean;
  return clean
    .split('\n')
    .map((line) => boundLine(line))
    .join('\n');
}

/** Applies `fromOutside` to every text and every key in the value. */
export function valueFromOutside(value: unknown): unknown {
  if (typeof value === 'string') return fromOutside(value);
  if (Array.isArray(value)) return value.map(valueFromOutside);
  if (typeof value !== 'object' || value === null || !isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [fromOutside(key), valueFromOutside(inner)]),
  );
}

/** Bytes are not text yet; the code that decodes them makes them harmless. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Returns one line of at most `length` characters, for an error's message or a title. */
export function wordsFromOutside(text: string, length: number): string {
  // A rough cut comes first, because work on the rest would be wasted.
  return cut(
    harmless(text.slice(0, length * 4))
      .replace(/\s+/g, ' ')
      .trim(),
    length,
  );
}

/** Returns a value as JSON on one line. What a terminal would obey is escaped by its number, so nothing is lost. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(ANY_SUSPICIOUS, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Prepares text for a terminal: keeps our own colors, and nothing else that a terminal would obey. */
export function printable(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .split(COLOUR)
    .map((part) => (COLOUR.test(part) && part.length < 8 ? part : harmless(part)))
    .join('');
}

/** Parses Python tracebacks in an app's output: chains, exception groups, and tracebacks inside JSON lines. */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';

export interface RaisedError {
  /** Example: `ModuleNotFoundError: No module named 'x'`. */
  readonly error: string;
  /** Frames, innermost last. */
  readonly frames: readonly Frame[];
  /** Lines that follow the error without a frame's indentation: the rest of a multi-line message. */
  readonly more: readonly string[];
  /** `bare`: the error was printed without a traceback. */
  readonly form: 'traceback' | 'bare';
  readonly at: Instant | null;
}

export interface Frame {
  /** Examples: `/app/raptor/wsgi.py`, `<frozen os>`. */
  readonly file: string;
  readonly line: number;
  /** `<module>`, or a function's name; null when Python does not print it. */
  readonly where: string | null;
  /** The line of code; null when it was not printed. */
  readonly code: string | null;
}

/** The errors that one failure printed, from the first (the innermost cause) to the one that nothing caught. */
export type ErrorChain = readonly RaisedError[];

const HEADER = 'Traceback (most recent call last)';
const FRAME = /^\s*File "([^"]+)", line (\d+)(?:, in (.+))?$/;
/** Without a traceback before it, a line counts as an error only if its name clearly is an error's. */
const BARE_ERROR =
  /^((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Configured|Group))(?::|$)/;
/** After frames, any name at the beginning of the line is the error. */
const ERROR = /^(?!INFO|DEBUG|WARN|ERROR|CRITICAL)(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?::|$| \()/;
const CARETS = /^[\s~^]+$/;
const CHAINED = /^(The above exception was the direct cause|During handling of the above exception)/;
/** An exception group has a bar before each of its lines, and a rule between its members. */
const BAR = /^[\s|]*\| /;
const MEMBER = /^[\s|]*\+(?:-\+)?-+ \d+ -+/;
const GROUP_END = /^[\s|]*\+-{10,}$/;
/** A message rarely has more lines. */
const MORE_LINES = 8;

/** Returns every failure in the output, oldest first. */
export function readErrorChains(lines: readonly LogLine[]): ErrorChain[] {
  const reading = startReading();
  for (const line of lines.flatMap(expand)) readLine(reading, line);
  return reading.chains;
}

interface TracebackReader {
  readonly chains: RaisedError[][];
  /** Frames of the traceback being read; null outside of one. */
  frames: Frame[] | null;
  /** Collects the lines that follow an error; null when they belong to no error. */
  more: string[] | null;
  /** True when the next error belongs to the same failure. */
  isChained: boolean;
}

function startReading(): TracebackReader {
  return { chains: [], frames: null, more: null, isChained: false };
}

function readLine(reading: TracebackReader, { text, at }: Pick<LogLine, 'text' | 'at'>): void {
  const { frames, more } = reading;
  const bare = text.replace(BAR, '');
  if (MEMBER.test(text) || GROUP_END.test(text) || CHAINED.test(bare)) {
    reading.isChained = !GROUP_END.test(text);
    reading.more = null;
  } else if (bare.includes(HEADER)) {
    reading.frames = [];
    reading.more = null;
  } else if (FRAME.test(bare)) {
    reading.frames = [...(frames ?? []), frameOf(bare)];
    reading.more = null;
  } else if (frames && /^\s/.test(bare)) addCode(frames, bare);
  else if (frames ? ERROR.test(bare) : BARE_ERROR.test(bare)) raise(reading, bare, at);
  else if (more && more.length < MORE_LINES) more.push(bare);
}

function raise(reading: TracebackReader, error: string, at: Instant | null): void {
  const { chains, frames, isChained } = reading;
  const more: string[] = [];
  const raised: RaisedError = { error, frames: frames ?? [], more, form: frames ? 'traceback' : 'bare', at };
  reading.frames = null;
  reading.more = more;
  reading.isChained = false;
  const chain = chains.at(-1);
  if (isRepeated(raised, chain)) return;
  if (isChained && chain) chain.push(raised);
  else chains.push([raised]);
}

/** Some servers print the same failure again without its frames. */
function isRepeated({ error, frames }: RaisedError, chain: ErrorChain | undefined): boolean {
  return frames.length === 0 && chain !== undefined && chain.at(-1)?.error === error;
}

function frameOf(text: string): Frame {
  const [, file = '', line = '', where = null] = FRAME.exec(text) ?? [];
  return { file, line: Number(line), where, code: null };
}

function addCode(frames: Frame[], text: string): void {
  const frame = frames.at(-1);
  if (frame?.code === null && !CARETS.test(text)) frames[frames.length - 1] = { ...frame, code: text.trim() };
}

/** A line that contains a whole traceback in a field, as JSON does, becomes the traceback's lines. */
function expand({ text, at }: LogLine): { readonly text: string; readonly at: Instant | null }[] {
  const held = text.includes(HEADER) ? (tracebackIn(text) ?? unescaped(text)) : text;
  return held.split('\n').map((one) => ({ text: one, at }));
}

/** A line that is not valid JSON, because it may have been cut, is still split at its escapes. */
function unescaped(text: string): string {
  if (!text.includes('\\n')) return text;
  return text.slice(text.indexOf(HEADER)).replaceAll('\\n', '\n').replaceAll('\\"', '"');
}

function tracebackIn(text: string): string | null {
  const start = text.indexOf('{');
  if (start === -1) return null;
  try {
    return stringWith(HEADER, JSON.parse(text.slice(start)));
  } catch {
    return null;
  }
}

function stringWith(part: string, value: unknown): string | null {
  if (typeof value === 'string') return value.includes(part) ? value : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const inner of Object.values(value)) {
    const found = stringWith(part, inner);
    if (found !== null) return found;
  }
  return null;
}

/** Example: `raptor/wsgi.py:7 in <module>`. The app's own paths start at its root, a library's at its package. */
export function frameWords({ file, line, where }: Frame): string {
  const short = file.replace(/^.*(?:site|dist)-packages\//, '').replace(/^\/app\//, '');
  return `${short}:${line}${where === null ? '' : ` in ${where}`}`;
}

/** Defines where a command writes, and its colors. */
import type { Paint } from './paint.ts';

export interface Terminal {
  /** Writes a result to stdout, redacted. */
  out(text: string): void;
  /** Writes one JSON object as a line to stdout, redacted value by value so that the export parses again. */
  record(value: Readonly<Record<string, unknown>>): void;
  /** Writes hints and errors to stderr, redacted. */
  err(text: string): void;
  /** Shows a line that the next one overwrites. Writes nothing in a pipe. */
  progress(text: string): void;
  /** Shows the progress of a change: a line that the next one overwrites, or a separate line in a pipe. */
  step(text: string): void;
  readonly paint: Paint;
}

/** Exit statuses of the contract. */
export const EXIT = { ok: 0, problem: 1, unknown: 2, usage: 64, config: 78 } as const;

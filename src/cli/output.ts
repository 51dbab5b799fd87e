/** Where a command writes, and how it paints. */
import type { Paint } from './paint.ts';

export interface Terminal {
  /** Answers go here (stdout); every text is redacted on its way. */
  out(text: string): void;
  /** One JSON object on a line of its own (stdout), redacted on its way. What was exported is read again as it was. */
  record(value: Readonly<Record<string, unknown>>): void;
  /** Progress, hints and errors go here (stderr). */
  err(text: string): void;
  /** A line that the next one overwrites; nothing in a pipe. */
  progress(text: string): void;
  /** How far a change is: a line that the next one overwrites; in a pipe a line of its own. */
  step(text: string): void;
  readonly paint: Paint;
}

/** Exit statuses of the contract. */
export const EXIT = { ok: 0, problem: 1, unknown: 2, usage: 64, config: 78 } as const;

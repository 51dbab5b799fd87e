/** The bot's log: JSON lines written by pino and redacted as they are written. */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Redactor } from './runbook/redaction/redact.ts';
import { redactJson } from './runbook/redaction/redact-json.ts';

export type { Logger };

/**
 * Creates a logger at `level` that writes to `destination` (stdout by default).
 * Every line passes the redactor, whatever wrote it.
 */
export function createLog(level: string, redactor: Redactor, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: (line: string) => redactJson(line, redactor) },
  };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * Reports the first occurrence, then at most one per `everyMs` with the number left out. While the database is down,
 * the queue's workers report forty errors a second.
 */
export function sparingly<T>(
  everyMs: number,
  now: () => number,
  tell: (what: T, leftOut: number) => void,
): (what: T) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return (what) => {
    if (now() - toldAt < everyMs) {
      leftOut += 1;
      return;
    }
    toldAt = now();
    tell(what, leftOut);
    leftOut = 0;
  };
}

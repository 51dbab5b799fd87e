/** The bot's log: JSON lines by pino, redacted as they leave. */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Redactor } from './runbook/redaction/redact.ts';
import { redactJson } from './runbook/redaction/redact-json.ts';

export type { Logger };

/** A logger at `level` that writes to `destination` (stdout). Every line passes the redactor, whoever wrote it. */
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

/** Hands on the first, and then one of all that come within `everyMs`: a database that is gone is told by forty workers a second. */
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

/** The bot's log: JSON lines by pino, redacted as they leave. */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Redactor } from './runbook/redact.ts';

export type { Logger };

/** A logger at `level` that writes to `destination` (stdout). Every line passes the redactor, whoever wrote it. */
export function createLog(level: string, redactor: Redactor, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: (line: string) => redactor.text(line) },
  };
  return destination ? pino(options, destination) : pino(options);
}

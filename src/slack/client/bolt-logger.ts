/**
 * Bolt's logger interface on top of pino,
 * so that everything that Slack's libraries log goes through the same redactor.
 */
import { LogLevel, type Logger as SlackLogger } from '@slack/bolt';
import type { Logger } from 'pino';

export function boltLogger(log: Logger): SlackLogger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...args: unknown[]) => {
      const error = args.find((arg) => arg instanceof Error);
      const message = args
        .filter((arg) => arg !== error)
        .map(String)
        .join(' ');
      log[level](error ? { err: error } : {}, message || error?.message);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    // LOG_LEVEL sets the level, not Bolt.
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

/** Bolt's logger interface on pino: everything that Slack's libraries say goes through the one redacted log. */
import { LogLevel, type Logger as SlackLogger } from '@slack/bolt';
import type { Logger } from 'pino';

export function boltLogger(log: Logger): SlackLogger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...said: unknown[]) => {
      const error = said.find((one) => one instanceof Error);
      const words = said
        .filter((one) => one !== error)
        .map(String)
        .join(' ');
      log[level](error ? { err: error } : {}, words || error?.message);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    // The level is the log's own (LOG_LEVEL), whatever Bolt would like.
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

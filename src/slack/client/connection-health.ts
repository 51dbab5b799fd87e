/** Whether the bot can use Slack: checked every few minutes, and at once after a failed call. It recovers by itself. */
import type { Logger } from 'pino';
import { asRecord } from '../../runbook/model/record.ts';
import { slackFaultOf } from './fault.ts';

export interface ConnectionHealthDeps {
  /** Connects, or checks the connection. Rejects when Slack cannot be used. */
  connect(): Promise<void>;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

export interface ConnectionHealth {
  /** Why Slack cannot be used, as a sentence. Null when it can. */
  problem(): string | null;
  /** The same for anyone who can reach `/readyz`: without hosts or network errors. */
  publicProblem(): string | null;
  /** Checks now, and keeps checking. Never rejects. */
  check(): Promise<void>;
  /** A call failed: checks once for any number of failed calls, at most every 30 seconds. */
  reportFailure(): void;
  stop(): void;
}

const RETRY_MS = 10_000;
/** One method may fail while the token is good; that is no reason to check after each call. */
const REPORTS_EVERY_MS = 30_000;
/** A token that is revoked while nothing is posted is noticed within this time. */
const CHECK_EVERY_MS = 3 * 60_000;

interface Problem {
  readonly full: string;
  readonly public: string;
}

const NOT_CHECKED = "Slack's connection has not been checked yet";

export function createConnectionHealth({ connect, log }: ConnectionHealthDeps): ConnectionHealth {
  let problem: Problem | null = { full: NOT_CHECKED, public: NOT_CHECKED };
  let next: NodeJS.Timeout | undefined;
  let isChecking = false;
  let stopped = false;
  let pause: NodeJS.Timeout | undefined;
  let isReportedInPause = false;

  async function check(): Promise<void> {
    if (isChecking) return;
    isChecking = true;
    clearTimeout(next);
    try {
      await connect();
      if (problem !== null) log.info('connected to Slack');
      problem = null;
    } catch (error) {
      // A rate limit is an answer: the token was not refused.
      if (problem !== null || !isRateLimited(error)) {
        problem = problemOf(error);
        log.error({ err: error }, 'Slack cannot be used; trying again');
      }
    } finally {
      isChecking = false;
      if (!stopped) next = setTimeout(check, problem === null ? CHECK_EVERY_MS : RETRY_MS);
    }
  }

  function reportFailure(): void {
    if (problem !== null || stopped || isChecking) return;
    isReportedInPause = pause !== undefined;
    if (isReportedInPause) return;
    pause = setTimeout(() => {
      pause = undefined;
      if (isReportedInPause) reportFailure();
    }, REPORTS_EVERY_MS);
    pause.unref();
    void check();
  }

  return {
    problem: () => problem?.full ?? null,
    publicProblem: () => problem?.public ?? null,
    check,
    reportFailure,
    stop() {
      stopped = true;
      clearTimeout(next);
      clearTimeout(pause);
    },
  };
}

/** An error code of Slack's API may be shown to anyone. Other errors may name hosts, and are for the log. */
function problemOf(error: unknown): Problem {
  const full = `Slack: ${error instanceof Error ? error.message : String(error)}`;
  const fault = slackFaultOf(error);
  return { full, public: fault && fault.kind !== 'wait' ? full : 'Slack: no answer' };
}

function isRateLimited(error: unknown): boolean {
  return asRecord(error).code === 'slack_webapi_rate_limited_error';
}

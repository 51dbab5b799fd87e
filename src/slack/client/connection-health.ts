/**
 * Tracks whether the bot can use Slack. It checks every few minutes and
 * immediately after a failed call, and recovers by itself.
 */
import type { Logger } from 'pino';
import { asRecord } from '../../runbook/model/record.ts';
import { slackFaultOf } from './fault.ts';

export interface ConnectionHealthDeps {
  /** Connects, or checks the connection. Rejects if Slack cannot be used. */
  connect(): Promise<void>;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

export interface ConnectionHealth {
  /** Returns why Slack cannot be used, as a sentence, or null if it can. */
  problem(): string | null;
  /** Like `problem`, for anyone who can reach `/readyz`: without hosts or network errors. */
  publicProblem(): string | null;
  /** Checks now and keeps checking. Never rejects. */
  check(): Promise<void>;
  /** Reports that a call failed. Any number of failed calls cause one check, at most every 30 seconds. */
  reportFailure(): void;
  stop(): void;
}

const RETRY_MS = 10_000;
/** One method may fail while the token is valid, so not every failed call causes a check. */
const REPORTS_EVERY_MS = 30_000;
/** A token that is revoked while nothing is being posted is noticed within this time. */
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
      // A rate limit is a response too: Slack did not refuse the token.
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

/** Error codes of Slack's API may be shown to anyone. Other errors may name hosts, so they only go to the log. */
function problemOf(error: unknown): Problem {
  const full = `Slack: ${error instanceof Error ? error.message : String(error)}`;
  const fault = slackFaultOf(error);
  return { full, public: fault && fault.kind !== 'wait' ? full : 'Slack: no answer' };
}

function isRateLimited(error: unknown): boolean {
  return asRecord(error).code === 'slack_webapi_rate_limited_error';
}

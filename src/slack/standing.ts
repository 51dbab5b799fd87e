/** Whether Slack can be used: asked every few minutes, and at once when a call went wrong. It recovers by itself. */
import type { FetchFunction } from '@slack/web-api';
import type { Logger } from 'pino';

export interface StandingDeps {
  /** Rejects when Slack cannot be used. */
  ask(): Promise<void>;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

export interface Standing {
  /** '' when it can be used, else why not: a sentence. */
  problem(): string;
  /** Asks, and goes on asking by itself. Never rejects. */
  check(): Promise<void>;
  /** A call went wrong: asks now, unless it will ask soon anyway. */
  suspect(): void;
  stop(): void;
}

const AGAIN_MS = 10_000;
/** A token that is revoked while nothing is posted is noticed within this time. */
const EVERY_MS = 3 * 60_000;

export function createStanding({ ask, log }: StandingDeps): Standing {
  let problem = 'Slack has not been asked yet';
  let next: NodeJS.Timeout | undefined;
  let isAsking = false;
  let stopped = false;

  async function check(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(next);
    try {
      await ask();
      if (problem !== '') log.info('connected to Slack');
      problem = '';
    } catch (error) {
      // Being asked to wait is an answer, and the token was not refused.
      if (problem !== '' || !isRateLimited(error)) {
        problem = `Slack: ${error instanceof Error ? error.message : String(error)}`;
        log.error({ err: error }, 'Slack cannot be used; trying again');
      }
    } finally {
      isAsking = false;
      if (!stopped) next = setTimeout(check, problem === '' ? EVERY_MS : AGAIN_MS);
    }
  }

  return {
    problem: () => problem,
    check,
    suspect() {
      if (problem === '' && !stopped) void check();
    },
    stop() {
      stopped = true;
      clearTimeout(next);
    },
  };
}

/** The token itself, not one call, is refused (Slack, "Errors" of every method). */
const REFUSED = new Set(['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive']);

/** Slack's answers as they were, each that speaks against the token or the way to Slack told to `suspect`. */
export function suspiciousFetch(suspect: () => void): FetchFunction {
  return async (...given) => {
    try {
      const answer = await fetch(...given);
      const told: unknown = answer.ok
        ? await answer
            .clone()
            .json()
            .catch(() => null)
        : { error: 'no_answer' };
      const { error } = Object(told);
      if (error === 'no_answer' || REFUSED.has(error)) suspect();
      return answer;
    } catch (error) {
      suspect();
      throw error;
    }
  };
}

function isRateLimited(error: unknown): boolean {
  return Object(error).code === 'slack_webapi_rate_limited_error';
}

/** Whether Slack can be used: asked every few minutes, and at once when a call went wrong. It recovers by itself. */
import type { Logger } from 'pino';
import { asRecord } from '../../runbook/model/record.ts';
import { slackFaultOf } from './fault.ts';

export interface StandingDeps {
  /** Rejects when Slack cannot be used. */
  ask(): Promise<void>;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

export interface Standing {
  /** '' when it can be used, else why not: a sentence. */
  problem(): string;
  /** The same for strangers: no hosts, no messages of the network. */
  state(): string;
  /** Asks, and goes on asking by itself. Never rejects. */
  check(): Promise<void>;
  /** A call went wrong: asks now, or when it last did so a while ago; once, however many go wrong. */
  suspect(): void;
  stop(): void;
}

const AGAIN_MS = 10_000;
/** Calls that go wrong while the token is good (one method that fails) are no reason to ask each time. */
const SUSPECT_EVERY_MS = 30_000;
/** A token that is revoked while nothing is posted is noticed within this time. */
const EVERY_MS = 3 * 60_000;

export function createStanding({ ask, log }: StandingDeps): Standing {
  let problem = 'Slack has not been asked yet';
  let state = problem;
  let next: NodeJS.Timeout | undefined;
  let isAsking = false;
  let stopped = false;
  let calm: NodeJS.Timeout | undefined;
  let isSuspected = false;

  async function check(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(next);
    try {
      await ask();
      if (problem !== '') log.info('connected to Slack');
      problem = '';
      state = '';
    } catch (error) {
      // Being asked to wait is an answer, and the token was not refused.
      if (problem !== '' || !isRateLimited(error)) {
        problem = `Slack: ${error instanceof Error ? error.message : String(error)}`;
        state = stateOf(error, problem);
        log.error({ err: error }, 'Slack cannot be used; trying again');
      }
    } finally {
      isAsking = false;
      if (!stopped) next = setTimeout(check, problem === '' ? EVERY_MS : AGAIN_MS);
    }
  }

  function suspect(): void {
    if (problem !== '' || stopped || isAsking) return;
    isSuspected = calm !== undefined;
    if (isSuspected) return;
    calm = setTimeout(() => {
      calm = undefined;
      if (isSuspected) suspect();
    }, SUSPECT_EVERY_MS);
    calm.unref();
    void check();
  }

  return {
    problem: () => problem,
    state: () => state,
    check,
    suspect,
    stop() {
      stopped = true;
      clearTimeout(next);
      clearTimeout(calm);
    },
  };
}

/** A word of Slack's API is the state itself; what else went wrong on the way is for the log. */
function stateOf(error: unknown, problem: string): string {
  const fault = slackFaultOf(error);
  return fault && fault.kind !== 'wait' ? problem : 'Slack: no answer';
}

function isRateLimited(error: unknown): boolean {
  return asRecord(error).code === 'slack_webapi_rate_limited_error';
}

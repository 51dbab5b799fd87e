/** The one way to Slack's Web API: waits for the whole workspace when Slack asks for it, and tells what speaks against the token. */
import type { FetchFunction } from '@slack/web-api';
import { asRecord } from '../../runbook/model/record.ts';

export interface SlackFetchDeps {
  /** An answer that speaks against the token, or against the way to Slack. */
  suspect(): void;
  /** Milliseconds of a clock that is never set. */
  now(): number;
}

/** The token itself, not one call, is refused (Slack, "Errors" of every method). */
const REFUSED = new Set(['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive']);
/** When Slack does not say for how long. */
const DEFAULT_WAIT_S = 30;

/** Slack counts by method and workspace, and says only how long to wait: until then nothing of ours is sent at all. */
export function createSlackFetch({ suspect, now }: SlackFetchDeps): FetchFunction {
  let waitsUntil = Number.NEGATIVE_INFINITY;

  return async (...given) => {
    const left = waitsUntil - now();
    if (left > 0) return tooMany(left);
    const answer = await fetch(...given).catch((error: unknown) => {
      suspect();
      throw error;
    });
    if (answer.status === 429) {
      const waitMs = secondsOf(answer.headers.get('retry-after')) * 1_000;
      waitsUntil = Math.max(waitsUntil, now() + waitMs);
      await answer.body?.cancel();
      return tooMany(waitMs);
    }
    if (await isSuspicious(answer)) suspect();
    return answer;
  };
}

/** What Slack would answer: its library knows what to make of it. */
function tooMany(ms: number): Response {
  return new Response('{"ok":false,"error":"ratelimited"}', {
    status: 429,
    headers: { 'retry-after': String(Math.ceil(ms / 1_000)), 'content-type': 'application/json' },
  });
}

function secondsOf(header: string | null): number {
  const seconds = Number(header);
  return header !== null && seconds > 0 && Number.isFinite(seconds) ? seconds : DEFAULT_WAIT_S;
}

async function isSuspicious(answer: Response): Promise<boolean> {
  if (!answer.ok) return true;
  const told: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return REFUSED.has(String(asRecord(told).error));
}

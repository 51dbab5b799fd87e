/**
 * The only HTTP path to Slack's Web API. It pauses all calls when Slack asks for that,
 * and reports a refused token or a failed call.
 */
import type { FetchFunction } from '@slack/web-api';
import { asRecord } from '../../runbook/model/record.ts';

export interface SlackFetchDeps {
  /** Reports that Slack was unreachable, returned an error status, or refused the token. */
  reportFailure(): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

/** Codes with which Slack refuses the token itself, not one call (Slack, "Errors" of every method). */
const TOKEN_REFUSED = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
]);
/** Used when Slack's 429 response does not say how long to wait. */
const DEFAULT_WAIT_S = 30;

/** Slack limits by method and workspace, but says only how long to wait. Until then, no call is sent at all. */
export function createSlackFetch({ reportFailure, now }: SlackFetchDeps): FetchFunction {
  let waitsUntil = Number.NEGATIVE_INFINITY;

  return async (...request) => {
    const left = waitsUntil - now();
    if (left > 0) return rateLimited(left);
    const answer = await fetch(...request).catch((error: unknown) => {
      reportFailure();
      throw error;
    });
    if (answer.status === 429) {
      const waitMs = secondsOf(answer.headers.get('retry-after')) * 1_000;
      waitsUntil = Math.max(waitsUntil, now() + waitMs);
      await answer.body?.cancel();
      return rateLimited(waitMs);
    }
    if (await isFailure(answer)) reportFailure();
    return answer;
  };
}

/** Builds the response that Slack itself would give, so that its client library handles it. */
function rateLimited(ms: number): Response {
  return new Response('{"ok":false,"error":"ratelimited"}', {
    status: 429,
    headers: { 'retry-after': String(Math.ceil(ms / 1_000)), 'content-type': 'application/json' },
  });
}

function secondsOf(header: string | null): number {
  const seconds = Number(header);
  return header !== null && seconds > 0 && Number.isFinite(seconds) ? seconds : DEFAULT_WAIT_S;
}

async function isFailure(answer: Response): Promise<boolean> {
  if (!answer.ok) return true;
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return TOKEN_REFUSED.has(String(asRecord(body).error));
}

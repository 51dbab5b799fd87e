/** An octokit that reads: bounded retries, conditional requests, the rate limit remembered. */
import { createAppAuth } from '@octokit/auth-app';
import { retry } from '@octokit/plugin-retry';
import { Octokit } from '@octokit/rest';
import type { Use, UsedUp } from '../runbook/model/budget.ts';
import type { Instant } from '../runbook/model/evidence.ts';
import type { RateLimit } from '../runbook/model/terms.ts';
import { createPurse, OverBudget, type Purse } from '../upstream/budget.ts';
import { rememberAnswers } from './remember-answers.ts';

export type GitHubCredentials =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      readonly privateKey: string;
      readonly installationId: string;
    };

/** What octokit reports goes here: every failure is told to whoever asked, so none of it is an error of ours. */
export interface Log {
  debug(words: string): void;
}

export interface Client {
  readonly octokit: Octokit;
  rateLimit(): RateLimit | null;
  /** Why so many requests of this use would not be sent now; null: they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  /** Answers that counted against the allowance; 304s are free. */
  requests(): number;
  /** GitHub's clock as the last answer told it, whole seconds; null before the first. */
  date(): Instant | null;
  /** When the token expires, as the last answer told it; null: it does not say. */
  tokenExpiresAt(): Instant | null;
}

const Kit = Octokit.plugin(retry);

/** Within the deadline of a diagnosis, as every other question. */
const SIGN_IN_MS = 6_000;

/**
 * Whoever asks sets a time-out. Signing in as an App is asked by nobody: without one it would wait for minutes. Octokit reads
 * a body as long as something comes, however small it was packed: what is too long ends as one that was cut.
 */
function fetchWithin(ms: number): typeof fetch {
  return async (address, options) => {
    const answer = await fetch(address, { ...options, signal: options?.signal ?? AbortSignal.timeout(ms) });
    if (!answer.body) return answer;
    const { status, statusText, headers, url } = answer;
    const limited = new Response(answer.body.pipeThrough(upTo(LONGEST_BODY)), {
      status,
      statusText,
      headers,
    });
    return Object.defineProperty(limited, 'url', { value: url });
  };
}

/** A comparison of 250 commits with their files is a megabyte or two. A longer one would stop everything else while it is read. */
const LONGEST_BODY = 3_000_000;

/** Counts what comes out of the packing. */
function upTo(longest: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.byteLength;
      if (length > longest) controller.error(new Error(`the answer is longer than ${longest} bytes`));
      else controller.enqueue(chunk);
    },
  });
}

/** A GET answered 5xx, or not at all, is asked once more after a second; nothing else ever is. */
const RETRIES = 1;
const FINAL = [304, 400, 401, 403, 404, 409, 410, 422, 429, 451];

export interface ClientOptions {
  readonly signInMs?: number;
  /** Left out: nobody else in this process asks as this user. */
  readonly purse?: Purse;
}

export function createClient(
  baseUrl: string,
  auth: GitHubCredentials,
  log: Log,
  { signInMs = SIGN_IN_MS, purse = createPurse('github', { now: Date.now }) }: ClientOptions = {},
): Client {
  const quiet = (words: string) => log.debug(words);
  const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const octokit = new Kit({
    baseUrl,
    userAgent: 'raxx-chatops',
    log: logger,
    // @octokit/request logs deprecations of the API by itself, on each answer.
    request: { log: logger, fetch: fetchWithin(signInMs) },
    retry: { retries: RETRIES, doNotRetry: FINAL },
    ...(auth.kind === 'token'
      ? { auth: auth.token }
      : {
          authStrategy: createAppAuth,
          auth: {
            appId: auth.appId,
            privateKey: auth.privateKey,
            installationId: Number(auth.installationId),
          },
        }),
  });
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = '2022-11-28';
    // plugin-retry knows no methods: a dispatch answered 502 would go out again.
    if (options.method !== 'GET') options.request = { ...options.request, retries: 0 };
    // Writes, and signing in for them, say no use: they are never refused.
    purse.take(options.request.use ?? 'action');
  });

  let requests = 0;
  let limit: RateLimit | null = null;
  let date: Instant | null = null;
  let tokenExpiresAt: Instant | null = null;
  const note = (headers: Record<string, string | number | undefined>) => {
    const told = Date.parse(String(headers.date));
    if (!Number.isNaN(told)) date = told;
    const expires = Date.parse(String(headers['github-authentication-token-expiration']));
    if (!Number.isNaN(expires)) tokenExpiresAt = expires;
    const [remaining, whole, reset] = ['remaining', 'limit', 'reset'].map((name) => {
      const value = headers[`x-ratelimit-${name}`];
      return value === undefined ? null : Number(value);
    });
    if (remaining === null || remaining === undefined) return;
    const resetAt = reset == null ? null : reset * 1000;
    limit = { api: 'github', remaining, limit: whole ?? null, resetAt };
    purse.told({ remaining, limit: whole ?? null, resetAt });
  };
  octokit.hook.after('request', (answer) => {
    requests += 1;
    note(answer.headers);
  });
  octokit.hook.error('request', (error) => {
    if ('status' in error && error.status === 304) purse.giveBack();
    else if (!(error instanceof OverBudget)) requests += 1;
    if ('response' in error && error.response) note(error.response.headers);
    throw error;
  });
  octokit.hook.wrap('request', rememberAnswers());
  return {
    octokit,
    rateLimit: () => limit,
    usedUp: purse.usedUp,
    requests: () => requests,
    date: () => date,
    tokenExpiresAt: () => tokenExpiresAt,
  };
}

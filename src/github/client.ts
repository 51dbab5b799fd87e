/** An octokit for reading: it limits retries, sends conditional requests, and remembers the rate limit. */
import { createAppAuth } from '@octokit/auth-app';
import { retry } from '@octokit/plugin-retry';
import { RequestError } from '@octokit/request-error';
import { Octokit } from '@octokit/rest';
import type { Use, UsedUp } from '../runbook/model/budget.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { RateLimit } from '../runbook/model/terms.ts';
import { type Allowance, createAllowance, OverBudget } from '../upstream/budget.ts';
import { fetchWithin } from './bounded-fetch.ts';
import { rememberAnswers } from './remember-answers.ts';

export type GitHubCredentials =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      readonly privateKey: string;
      readonly installationId: string;
    };

/** Receives what octokit logs. Every failure also reaches the caller, so none of it is an error of the bot. */
export interface Log {
  debug(words: string): void;
}

export interface Client {
  readonly octokit: Octokit;
  rateLimit(): RateLimit | null;
  /** Returns why so many requests of this use would not all be sent now, or null if they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  /** Returns the number of responses that counted against the allowance. 304s are free. */
  requests(): number;
  /** Returns GitHub's clock in the last response, in whole seconds. Null before the first response. */
  date(): Instant | null;
  /** Returns when the token expires, from the last response that said so. Null if none has. */
  tokenExpiresAt(): Instant | null;
}

const Kit = Octokit.plugin(retry);

/** Fits into the deadline of a diagnosis, as every other request does. */
const SIGN_IN_MS = 6_000;

/** A GET that gets a 5xx, or no response, is retried once after a second. Nothing else is ever retried. */
const RETRIES = 1;
const FINAL = [304, 400, 401, 403, 404, 409, 410, 422, 429, 451];

export interface ClientOptions {
  readonly signInMs?: number;
  /** Omitted if nothing else in this process sends requests as this user. */
  readonly allowance?: Allowance;
}

export function createClient(
  baseUrl: string,
  auth: GitHubCredentials,
  log: Log,
  { signInMs = SIGN_IN_MS, allowance = createAllowance('github', { now: Date.now }) }: ClientOptions = {},
): Client {
  const octokit = createOctokit(baseUrl, auth, log, signInMs);
  const meter = createMeter(allowance);
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = '2022-11-28';
    // plugin-retry ignores the method, so it would resend a dispatch that got a 502.
    if (options.method !== 'GET') options.request = { ...options.request, retries: 0 };
    // Writes, and signing in for them, carry no use, so they are never refused.
    allowance.charge(options.request.use ?? 'action');
  });
  octokit.hook.after('request', (answer) => meter.count(answer.headers));
  octokit.hook.error('request', (error) => {
    meter.countFailure(error);
    throw error;
  });
  octokit.hook.wrap('request', rememberAnswers());
  return { octokit, usedUp: allowance.usedUp, ...meter.readings };
}

function createOctokit(baseUrl: string, auth: GitHubCredentials, log: Log, signInMs: number): Octokit {
  const debug = (words: string) => log.debug(words);
  const logger = { debug, info: debug, warn: debug, error: debug };
  return new Kit({
    baseUrl,
    userAgent: 'raxx-chatops',
    log: logger,
    // @octokit/request logs each response's API deprecations, and takes a separate logger for them.
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
}

type Headers = Record<string, string | number | undefined>;

/** Counts responses, and keeps what their headers say about the clock, the token, and the rate limit. */
function createMeter(allowance: Allowance) {
  let requests = 0;
  let limit: RateLimit | null = null;
  let date: Instant | null = null;
  let tokenExpiresAt: Instant | null = null;

  function note(headers: Headers): void {
    date = instantIn(headers.date) ?? date;
    tokenExpiresAt = instantIn(headers['github-authentication-token-expiration']) ?? tokenExpiresAt;
    const reported = rateLimitIn(headers);
    if (!reported) return;
    limit = reported;
    allowance.report(reported);
  }

  return {
    count(headers: Headers): void {
      requests += 1;
      note(headers);
    },
    countFailure(error: Error): void {
      const answered = error instanceof RequestError ? error : null;
      if (answered?.status === 304) allowance.refund();
      else if (!(error instanceof OverBudget)) requests += 1;
      if (answered?.response) note(answered.response.headers);
    },
    readings: {
      rateLimit: () => limit,
      requests: () => requests,
      date: () => date,
      tokenExpiresAt: () => tokenExpiresAt,
    },
  };
}

function instantIn(header: string | number | undefined): Instant | null {
  const instant = Date.parse(String(header));
  return Number.isNaN(instant) ? null : instant;
}

function rateLimitIn(headers: Headers): RateLimit | null {
  const number = (name: string) => {
    const value = headers[`x-ratelimit-${name}`];
    return value === undefined ? null : Number(value);
  };
  const [remaining, limit, reset] = [number('remaining'), number('limit'), number('reset')];
  if (remaining === null) return null;
  return { api: 'github', remaining, limit, resetAt: reset === null ? null : reset * 1000 };
}

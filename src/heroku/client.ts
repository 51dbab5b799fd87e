/**
 * Sends requests to Heroku's Platform API as one user:
 * counted per app, charged to the hourly budget, with one timeout per read.
 */
import type { z } from 'zod';
import type { ReadOptions } from '../operations/ports/upstreams.ts';
import type { Use } from '../runbook/model/budget.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Observed } from '../runbook/model/observed.ts';
import type { RateLimit } from '../runbook/model/terms.ts';
import type { Allowance } from '../upstream/budget.ts';
import { createObserve, type Observe } from '../upstream/observe.ts';
import { checkShape } from '../upstream/parse-response.ts';
import { openConnections, sendOnce } from './hardened-request.ts';
import { whyUnseen } from './why-unseen.ts';

export interface HerokuRequest {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly range?: string;
  readonly body?: unknown;
}

export interface HerokuClient {
  readonly baseUrl: string;
  /** Resolves with the parsed body. Throws `OverBudget`, an `HttpFailure`, a network error, or the signal's reason. */
  send(request: HerokuRequest & { readonly signal: AbortSignal; readonly use: Use }): Promise<unknown>;
  readonly observe: Observe;
  /**
   * Sends one GET and checks the response against its schema.
   * If it fails, the reason begins with `name`. Never rejects.
   */
  read<T>(
    name: string,
    schema: z.ZodType<T>,
    request: HerokuRequest,
    options: ReadOptions,
  ): Promise<Observed<T>>;
  rateLimit(): RateLimit | null;
  /** Returns how many requests were sent for this app. */
  requests(app: string): number;
}

export interface HerokuClientDeps {
  readonly baseUrl: string;
  readonly token: string;
  now(): Instant;
  readonly allowance: Allowance;
}

/** Heroku itself gives up on a request after 30 s. Someone who waits at night gives up much earlier. */
const TIMEOUT_MS = 6_000;

export function createHerokuClient({ baseUrl, token, now, allowance }: HerokuClientDeps): HerokuClient {
  const connections = openConnections(baseUrl);
  const counts = new Map<string, number>();
  const observe = createObserve({ timeoutMs: TIMEOUT_MS, now, whyUnseen });
  let remaining: number | null = null;

  const send: HerokuClient['send'] = async ({ method = 'GET', path, range, body, signal, use }) => {
    allowance.charge(use);
    const app = appIn(path);
    counts.set(app, (counts.get(app) ?? 0) + 1);
    return sendOnce(baseUrl, connections, {
      method,
      path,
      token,
      headers: range === undefined ? {} : { Range: range },
      ...(body === undefined ? {} : { body }),
      signal,
      onHeaders(headers) {
        const left = Number(headers['ratelimit-remaining']);
        if (headers['ratelimit-remaining'] === undefined || !Number.isInteger(left)) return;
        remaining = left;
        allowance.report({ remaining, limit: null, resetAt: null });
      },
    });
  };

  return {
    baseUrl,
    send,
    observe,
    read: (name, schema, request, { signal, use }) =>
      observe(name, { signal }, async (within) =>
        checkShape(schema, await send({ ...request, signal: within, use })),
      ),
    rateLimit: () => (remaining === null ? null : { api: 'heroku', remaining, limit: null, resetAt: null }),
    requests: (app) => counts.get(app) ?? 0,
  };
}

export function appPath(app: string): string {
  return `/apps/${encodeURIComponent(app)}`;
}

function appIn(path: string): string {
  const [, , app = ''] = path.split('/');
  return decodeURIComponent(app);
}

/** Reads Heroku's Platform API. Nothing throws: what was not seen says why. */
import type { z } from 'zod';
import type { Use, UsedUp } from '../runbook/model/budget.ts';
import type {
  App,
  Dyno,
  FormationEntry,
  Instant,
  LogWindow,
  Observed,
  Release,
  Slug,
} from '../runbook/model/evidence.ts';
import type { RateLimit } from '../runbook/model/terms.ts';
import { createPurse, type Purse } from '../upstream/budget.ts';
import { createObserve } from '../upstream/observe.ts';
import { checkShape } from '../upstream/parse-response.ts';
import { openConnections, sendOnce } from './hardened-request.ts';
import { readLogStream } from './log-stream.ts';
import {
  appSchema,
  dynosSchema,
  formationSchema,
  logSessionSchema,
  releasesSchema,
  slugSchema,
} from './schemas.ts';
import { whyUnseen } from './why-unseen.ts';

export interface HerokuReaderDeps {
  readonly baseUrl: string;
  readonly token: string;
  now(): Instant;
  /** Left out: nobody else in this process asks Heroku. */
  readonly purse?: Purse;
}

interface HerokuReadOptions {
  readonly signal: AbortSignal;
  /** What the answer is for: it says who is refused first when the hour's allowance runs low. */
  readonly use: Use;
}

/** One question's own time-out: Heroku gives up on a request after 30 s, somebody at night much earlier. */
const TIMEOUT_MS = 6_000;
/** How many slugs are remembered: one a target, and those that came before. */
const SLUGS = 50;

export function createHerokuReader(deps: HerokuReaderDeps) {
  const { baseUrl, token, now, purse = createPurse('heroku', deps) } = deps;
  const connections = openConnections(baseUrl);
  let remaining: number | null = null;

  interface Ask {
    readonly method?: 'GET' | 'POST';
    readonly path: string;
    readonly range?: string;
    readonly body?: unknown;
    readonly signal: AbortSignal;
    readonly use: Use;
  }

  const counts = new Map<string, number>();
  /** A slug never changes: one that was read is not asked for again. */
  const slugs = new Map<string, Slug>();

  function rememberSlug(id: string, slug: Slug): void {
    slugs.set(id, slug);
    const oldest = slugs.keys().next();
    if (slugs.size > SLUGS && !oldest.done) slugs.delete(oldest.value);
  }

  const send = async ({ method = 'GET', path, range, body, signal, use }: Ask): Promise<unknown> => {
    purse.take(use);
    const [, , app = ''] = path.split('/');
    counts.set(app, (counts.get(app) ?? 0) + 1);
    return sendOnce(baseUrl, connections, {
      method,
      path,
      token,
      headers: range === undefined ? {} : { Range: range },
      ...(body === undefined ? {} : { body }),
      signal,
      onHeaders: (headers) => {
        const told = Number(headers['ratelimit-remaining']);
        if (headers['ratelimit-remaining'] === undefined || !Number.isInteger(told)) return;
        remaining = told;
        purse.told({ remaining, limit: null, resetAt: null });
      },
    });
  };

  const observe = createObserve({ timeoutMs: TIMEOUT_MS, now, whyUnseen });

  const read = <T>(
    name: string,
    schema: z.ZodType<T>,
    ask: Omit<Ask, 'signal' | 'use'>,
    options: HerokuReadOptions,
  ) =>
    observe(name, options, async (signal) =>
      checkShape(schema, await send({ ...ask, signal, use: options.use })),
    );

  const ofApp = (app: string) => `/apps/${encodeURIComponent(app)}`;

  /** Logs being read: a second caller shares the read in flight. */
  const flights = new Map<string, Promise<Observed<LogWindow>>>();

  /** Nobody's own deadline ends it, since others may wait for it, too; its own time-out does. */
  const readLog = (app: string, lines: number, use: Use): Promise<Observed<LogWindow>> =>
    observe('Heroku log', { signal: new AbortController().signal }, async (signal) => {
      const path = `${ofApp(app)}/log-sessions`;
      const session = await send({ method: 'POST', path, body: { lines, tail: false }, signal, use });
      const { logplex_url: url } = checkShape(logSessionSchema, session);
      return { lines: await readLogStream(url, baseUrl, signal), asked: lines };
    });

  const untilAborted = (flight: Promise<Observed<LogWindow>>, options: HerokuReadOptions) =>
    observe('Heroku log', options, (signal) => {
      const { promise, reject } = Promise.withResolvers<never>();
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      return Promise.race([flight, promise]);
    }).then((seen) => (seen.ok ? seen.value : seen));

  return {
    app: (app: string, options: HerokuReadOptions): Promise<Observed<App>> =>
      read('Heroku app', appSchema, { path: ofApp(app) }, options),
    dynos: (app: string, options: HerokuReadOptions): Promise<Observed<readonly Dyno[]>> =>
      read('Heroku dynos', dynosSchema, { path: `${ofApp(app)}/dynos` }, options),
    formation: (app: string, options: HerokuReadOptions): Promise<Observed<readonly FormationEntry[]>> =>
      read('Heroku formation', formationSchema, { path: `${ofApp(app)}/formation` }, options),
    /** Newest first. */
    releases: (
      app: string,
      count: number,
      options: HerokuReadOptions,
    ): Promise<Observed<readonly Release[]>> =>
      read(
        'Heroku releases',
        releasesSchema,
        { path: `${ofApp(app)}/releases`, range: `version ..; max=${count},order=desc` },
        options,
      ),
    slug: async (app: string, slugId: string, options: HerokuReadOptions): Promise<Observed<Slug>> => {
      const known = slugs.get(slugId);
      if (known) return { ok: true, value: known, at: now() };
      const path = `${ofApp(app)}/slugs/${encodeURIComponent(slugId)}`;
      const seen = await read('Heroku slug', slugSchema, { path }, options);
      if (seen.ok) rememberSlug(slugId, seen.value);
      return seen;
    },
    /** A log session, filtered by nothing: Heroku filters after it has cut to `lines`. */
    logs: (app: string, lines: number, options: HerokuReadOptions): Promise<Observed<LogWindow>> => {
      const key = `${app} ${lines}`;
      const flight = flights.get(key) ?? readLog(app, lines, options.use).finally(() => flights.delete(key));
      flights.set(key, flight);
      return untilAborted(flight, options);
    },
    /** As the last answer said; null before the first. Heroku does not tell the whole. */
    rateLimit: (): RateLimit | null =>
      remaining === null ? null : { api: 'heroku', remaining, limit: null, resetAt: null },
    usedUp: (use: Use, requests: number): UsedUp | null => purse.usedUp(use, requests),
    requests: (app: string) => counts.get(encodeURIComponent(app)) ?? 0,
  };
}

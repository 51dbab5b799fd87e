/** Reads Heroku's Platform API. Nothing throws: an unseen source says why. */
import type { HerokuReader } from '../operations/ports/upstreams.ts';
import { BoundedMap } from '../runbook/model/bounded-map.ts';
import type { Slug } from '../runbook/model/heroku.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { type Allowance, createAllowance } from '../upstream/budget.ts';
import { appPath, createHerokuClient } from './client.ts';
import { createReadLogs } from './logs.ts';
import { appSchema, dynosSchema, formationSchema, releasesSchema, slugSchema } from './schemas.ts';

export interface HerokuReaderDeps {
  readonly baseUrl: string;
  readonly token: string;
  now(): Instant;
  /** Omitted if nothing else in this process sends requests to Heroku. */
  readonly allowance?: Allowance;
}

/** Number of slugs that are kept: the current one of each target, and earlier ones. */
const SLUGS = 50;

export function createHerokuReader(deps: HerokuReaderDeps): HerokuReader {
  const { now, allowance = createAllowance('heroku', deps) } = deps;
  const client = createHerokuClient({ ...deps, allowance });
  /** A slug never changes, so each is read only once. */
  const slugs = new BoundedMap<string, Slug>(SLUGS);

  return {
    app: (app, options) => client.read('Heroku app', appSchema, { path: appPath(app) }, options),

    dynos: (app, options) =>
      client.read('Heroku dynos', dynosSchema, { path: `${appPath(app)}/dynos` }, options),

    formation: (app, options) =>
      client.read('Heroku formation', formationSchema, { path: `${appPath(app)}/formation` }, options),

    releases: (app, count, options) => {
      const newestFirst = `version ..; max=${count},order=desc`;
      const request = { path: `${appPath(app)}/releases`, range: newestFirst };
      return client.read('Heroku releases', releasesSchema, request, options);
    },

    async slug(app, slugId, options) {
      const known = slugs.get(slugId);
      if (known) return { ok: true, value: known, at: now() };
      const path = `${appPath(app)}/slugs/${encodeURIComponent(slugId)}`;
      const seen = await client.read('Heroku slug', slugSchema, { path }, options);
      if (seen.ok) slugs.set(slugId, seen.value);
      return seen;
    },

    logs: createReadLogs(client),
    rateLimit: client.rateLimit,
    usedUp: allowance.usedUp,
    requests: client.requests,
  };
}

/** The routes of the local Heroku for one app, by method and path. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Answer, Exchange } from '../server.ts';
import { restart, rollback, setConfig } from './changes.ts';
import { notFound } from './errors.ts';
import type { LogSessions } from './logs.ts';
import { page } from './range.ts';
import { scale } from './scale.ts';
import { type Setting, showApp, showDyno, showFormation, showRelease, showSlug, slugId } from './shapes.ts';

/** An app at the moment of a request. */
export interface AppNow extends Setting {
  readonly now: number;
  readonly logs: LogSessions;
}

export interface AppRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** A pattern for the path under the app. */
  readonly path: string;
  /** The `params` of the exchange are the groups of `path`. */
  answer(app: AppNow, exchange: Exchange): Answer;
}

export const APP_ROUTES: readonly AppRoute[] = [
  { method: 'GET', path: '', answer: (app) => ok(showApp(app)) },
  {
    method: 'GET',
    path: '/dynos',
    answer(app, { headers }) {
      const dynos = app.app.dynos.map((dyno) => showDyno(app, dyno));
      return page(dynos, rangeOf(headers), ['id', 'name']);
    },
  },
  { method: 'DELETE', path: '/dynos', answer: (app) => restart(app, null, app.now) },
  {
    method: 'GET',
    path: '/formation',
    answer(app, { headers }) {
      const formation = app.app.formation.map((entry) => showFormation(app, entry));
      return page(formation, rangeOf(headers), ['id', 'type']);
    },
  },
  { method: 'PATCH', path: '/formation', answer: (app, exchange) => scale(app, bodyOf(exchange), app.now) },
  {
    method: 'DELETE',
    path: '/formations/([\\w-]+)',
    answer: (app, { params }) => restart(app, params[0] ?? '', app.now),
  },
  {
    method: 'GET',
    path: '/releases',
    answer(app, { headers }) {
      const releases = app.app.releases.map((release) => showRelease(app, release));
      return page(releases, rangeOf(headers), ['id', 'version']);
    },
  },
  {
    method: 'GET',
    path: '/releases/(\\d+)',
    answer(app, { params }) {
      const found = app.app.releases.find(({ version }) => version === Number(params[0]));
      return found ? ok(showRelease(app, found)) : notFound('release');
    },
  },
  { method: 'POST', path: '/releases', answer: (app, exchange) => rollback(app, bodyOf(exchange), app.now) },
  {
    method: 'GET',
    path: '/slugs/([\\w-]+)',
    answer(app, { params }) {
      // Later releases that only changed config vars share the slug,
      // so the slug belongs to the first release that has it.
      const release = app.app.releases.find(
        ({ slug }) => slug !== null && slugId(app.name, slug) === params[0],
      );
      return release ? ok(showSlug(app, release)) : notFound('slug');
    },
  },
  {
    method: 'PATCH',
    path: '/config-vars',
    answer: (app, exchange) => setConfig(app, bodyOf(exchange), app.now),
  },
  { method: 'POST', path: '/log-sessions', answer: (app, exchange) => openLogSession(app, bodyOf(exchange)) },
];

const logRequest = z.object({
  lines: z.number().int().min(1).default(100),
  source: z.string().optional(),
  dyno: z.string().optional(),
  dyno_name: z.string().optional(),
});

function openLogSession({ name, start, now, logs }: AppNow, body: unknown): Answer {
  const wanted = logRequest.safeParse(body ?? {});
  if (!wanted.success)
    return { status: 422, body: { id: 'invalid_params', message: 'Invalid log session.' } };
  const { lines, source, dyno = wanted.data.dyno_name } = wanted.data;
  const url = logs.open(name, { lines, ...(source ? { source } : {}), ...(dyno ? { dyno } : {}) });
  const at = new Date(Math.max(start, now)).toISOString().replace(/\.\d+Z$/, 'Z');
  return { status: 201, body: { id: randomUUID(), logplex_url: url, created_at: at, updated_at: at } };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function rangeOf({ range }: Exchange['headers']): string | undefined {
  return typeof range === 'string' ? range : undefined;
}

function bodyOf({ rawBody }: Exchange): unknown {
  try {
    return rawBody === '' ? undefined : JSON.parse(rawBody);
  } catch {
    return undefined;
  }
}

/** Restart, rollback, and config vars: how they change the state and the log. */
import { z } from 'zod';
import type { Answer } from '../server.ts';
import { stableUuid } from '../stable-id.ts';
import { boot, isLeaving } from './dynos.ts';
import { currentRelease, type Setting, showRelease } from './shapes.ts';
import type { ReleaseState } from './state.ts';

const ACTOR = 'ops@raxx.app';

/** `DELETE /apps/{app}/formations/{type}`, and `/dynos` for all: returns 202, and the dynos boot again. */
export function restart(setting: Setting, type: string | null, now: number): Answer {
  const { app } = setting;
  if (type !== null && !app.formation.some((one) => one.type === type)) {
    return {
      status: 404,
      body: { id: 'not_found', message: "Couldn't find that process type.", resource: 'formation' },
    };
  }
  bootAgain(setting, type, now);
  return { status: 202, body: {} };
}

const rollbackBody = z.object({ release: z.string() });

/** `POST /apps/{app}/releases`: creates a release with the code of an older one. */
export function rollback(setting: Setting, body: unknown, now: number): Answer {
  const { app, name } = setting;
  const asked = rollbackBody.safeParse(body);
  const found = app.releases.find(
    (one) => stableUuid(`release ${name} ${one.version}`) === asked.data?.release,
  );
  if (!found)
    return {
      status: 404,
      body: { id: 'not_found', message: "Couldn't find that release.", resource: 'release' },
    };
  if (!showRelease(setting, found).eligible_for_rollback) {
    return { status: 422, body: { id: 'invalid_params', message: 'Cannot roll back to that release.' } };
  }
  const made = addRelease(setting, { ...found, description: `Rollback to v${found.version}` }, now);
  return { status: 201, body: showRelease(setting, made) };
}

/** `PATCH /apps/{app}/config-vars`: the response shows every value, as Heroku's does. */
export function setConfig(setting: Setting, body: unknown, now: number): Answer {
  const given = z.record(z.string().regex(/^\w+$/), z.string().nullable()).safeParse(body);
  if (!given.success) return { status: 422, body: { id: 'invalid_params', message: 'Invalid config vars.' } };
  const names = Object.keys(given.data);
  setting.app.crashing = setting.app.crashing.filter(({ until = '' }) => !names.includes(until));
  const before = currentRelease(setting.app);
  const description = `Set ${names.join(', ')} config vars`;
  addRelease(
    setting,
    {
      status: 'succeeded',
      slug: before?.slug ?? null,
      ...(before?.commit ? { commit: before.commit } : {}),
      description,
    },
    now,
  );
  return { status: 200, body: { DATABASE_URL: 'postgres://u:not-real@host/db', ...given.data } };
}

export function addRelease(
  setting: Setting,
  release: Pick<ReleaseState, 'status' | 'slug' | 'commit' | 'description'>,
  now: number,
): ReleaseState {
  const { app, start } = setting;
  const version = (app.releases.at(-1)?.version ?? 0) + 1;
  const age = (start - now) / 1000;
  const { status, slug, commit, description } = release;
  const made = { version, status, slug, ...(commit ? { commit } : {}), description, actor: ACTOR, age };
  app.releases.push(made);
  app.log.push(
    `${-age} app[api]: ${description} by user ${ACTOR}`,
    `${-age} app[api]: Release v${version} created by user ${ACTOR}`,
  );
  bootAgain(setting, null, now);
  return made;
}

/** Restarts every dyno of the type, or of all types if `type` is null. */
export function bootAgain(setting: Setting, type: string | null, now: number): void {
  const own = setting.app.dynos.filter((dyno) => (type === null || dyno.type === type) && !isLeaving(dyno));
  for (const dyno of own) boot(setting, dyno, now);
}

/** Heroku's answers at the border (Platform API v3): what we read, checked; what we do not read may be anything. */
import { z } from 'zod';
import type { App, Dyno, FormationEntry, Release, Slug } from '../runbook/model/evidence.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const named = z.object({ name: z.string() });

export const appSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    maintenance: z.boolean(),
    region: named,
    stack: named,
    slug_size: z.number().nullable(),
  })
  .transform(
    ({ id, name, maintenance, region, stack, slug_size }): App => ({
      id,
      name,
      maintenance,
      region: region.name,
      stack: stack.name,
      slugSize: slug_size,
    }),
  );

/** By name, as people count them; Heroku's own order is that of their ids. */
export const dynosSchema = z
  .array(
    z
      .object({
        name: z.string(),
        type: z.string(),
        state: z.string(),
        size: z.string(),
        release: z.object({ version: z.number() }).nullable(),
        created_at: instant,
        updated_at: instant,
      })
      .transform(
        ({ name, type, state, size, release, created_at, updated_at }): Dyno => ({
          name,
          type,
          state,
          size,
          releaseVersion: release?.version ?? null,
          createdAt: created_at,
          updatedAt: updated_at,
        }),
      ),
  )
  .transform((dynos) =>
    dynos.toSorted((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true })),
  );

export const formationSchema = z.array(
  z
    .object({
      type: z.string(),
      quantity: z.number(),
      size: z.string(),
      command: z.string(),
      updated_at: instant.nullish(),
    })
    .transform(
      ({ updated_at, ...entry }): FormationEntry =>
        typeof updated_at === 'number' ? { ...entry, updatedAt: updated_at } : entry,
    ),
);

/** Every app begins with a release of its own: a list without one proves nothing. */
export const releasesSchema = z
  .array(
    z
      .object({
        id: z.string(),
        version: z.number(),
        status: z.string(),
        current: z.boolean(),
        // Seen as null in Heroku's own samples.
        description: z.string().nullable(),
        eligible_for_rollback: z.boolean(),
        slug: z.object({ id: z.string() }).nullable(),
        // Cedar lists its slug there, container and Fir apps their images.
        artifacts: z.array(z.object({ type: z.string(), id: z.string() })).nullish(),
        user: z.object({ email: z.string() }),
        created_at: instant,
      })
      .transform(
        (one): Release => ({
          id: one.id,
          version: one.version,
          status: one.status,
          current: one.current,
          description: one.description ?? '',
          eligibleForRollback: one.eligible_for_rollback,
          slugId: one.slug?.id ?? null,
          imageId: one.artifacts?.find(({ type }) => type !== 'slug')?.id ?? null,
          actor: one.user.email,
          createdAt: one.created_at,
        }),
      ),
  )
  .min(1, { error: 'an app has at least one release' });

export const slugSchema = z
  .object({
    id: z.string(),
    commit: z.string().nullable(),
    size: z.number().nullable(),
    stack: named.nullable(),
    process_types: z.record(z.string(), z.string()),
    created_at: instant,
  })
  .transform(
    ({ id, commit, size, stack, process_types, created_at }): Slug => ({
      id,
      commit,
      size,
      stack: stack?.name ?? null,
      processTypes: process_types,
      createdAt: created_at,
    }),
  );

export const logSessionSchema = z.object({ logplex_url: z.url() });

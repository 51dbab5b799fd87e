/**
 * Schemas of Heroku's responses (Platform API v3).
 * Only the fields that are used are checked; the others may hold anything.
 */
import { z } from 'zod';
import type { App, Dyno, FormationEntry, Release, Slug } from '../runbook/model/heroku.ts';

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

/** Sorted by name and number (web.2 before web.10). Heroku sorts them by id. */
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

/** Every app has a first release from its creation, so an empty list proves nothing. */
export const releasesSchema = z
  .array(
    z
      .object({
        id: z.string(),
        version: z.number(),
        status: z.string(),
        current: z.boolean(),
        // It is null in some of Heroku's own samples.
        description: z.string().nullable(),
        eligible_for_rollback: z.boolean(),
        slug: z.object({ id: z.string() }).nullable(),
        // Cedar apps list their slug here; container and Fir apps list their images.
        artifacts: z.array(z.object({ type: z.string(), id: z.string() })).nullish(),
        user: z.object({ email: z.string() }),
        created_at: instant,
      })
      .transform(
        (release): Release => ({
          id: release.id,
          version: release.version,
          status: release.status,
          current: release.current,
          description: release.description ?? '',
          eligibleForRollback: release.eligible_for_rollback,
          slugId: release.slug?.id ?? null,
          imageId: release.artifacts?.find(({ type }) => type !== 'slug')?.id ?? null,
          actor: release.user.email,
          createdAt: release.created_at,
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

/** Schema of the status page's response (status.heroku.com, api/v4/current-status). */
import { z } from 'zod';
import type { PlatformStatus } from '../runbook/model/probes.ts';

const incident = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  title: z.string(),
  state: z.string(),
  full_url: z.string().nullish(),
  tags: z.array(z.string()).default([]),
  systems: z.array(z.object({ name: z.string() })).default([]),
  created_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
});

/**
 * The state decides, because the `resolved` flag is unreliable.
 * Maintenance that has only been announced is not an incident.
 */
const OVER_OR_AHEAD = new Set(['resolved', 'completed', 'scheduled', 'upcoming']);
/** The list of scheduled maintenance is not kept up to date, so only entries with one of these states count. */
const UNDER_WAY = new Set(['in progress', 'in_progress', 'verifying', 'active']);

export const statusSchema = z
  .object({
    // A page without any system proves nothing, least of all that everything is fine.
    status: z.array(z.object({ system: z.string(), status: z.string() })).min(1),
    incidents: z.array(incident),
    // Some items have a different shape. An item that cannot be read is skipped.
    scheduled: z.array(incident.nullable().catch(null)).catch([]).default([]),
  })
  .transform(
    ({ status, incidents, scheduled }): PlatformStatus => ({
      systems: status,
      incidents: incidents.filter(({ state }) => !OVER_OR_AHEAD.has(state)).map(incidentOf),
      maintenance: scheduled
        .filter((one) => one !== null)
        .filter(({ state }) => UNDER_WAY.has(state.toLowerCase()))
        .map(incidentOf),
    }),
  );

function incidentOf({ id, title, full_url, tags, systems, created_at }: z.infer<typeof incident>) {
  return {
    id,
    title,
    url: full_url ?? null,
    tags,
    systems: systems.map(({ name }) => name),
    createdAt: created_at,
  };
}

/** The status page's answer at the border (status.heroku.com, api/v4/current-status). */
import { z } from 'zod';
import type { PlatformStatus } from '../runbook/model/evidence.ts';

const incident = z.object({
  id: z.union([z.number(), z.string()]).transform(String),
  title: z.string(),
  state: z.string(),
  full_url: z.string().nullish(),
  tags: z.array(z.string()).default([]),
  systems: z.array(z.object({ name: z.string() })).default([]),
  created_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
});

/** Its `resolved` flag is unreliable, so the state decides; merely announced work is no incident. */
const OVER_OR_AHEAD = new Set(['resolved', 'completed', 'scheduled', 'upcoming']);
/** Of announced work the list goes stale: only what says that it is under way is. */
const UNDER_WAY = new Set(['in progress', 'in_progress', 'verifying', 'active']);

export const statusSchema = z
  .object({
    // A page without a single system says nothing, least of all that all is well.
    status: z.array(z.object({ system: z.string(), status: z.string() })).min(1),
    incidents: z.array(incident),
    // Some items of it have another form; what cannot be read is not announced work.
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

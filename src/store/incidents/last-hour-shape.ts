/**
 * The column `last_hour` of an incident: `{ until, coveredMs, bins: [[requests, failed, medianMs], …] }`, the oldest
 * bin first. The bins follow one another and end at `until`, so their times need no room in the row.
 */

import { z } from 'zod';
import { BINS, type LastHour, spanOf } from '../../runbook/logs/last-hour.ts';
import type { Row } from '../database/db.ts';
import { faultsOf } from '../database/shapes.ts';
import { warnOnce } from '../database/warn-once.ts';

const figure = z.number().nonnegative();
const bin = z.tuple([figure, figure, figure.nullable()], z.unknown());

const lastHour = z
  .looseObject({ until: z.number(), coveredMs: figure, bins: z.array(bin).min(1).max(BINS) })
  .transform(
    ({ until, coveredMs, bins }): LastHour => ({
      coveredMs,
      bins: bins.map(([requests, failed, medianMs], index) => ({
        ...spanOf(index, bins.length, until),
        requests,
        failed,
        medianMs,
      })),
    }),
  );

/** Returns null, with a warning, for a column that does not parse, because the incident itself is readable. */
export function lastHourShape({ id, last_hour: written = null }: Row): LastHour | null {
  const parsed = lastHour.nullable().safeParse(written);
  if (parsed.success) return parsed.data;
  warnOnce(`the last hour of the incident ${String(id)} cannot be read: ${faultsOf(parsed.error)}`);
  return null;
}

/** Serializes the last hour. Null when there is none, or it has no bin. */
export function lastHourJson(hour: LastHour | null): string | null {
  const until = hour?.bins.at(-1)?.to;
  if (!hour || until === undefined) return null;
  const { coveredMs, bins } = hour;
  const figures = bins.map(({ requests, failed, medianMs }) => [requests, failed, medianMs]);
  return JSON.stringify({ until, coveredMs, bins: figures });
}

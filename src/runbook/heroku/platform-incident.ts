/** Filters Heroku incidents by the runbook's region. */
import type { PlatformIncident, PlatformStatus } from '../model/probes.ts';

/** Contract: `us` matches incidents tagged NA, `eu` matches EMEA. */
const TAG: Readonly<Record<string, string>> = { us: 'NA', eu: 'EMEA' };

/** An incident without region tags matches every region. A region with an unknown tag matches every incident. */
export function incidentsOf({ incidents }: PlatformStatus, region: string): PlatformIncident[] {
  const tag = TAG[region];
  return incidents.filter(({ tags }) => tags.length === 0 || tag === undefined || tags.includes(tag));
}

/**
 * Returns true if the region has no active incident, and no system is yellow or red without an incident that explains
 * it.
 */
export function isGreen(status: PlatformStatus, region: string): boolean {
  return incidentsOf(status, region).length === 0 && unexplained(status).length === 0;
}

/** Returns the systems that are not green although no incident explains it. */
export function unexplained({ systems, incidents }: PlatformStatus): string[] {
  const troubled = systems.filter(({ status }) => status !== 'green');
  return incidents.length > 0 ? [] : troubled.map(({ system, status }) => `${system}: ${status}`);
}

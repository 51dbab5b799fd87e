/** Heroku incidents in the runbook's region. */
import type { PlatformIncident, PlatformStatus } from '../model/probes.ts';

/** Contract: `us` matches incidents tagged NA, `eu` EMEA. */
const TAG: Readonly<Record<string, string>> = { us: 'NA', eu: 'EMEA' };

/** An incident without region tags matches every region; a region with an unknown tag matches every incident. */
export function incidentsOf({ incidents }: PlatformStatus, region: string): PlatformIncident[] {
  const tag = TAG[region];
  return incidents.filter(({ tags }) => tags.length === 0 || tag === undefined || tags.includes(tag));
}

/** No active incident in the region, and no system is yellow or red without an incident that explains it. */
export function isGreen(status: PlatformStatus, region: string): boolean {
  return incidentsOf(status, region).length === 0 && unexplained(status).length === 0;
}

/** Systems that are not green although no incident explains it. */
export function unexplained({ systems, incidents }: PlatformStatus): string[] {
  const troubled = systems.filter(({ status }) => status !== 'green');
  return incidents.length > 0 ? [] : troubled.map(({ system, status }) => `${system}: ${status}`);
}

/** Which Heroku incidents concern the runbook's region. */
import type { PlatformIncident, PlatformStatus } from '../model/evidence.ts';

/** Contract: `us` matches incidents tagged NA, `eu` EMEA. */
const TAG: Readonly<Record<string, string>> = { us: 'NA', eu: 'EMEA' };

/** An incident without region tags matches all; so does every incident for a region whose tag we do not know. */
export function incidentsOf({ incidents }: PlatformStatus, region: string): PlatformIncident[] {
  const tag = TAG[region];
  return incidents.filter(({ tags }) => tags.length === 0 || tag === undefined || tags.includes(tag));
}

/** Nothing active for the region, and no part of the platform is yellow or red without an incident that says why. */
export function isGreen(status: PlatformStatus, region: string): boolean {
  return incidentsOf(status, region).length === 0 && unexplained(status).length === 0;
}

/** Parts of the platform that are not green though no incident says why. */
export function unexplained({ systems, incidents }: PlatformStatus): string[] {
  const troubled = systems.filter(({ status }) => status !== 'green');
  return incidents.length > 0 ? [] : troubled.map(({ system, status }) => `${system}: ${status}`);
}

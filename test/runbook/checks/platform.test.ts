/** Heroku's status page, for the runbook's region. */
import { describe, expect, it } from 'vitest';
import { platformCheck } from '../../../src/runbook/checks/platform.ts';
import { isGreen } from '../../../src/runbook/heroku/platform-incident.ts';
import type { PlatformIncident, PlatformStatus } from '../../../src/runbook/model/probes.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import { finding, incident, seen, unseen } from '../../support/evidence.ts';

const page = (incidents: readonly PlatformIncident[], status = 'green'): PlatformStatus => ({
  systems: [{ system: 'Apps', status }],
  incidents,
});
const elsewhere = incident({ tags: ['EMEA'] });
const ours = 'Routing errors, began 1 h ago https://status.heroku.com/incidents/1';

describe('the platform', () => {
  it.each<readonly [name: string, page: PlatformStatus, status: Status, said: string, green: boolean]>([
    ['passes while it is green', page([]), 'pass', 'No Heroku incident in the US region', true],
    [
      'passes with an incident in another region',
      page([elsewhere]),
      'pass',
      'No Heroku incident in the US region; 1 in other regions',
      true,
    ],
    [
      'fails with an incident in our region',
      page([incident()]),
      'fail',
      `Heroku incident in the US region: Routing errors\n${ours}`,
      false,
    ],
    [
      'fails with an incident in several regions including ours',
      page([incident({ tags: ['EMEA', 'NA'] })]),
      'fail',
      `Heroku incident in the US region: Routing errors\n${ours}`,
      false,
    ],
    [
      'fails with an incident that names no region',
      page([incident({ tags: [], url: null })]),
      'fail',
      'Heroku incident in the US region: Routing errors\nRouting errors, began 1 h ago',
      false,
    ],
    [
      'counts the incidents in our region only',
      page([elsewhere, incident(), incident({ title: 'Builds are slow' })]),
      'fail',
      `Heroku incident in the US region: Routing errors and 1 more\n${ours}\n${ours.replace('Routing errors', 'Builds are slow')}`,
      false,
    ],
    [
      'is a warning when a system is yellow without an incident that explains it',
      page([], 'yellow'),
      'warn',
      'No incident posted, but Apps: yellow',
      false,
    ],
    [
      'passes when an incident elsewhere explains why a system is yellow',
      page([elsewhere], 'yellow'),
      'pass',
      'No Heroku incident in the US region; 1 in other regions',
      true,
    ],
  ])('%s', (_name, platform, status, said, green) => {
    expect(finding(platformCheck, { platform: seen(platform) })).toEqual({ status, said });
    expect(isGreen(platform, 'us')).toBe(green);
  });

  it('is unknown, not green, when the page was not read', () => {
    expect(
      finding(platformCheck, { platform: unseen('unreachable', 'Heroku status page: HTTP 503') }),
    ).toEqual({
      status: 'unknown',
      said: 'Not seen: Heroku status page: HTTP 503',
    });
  });

  it.each([
    ['eu', 'EMEA', false],
    ['eu', 'NA', true],
    ['tokyo', 'NA', false],
  ])('in region %s, with an incident tagged %s: green is %s', (region, tag, green) => {
    expect(isGreen(page([incident({ tags: [tag] })]), region)).toBe(green);
  });
});

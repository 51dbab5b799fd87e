/** Evidence of a healthy target, in which the reference changes one thing at a time. */

import { parseLogLine } from '../../src/runbook/logs/lines.ts';
import type { Evidence, SourceName, Sources } from '../../src/runbook/model/evidence.ts';
import type { LogWindow, Release } from '../../src/runbook/model/heroku.ts';
import type { Observed } from '../../src/runbook/model/observed.ts';

export const NOW = Date.parse('2026-05-01T10:00:00Z');
const HOUR = 3_600_000;

export function seen<T>(value: T): Observed<T> {
  return { ok: true, value, at: NOW };
}

/** Parses lines such as `60 heroku[web.1]: text`, which is from 60 seconds ago. */
export function logOf(...lines: readonly string[]): Observed<LogWindow> {
  const parsed = lines.map((line) => {
    const [, ago = '0', rest = ''] = /^(\d+) ([\s\S]*)$/.exec(line) ?? [];
    return parseLogLine(`${new Date(NOW - Number(ago) * 1000).toISOString()} ${rest}`);
  });
  return seen({ lines: parsed, asked: 1500 });
}

/** Returns a dyno of the process type that has been in this state for `seconds`. */
export function dynoIn(state: string, seconds: number): Observed<Sources['dynos']> {
  const at = NOW - seconds * 1000;
  const dyno = { name: 'web.1', type: 'web', state, size: 'Basic', releaseVersion: 42 };
  return seen([{ ...dyno, createdAt: at, updatedAt: at }]);
}

export function release(version: number, more: Partial<Release> = {}): Release {
  return {
    id: `r${version}`,
    version,
    status: 'succeeded',
    current: false,
    description: `Deploy 4f0707${version}`,
    eligibleForRollback: true,
    slugId: `s${version}`,
    imageId: null,
    actor: 'ops@raxx.app',
    createdAt: NOW - (50 - version) * HOUR,
    ...more,
  };
}

const HEALTHY: Sources = {
  app: { id: 'a', name: 'raxx-api-prod', maintenance: false, region: 'us', stack: 'heroku-24', slugSize: 1 },
  dynos: [],
  formation: [{ type: 'web', quantity: 1, size: 'Basic', command: 'gunicorn raptor.wsgi' }],
  releases: [release(42, { current: true }), release(41)],
  slug: {
    id: 's42',
    commit: '4f07074242',
    size: 1,
    stack: 'heroku-24',
    processTypes: { web: 'gunicorn raptor.wsgi' },
    createdAt: NOW - 8 * HOUR,
  },
  logs: { lines: [], asked: 1500 },
  repository: { private: true, defaultBranch: 'main' },
  runs: [],
  runDetails: [],
  olderRuns: { runs: [], details: [], since: NOW - 720 * HOUR, isWhole: true },
  deployments: [],
  environments: [
    {
      name: 'production',
      requiredReviewers: [{ kind: 'user', name: 'Kristerpher' }],
      branches: ['main'],
      adminsBypass: false,
    },
  ],
  workflows: [],
  freezeSecret: null,
  platform: { systems: [{ system: 'Apps', status: 'green' }], incidents: [] },
  health: { kind: 'http', status: 200, ms: 84 },
  console: { kind: 'http', status: 200, ms: 30 },
};

export function evidenceWith(more: Partial<Evidence>): Evidence {
  const names = Object.keys(HEALTHY) as SourceName[];
  // Safe cast: each key gets the value of that same key.
  const all = Object.fromEntries(names.map((name) => [name, seen(HEALTHY[name])])) as unknown as Evidence;
  return { ...all, dynos: dynoIn('up', 3 * 3600), logs: logOf('60 app[web.1]: INFO fine'), ...more };
}

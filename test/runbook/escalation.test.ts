/** "Wake the operator when": the runbook's four conditions. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import type { FirstSeen } from '../../src/runbook/model/situation.ts';
import {
  contextOf,
  deployment,
  detail,
  dyno,
  evidence,
  http,
  incident,
  job,
  jobId,
  logWindow,
  NOW,
  release,
  routerError,
  run,
  runs,
  seen,
  unseen,
} from '../support/evidence.ts';

/** `4 +1800`: condition, and seconds until it is due. */
function due(more: Partial<Evidence>, target = 'prod', firstSeen?: FirstSeen): string[] {
  const measured = { tookMs: 1, limits: [], ...(firstSeen ? { firstSeen } : {}) };
  return diagnose(evidence(more), contextOf(target), measured).escalations.map(
    ({ condition, dueAt }) => `${condition} +${(dueAt - NOW) / 1000}`,
  );
}

const failed = { jobs: [job('freeze-check', 'success'), job('deploy', 'failure')] };
const hour = 3_600_000;
const pushesOnly = {
  runs: seen([run(9, { event: 'push' })]),
  runDetails: seen([detail(9, { approvals: [] })]),
};
const r10 = (ago: number) => `-${ago} heroku[web.1]: Error R10 (Boot timeout) -> x`;
const incidents = (...list: ReturnType<typeof incident>[]) => ({
  platform: seen({ systems: [{ system: 'Apps', status: 'green' }], incidents: list }),
});
const crashed = {
  dynos: seen([dyno('crashed', 30_000)]),
  health: http(503),
  logs: seen(logWindow(routerError(30, 'H10', 'App crashed'))),
};

describe('condition 1, a production run failed after the gate', () => {
  it.each<readonly [name: string, more: Partial<Evidence>, expected: readonly string[]]>([
    ['at once', runs({ conclusion: 'failure' }, failed), ['1 +0']],
    [
      'not in the freeze check',
      runs({ conclusion: 'failure' }, { jobs: [job('freeze-check', 'failure')] }),
      [],
    ],
    [
      'not rejected at the gate',
      runs(
        { conclusion: 'failure' },
        {
          jobs: [job('deploy', 'failure', { steps: [] })],
          approvals: [{ state: 'rejected', by: 'K', comment: null, environments: ['production'] }],
        },
      ),
      [],
    ],
    ['not cancelled', runs({ conclusion: 'cancelled' }, { jobs: [job('deploy', 'cancelled')] }), []],
    [
      'not a day after it happened',
      runs({ conclusion: 'failure' }, { jobs: [job('deploy', 'failure', { completedAt: NOW - 25 * hour })] }),
      [],
    ],
    [
      'also for a run that began days before',
      runs({ conclusion: 'failure', createdAt: NOW - 75 * hour }, failed),
      ['1 +0'],
    ],
    [
      'not when a later one went through',
      {
        runs: seen([run(9), run(7, { conclusion: 'failure' })]),
        runDetails: seen([detail(9), detail(7, failed)]),
      },
      [],
    ],
    ['not when GitHub was not read', { runs: unseen() }, []],
    [
      'not for a job that never started, even with an approval',
      runs(
        { conclusion: 'failure' },
        { jobs: [job('freeze-check', 'success'), job('deploy', 'failure', { steps: [] })] },
      ),
      [],
    ],
    [
      'also for a run beyond the ten shown',
      {
        ...pushesOnly,
        olderRuns: seen({
          runs: [run(7, { conclusion: 'failure' })],
          details: [detail(7, failed)],
          since: NOW - 720 * hour,
          isWhole: true,
        }),
      },
      ['1 +0'],
    ],
    [
      'not when a run that began earlier passed later',
      {
        runs: seen([
          run(9, { conclusion: 'failure', createdAt: NOW - 3 * hour }),
          run(7, { createdAt: NOW - 50 * hour }),
        ]),
        runDetails: seen([
          detail(9, { jobs: [job('deploy', 'failure', { completedAt: NOW - 2 * hour })] }),
          detail(7, { jobs: [job('deploy', 'success', { completedAt: NOW - hour })] }),
        ]),
      },
      [],
    ],
  ])('%s', (_name, more, expected) => expect(due(more)).toEqual(expected));
});

describe('condition 1, by target and attempt', () => {
  const passed = (environment: string) => ({
    ...runs({ conclusion: 'failure', event: 'push' }, { ...failed, approvals: [] }),
    deployments: seen([deployment(environment, { jobId: jobId('deploy'), passedAt: NOW - hour })]),
  });

  it('never applies to a target without a gate, whatever failed while deploying', () => {
    expect(due(passed('staging'), 'staging')).toEqual([]);
    expect(due(passed('production'))).toEqual(['1 +0']);
  });

  it.each([1, 2])('pages once for attempt %i: its key has the run and the attempt', (attempt) => {
    const { escalations } = diagnose(
      evidence(runs({ conclusion: 'failure', attempt }, failed)),
      contextOf(),
      { tookMs: 1, limits: [] },
    );
    expect(escalations).toMatchObject([{ condition: 1, about: `7/${attempt}` }]);
  });
});

describe('condition 2, memory or repeated boot timeouts that are not resolved', () => {
  it.each<readonly [name: string, lines: readonly string[], expected: readonly string[]]>([
    [
      'one R14, counted from when it was first seen',
      [
        '-600 heroku[web.1]: Error R14 (x)',
        '-310 heroku[web.1]: Error R14 (x)',
        '-60 heroku[web.1]: Error R14 (x)',
      ],
      ['2 +1200'],
    ],
    [
      'due after 30 minutes',
      [2000, 1700, 1400, 1100, 800, 500, 200].map((ago) => `-${ago} heroku[web.1]: Error R14 (x)`),
      ['2 +-200'],
    ],
    ['not for an R14 that has recovered', ['-2000 heroku[web.1]: Error R14 (x)'], []],
    ['R10 twice', [r10(300), r10(60)], ['2 +1500']],
    ['R10 once', [r10(60)], []],
    [
      'not for R10 that has recovered',
      [r10(300), r10(200), '-100 heroku[web.1]: State changed from starting to up'],
      [],
    ],
  ])('%s', (_name, lines, expected) => expect(due({ logs: seen(logWindow(...lines)) })).toEqual(expected));
});

describe('condition 3, an active Heroku incident', () => {
  it.each<readonly [name: string, more: Partial<Evidence>, expected: readonly string[]]>([
    ['in our region', incidents(incident()), ['3 +0']],
    ['without a region', incidents(incident({ tags: [] })), ['3 +0']],
    ['not in another region', incidents(incident({ tags: ['EMEA'] })), []],
    ['not seen', { platform: unseen() }, []],
  ])('%s', (_name, more, expected) => expect(due(more)).toEqual(expected));
});

describe('condition 4, unreachable while Heroku is green', () => {
  const silence = seen({ kind: 'refused', detail: 'ECONNREFUSED', ms: 2 } as const);
  it.each<readonly [name: string, more: Partial<Evidence>, expected: readonly string[]]>([
    ['a 5xx', { health: http(500) }, ['4 +0']],
    ['no answer', { health: silence }, ['4 +0']],
    ['403 answers', { health: http(403) }, []],
    ['not when the status page was not read: that is not green', { health: silence, platform: unseen() }, []],
    [
      'Heroku is yellow',
      { health: silence, platform: seen({ systems: [{ system: 'Apps', status: 'yellow' }], incidents: [] }) },
      [],
    ],
    ['an incident is the other condition', { health: silence, ...incidents(incident()) }, ['3 +0']],
    [
      'an incident elsewhere leaves our region green',
      { health: silence, ...incidents(incident({ tags: ['EMEA'] })) },
      ['4 +0'],
    ],
    [
      'stopped',
      {
        health: http(503),
        formation: seen([{ type: 'web', quantity: 0, size: 'Basic', command: 'x' }]),
        dynos: seen([]),
      },
      [],
    ],
    [
      'in maintenance',
      {
        health: http(503),
        app: seen({ id: 'a', name: 'n', maintenance: true, region: 'us', stack: 'heroku-24', slugSize: 1 }),
      },
      [],
    ],
    [
      'never deployed',
      {
        health: http(502),
        slug: seen(null),
        dynos: seen([]),
        formation: seen([]),
        releases: seen([release(3, { slugId: null, current: true, description: 'Set A config vars' })]),
      },
      [],
    ],
    ['later when a likely failure mode explains it', crashed, ['4 +1800']],
  ])('%s', (_name, more, expected) => expect(due(more)).toEqual(expected));

  it('counts from the first sighting when that is known', () => {
    expect(due(crashed, 'prod', { unreachable: NOW - 20 * 60_000 })).toEqual(['4 +600']);
  });
});

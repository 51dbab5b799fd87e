/** The deploy freeze: what the last freeze check said, and who could lift it. */
import { describe, expect, it } from 'vitest';
import { freezeCheck, isReachable } from '../../../src/runbook/checks/freeze.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { HttpAnswer } from '../../../src/runbook/model/probes.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import { detail, finding, http, job, NOW, run, runs, seen, unseen } from '../../support/evidence.ts';

type Row = readonly [name: string, more: Partial<Evidence>, status: Status, summary: string];

const HOUR = 3_600_000;
const dead = seen<HttpAnswer>({ kind: 'refused', detail: 'ECONNREFUSED', ms: 3 });
const frozenJobs = { jobs: [job('freeze-check', 'failure'), job('deploy', 'skipped')] };
const frozen = runs({ conclusion: 'failure' }, frozenJobs);
const frozenAgo = (hours: number) =>
  runs(
    { conclusion: 'failure' },
    { jobs: [job('freeze-check', 'failure', { completedAt: NOW - hours * HOUR }), job('deploy', 'skipped')] },
  );

function judge(more: Partial<Evidence>) {
  const { status, said } = finding(freezeCheck, more);
  const [summary, ...details] = said.split('\n');
  return { status, summary, details };
}

describe('the freeze check', () => {
  const passed = 'Last freeze check passed 1 h ago';
  const failed = 'Last freeze check failed 1 h ago: deploys are frozen';
  const none = 'The last run did not finish a freeze check';
  it.each<Row>([
    [
      'passes when the last one passed, and never says that there is no freeze',
      {},
      'pass',
      `${passed}; console is up; freeze toggle not visible from outside`,
    ],
    ['fails when the last one failed', frozen, 'fail', failed],
    [
      'may be stuck when the console does not answer',
      { ...frozen, console: dead },
      'fail',
      `${failed}; the console isn't responding, so the freeze may be stuck`,
    ],
    [
      'fails when the last one timed out',
      runs({ conclusion: 'failure' }, { jobs: [job('freeze-check', 'timed_out'), job('deploy', 'skipped')] }),
      'fail',
      'Last freeze check failed 1 h ago: it gave no result, so deploys may be frozen',
    ],
    ['fails for a day', frozenAgo(24), 'fail', 'Last freeze check failed 1 d ago: deploys are frozen'],
    [
      'is a warning after a day',
      frozenAgo(25),
      'warn',
      'Last freeze check failed 1 d ago: deploys are frozen',
    ],
    [
      'is a warning when it passed but the console is down',
      { console: http(503) },
      'warn',
      `${passed}, but the console isn't responding now`,
    ],
    [
      'passes with a console that asks for a login',
      { console: http(401) },
      'pass',
      `${passed}; console is up; freeze toggle not visible from outside`,
    ],
    [
      'passes with a later run that passed it, however that run ended',
      {
        runs: seen([run(9, { event: 'push', conclusion: 'failure' }), run(7, { conclusion: 'failure' })]),
        runDetails: seen([
          detail(9, { jobs: [job('freeze-check', 'success'), job('deploy', 'failure')] }),
          detail(7, frozenJobs),
        ]),
      },
      'pass',
      `${passed}; console is up; freeze toggle not visible from outside`,
    ],
    [
      'is found in a reusable workflow, too',
      runs({ conclusion: 'failure' }, { jobs: [job('gate / freeze-check', 'failure')] }),
      'fail',
      failed,
    ],
    [
      'uses the time of the run when the job has none',
      runs({}, { jobs: [job('freeze-check', 'success', { completedAt: null }), job('deploy', 'success')] }),
      'pass',
      `${passed}; console is up; freeze toggle not visible from outside`,
    ],
    [
      'is a warning when no run reached it',
      runs({ status: 'queued', conclusion: null }, { jobs: [] }),
      'warn',
      none,
    ],
    [
      'does not count when no step of it ran',
      runs({ conclusion: 'failure' }, { jobs: [job('freeze-check', 'failure', { steps: [] })] }),
      'warn',
      none,
    ],
    [
      'does not count as a success when no step of it ran',
      runs({}, { jobs: [job('freeze-check', 'success', { steps: [] }), job('deploy', 'success')] }),
      'warn',
      none,
    ],
    ['is a warning when it was skipped', runs({}, { jobs: [job('freeze-check', 'skipped')] }), 'warn', none],
    [
      'is a warning when it was canceled',
      runs({}, { jobs: [job('freeze-check', 'cancelled')] }),
      'warn',
      none,
    ],
    [
      'is unknown without the runs',
      { runs: unseen('forbidden', 'GitHub runs: 403') },
      'unknown',
      'Not seen: GitHub runs: 403',
    ],
    [
      'is unknown without their jobs',
      { runDetails: unseen('forbidden', 'GitHub jobs: 403') },
      'unknown',
      'Not seen: GitHub jobs: 403',
    ],
  ])('%s', (_name, more, status, summary) => {
    const judged = judge(more);
    expect({ status: judged.status, summary: judged.summary }).toEqual({ status, summary });
  });

  it('does not say that the console is down when it could not be probed', () => {
    const console = unseen('timeout', 'Freeze console: no response within 8 s');
    expect(judge({ console }).summary).not.toContain("the console isn't responding");
  });
});

describe('who could lift a freeze', () => {
  const name = 'DEPLOY_FREEZE_OVERRIDE';
  it.each<readonly [name: string, more: Partial<Evidence>, details: readonly string[]]>([
    [
      'is shown by the console and the age of the secret',
      {},
      ['console: HTTP 200 in 30 ms', `secret ${name} last changed 30 d ago`],
    ],
    [
      'is shown without the secret',
      { freezeSecret: seen(null) },
      ['console: HTTP 200 in 30 ms', `secret ${name} is not set`],
    ],
    [
      'is not guessed',
      { console: unseen('timeout', 'cut off'), freezeSecret: unseen('forbidden', 'GitHub secrets: 403') },
      ['console: unavailable (cut off)', `secret ${name}: unavailable (GitHub secrets: 403)`],
    ],
    [
      'is shown with a console that is down',
      { console: dead },
      ['console: Connection refused (ECONNREFUSED) after 3 ms', `secret ${name} last changed 30 d ago`],
    ],
  ])('%s', (_name, more, details) => expect(judge(more).details).toEqual(details));

  it.each([
    [200, true],
    [403, true],
    [499, true],
    [500, false],
    [503, false],
  ])('a console that answers %d is reachable: %s', (status, reachable) => {
    expect(isReachable({ kind: 'http', status, ms: 1 })).toBe(reachable);
  });
});

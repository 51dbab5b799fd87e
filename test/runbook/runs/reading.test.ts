/** How far a run has come, by its attempts, reviews, deployments and steps, whatever its jobs are called. */
import { describe, expect, it } from 'vitest';
import type { Deployment, Job, RunDetail, WorkflowRun } from '../../../src/runbook/model/github.ts';
import type { Observed } from '../../../src/runbook/model/observed.ts';
import { readRun } from '../../../src/runbook/runs/reading.ts';
import type { RunStage } from '../../../src/runbook/runs/stage.ts';
import { contextOf, deployment, job, jobId, NOW, run, seen, unseen } from '../../support/evidence.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const approved = { state: 'approved', by: 'Kristerpher', comment: null, environments: ['production'] };
const rejected = { ...approved, state: 'rejected' };
const stepless = { steps: [], hasRunner: false };
const at = (minutes: number, lasts = 1): Partial<Job> => ({
  startedAt: NOW - HOUR + minutes * MINUTE,
  completedAt: NOW - HOUR + (minutes + lasts) * MINUTE,
});
const freeze = job('freeze-check', 'success', at(0));
const failed = { conclusion: 'failure' } as const;
const links = (name: string, more: Partial<Deployment> = {}): Observed<readonly Deployment[]> =>
  seen([deployment('production', { jobId: jobId(name), ...more })]);

interface World {
  readonly run?: Partial<WorkflowRun>;
  readonly jobs: readonly Job[];
  readonly left?: Partial<RunDetail>;
  readonly deployments?: Observed<readonly Deployment[]>;
  readonly target?: string;
}

function reading({ run: more = {}, jobs, left = {}, deployments = seen([]), target = 'prod' }: World) {
  const { target: own, facts } = contextOf(target);
  const detail = { runId: 7, jobs, approvals: [], pending: [], ...left };
  return readRun(run(7, more), detail, deployments, own, facts);
}

/** The names that workflows give the same three jobs. */
const NAMES: readonly (readonly [kind: string, rename: (name: string) => string])[] = [
  ['named as in the workflow', (name) => name],
  ['of a reusable workflow', (name) => `deploy / ${name}`],
  ['of a reusable workflow in a matrix', (name) => `deploy (production) / ${name}`],
  ['with the values of a matrix', (name) => `${name} (production, eu)`],
  ['two workflows deep', (name) => `release / deploy / ${name}`],
  ['with misleading names', (name) => (name === 'freeze-check' ? name : `Pre-deploy ${name} checks`)],
];

describe.each(NAMES)('jobs %s', (_kind, rename) => {
  const named = (name: string, conclusion: string | null, more: Partial<Job> = {}) =>
    job(rename(name), conclusion, more);
  const checked = named('freeze-check', 'success', at(0));
  const tested = named('test', 'success', at(0, 2));
  const off = named('ship', 'failure', { ...stepless, ...at(10) });

  it.each<readonly [stage: RunStage, world: World]>([
    ['rejected_at_gate', { jobs: [checked, tested, off], left: { approvals: [rejected] } }],
    [
      'failed_after_gate',
      { jobs: [checked, tested, named('ship', 'failure', at(10))], left: { approvals: [approved] } },
    ],
    ['failed_before_gate', { jobs: [checked, named('test', 'failure', at(0, 2)), named('ship', 'skipped')] }],
    ['freeze_check_failed', { jobs: [named('freeze-check', 'failure', at(0)), named('ship', 'skipped')] }],
    ['not_started', { jobs: [named('freeze-check', 'failure', stepless), named('ship', 'skipped')] }],
    ['not_started', { jobs: [checked, tested, off] }],
  ])('%s', (stage, world) => {
    expect(reading({ run: failed, ...world }).stage).toBe(stage);
  });

  it('finds the freeze check, and takes no other job for it', () => {
    const { freeze: check } = reading({ run: failed, jobs: [checked, named('test', 'failure', at(0))] });
    expect(check?.passed).toBe(true);
  });
});

describe('which job is behind the gate', () => {
  const lint = job('lint', 'failure', at(0));
  const ship = (conclusion: string, more = {}) => job('ship', conclusion, { ...at(30), ...more });

  it.each<readonly [name: string, stage: RunStage, world: World]>([
    [
      'is found by the link of its deployment: a parallel job that failed is not a failure of the deploy',
      'failed_beside_deploy',
      { jobs: [freeze, lint, ship('success')], left: { approvals: [approved] }, deployments: links('ship') },
    ],
    [
      'is found by its link: it failed',
      'failed_after_gate',
      { jobs: [freeze, ship('failure'), job('notify', 'success', at(32))], deployments: links('ship') },
    ],
    [
      'succeeded before a smoke test failed: that is after the gate',
      'failed_after_gate',
      {
        jobs: [freeze, ship('success'), job('smoke', 'failure', at(31))],
        left: { approvals: [approved] },
        deployments: links('ship', { state: 'success' }),
      },
    ],
    [
      'never ran a step although its deployment exists: it did not pass the gate',
      'gate_not_satisfied',
      { jobs: [freeze, ship('failure', stepless)], deployments: links('ship', { state: 'failure' }) },
    ],
    [
      'is found by the time at which its deployment passed when no link names a job',
      'failed_after_gate',
      {
        jobs: [freeze, ship('failure')],
        deployments: seen([deployment('production', { state: 'failure', passedAt: NOW - 30 * MINUTE })]),
      },
    ],
    [
      'waited longest before it began: an earlier failure may not be a failure of the deploy',
      'failed_unplaced',
      { jobs: [freeze, lint, ship('success')], left: { approvals: [approved] }, deployments: unseen() },
    ],
    [
      'failed before a job that always runs',
      'failed_after_gate',
      {
        jobs: [freeze, ship('failure'), job('notify', 'success', at(31))],
        left: { approvals: [approved] },
        deployments: unseen(),
      },
    ],
    [
      'ran like all others, whatever its deployment shows: it passed without approval',
      'failed_after_gate',
      {
        jobs: [freeze, ship('failure')],
        deployments: seen([deployment('production', { state: 'failure' })]),
      },
    ],
    [
      'is not guessed without deployments and reviews',
      'failed_unplaced',
      { jobs: [freeze, ship('failure')], deployments: unseen() },
    ],
  ])('%s', (_name, stage, world) => {
    expect(reading({ run: failed, ...world }).stage).toBe(stage);
  });
});

describe('a run with several attempts', () => {
  const again = { ...failed, attempt: 2, createdAt: NOW - 50 * HOUR, startedAt: NOW - HOUR };
  const old = deployment('production', {
    id: 2,
    jobId: 99,
    createdAt: NOW - 50 * HOUR,
    state: 'failure',
    passedAt: NOW - 49 * HOUR,
  });

  it.each<readonly [name: string, stage: RunStage, world: World]>([
    [
      'has not passed the gate when its tests failed this time, whoever approved it before',
      'failed_unplaced',
      {
        jobs: [freeze, job('test', 'failure'), job('ship', 'skipped')],
        left: { approvals: [approved] },
        deployments: seen([old]),
      },
    ],
    [
      'has passed it again when it failed after every job ran',
      'failed_after_gate',
      { jobs: [freeze, job('ship', 'failure')], left: { approvals: [approved] }, deployments: seen([old]) },
    ],
    [
      'was rejected when it was refused this time, whoever approved it before',
      'rejected_at_gate',
      {
        jobs: [freeze, job('ship', 'failure', stepless)],
        left: { approvals: [approved, rejected] },
        deployments: seen([old]),
      },
    ],
    [
      'failed after the gate when it passed this time, whoever rejected it before',
      'failed_after_gate',
      {
        jobs: [freeze, job('ship', 'failure')],
        left: { approvals: [rejected, approved] },
        deployments: seen([deployment('production', { jobId: jobId('ship'), createdAt: NOW - HOUR }), old]),
      },
    ],
  ])('%s', (_name, stage, world) => {
    expect(reading({ run: again, ...world }).stage).toBe(stage);
  });

  it('has the time of its last attempt', () => {
    const jobs = [freeze, job('ship', 'failure', { completedAt: NOW - 5 * MINUTE })];
    expect(reading({ run: again, jobs }).at).toBe(NOW - 5 * MINUTE);
  });
});

describe('a run of several environments', () => {
  const staged = job('to staging', 'success', at(1));
  const production = { environment: 'production', reviewers: ['Kristerpher'] };
  const onStaging = seen([
    deployment('staging', { jobId: jobId('to staging'), state: 'success', passedAt: NOW - 59 * MINUTE }),
  ]);
  const waiting: World = {
    run: { event: 'push', status: 'waiting', conclusion: null },
    jobs: [freeze, staged, job('to production', null, { status: 'waiting', ...stepless })],
    left: { pending: [production] },
  };

  it('waits for production when it waits at the production gate, even after a push', () => {
    expect(reading(waiting)).toMatchObject({ target: 'this', stage: 'at_gate' });
  });

  it('has deployed staging by then', () => {
    expect(reading({ ...waiting, target: 'staging', deployments: onStaging })).toMatchObject({
      target: 'this',
      stage: 'deployed_going_on',
      gate: { passage: 'passed' },
    });
  });

  it('deployed staging even though production was rejected', () => {
    const world: World = {
      run: { event: 'push', ...failed },
      jobs: [freeze, staged, job('to production', 'failure', stepless)],
      left: { approvals: [rejected] },
    };
    expect(reading(world).stage).toBe('rejected_at_gate');
    expect(reading({ ...world, target: 'staging', deployments: onStaging }).stage).toBe(
      'failed_beside_deploy',
    );
  });

  it('counts as not approved for production when it was approved for staging only', () => {
    const left = { approvals: [{ ...approved, environments: ['staging'] }] };
    expect(reading({ jobs: [freeze, staged], left, deployments: links('x') }).approvedBy).toEqual([]);
  });
});

describe('an unclear run', () => {
  it.each<readonly [name: string, stage: RunStage, more: Partial<WorkflowRun>, jobs: readonly Job[]]>([
    [
      'a skipped run',
      'skipped',
      { conclusion: 'skipped' },
      [job('freeze-check', 'skipped'), job('ship', 'skipped')],
    ],
    ['a run without jobs that was canceled', 'cancelled_before_gate', { conclusion: 'cancelled' }, []],
    ['a run that could not start', 'workflow_invalid', { conclusion: 'startup_failure' }, []],
    ['a run that was never allowed to start', 'not_started', { conclusion: 'action_required' }, []],
    ['a run held by its concurrency group', 'held', { status: 'pending', conclusion: null }, []],
    ['jobs that never got a runner', 'not_started', failed, [job('freeze-check', 'failure', stepless)]],
  ])('%s', (_name, stage, more, jobs) => {
    expect(reading({ run: more, jobs })).toMatchObject({ stage, freeze: null });
  });

  it('has the same environment when the name differs only in case: GitHub ignores case', () => {
    const left = { approvals: [{ ...approved, environments: ['Production'] }] };
    expect(reading({ run: failed, jobs: [freeze, job('ship', 'failure')], left })).toMatchObject({
      target: 'this',
      stage: 'failed_after_gate',
      approvedBy: ['Kristerpher'],
    });
  });
});

/** Step 4: where the last run for this target is, or how it ended. */
import { describe, expect, it } from 'vitest';
import { workflowRunsCheck } from '../../../src/runbook/checks/workflow-runs.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { RunDetail, WorkflowRun } from '../../../src/runbook/model/github.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import {
  deployment,
  detail,
  finding,
  job,
  jobId,
  NOW,
  release,
  run,
  runs,
  seen,
  unseen,
} from '../../support/evidence.ts';

const passed = job('freeze-check', 'success');
const atGate = { steps: [], hasRunner: false };
const going = (status: string) => ({ status, conclusion: null });
const rejected = { state: 'rejected', by: 'Kristerpher', comment: null, environments: ['production'] };
const kris = '; approved by Kristerpher';
const dispatched = 'run 7 (dispatch, 4f070772, 1 h ago)';
const open = 'run 7 (dispatch, 4f070772, 2 h ago)';

type OwnRow = readonly [name: string, more: Partial<Evidence>, status: Status, summary: string];
type StageRow = readonly [words: string, status: Status, run: Partial<WorkflowRun>, left: Partial<RunDetail>];
const forProduction = { deployments: seen([deployment('production')]) };

function summary(more: Partial<Evidence>, target = 'prod') {
  const { status, said } = finding(workflowRunsCheck, more, target);
  return { status, summary: said.split('\n')[0] };
}

describe('the last run for production', () => {
  it.each<StageRow>([
    [`is queued${kris}`, 'pass', going('queued'), { jobs: [] }],
    [
      'is running, not at the gate yet',
      'pass',
      going('in_progress'),
      { jobs: [job('freeze-check', null)], approvals: [] },
    ],
    [
      'is waiting for Kristerpher at the production gate',
      'warn',
      going('waiting'),
      {
        approvals: [],
        pending: [{ environment: 'production', reviewers: ['Kristerpher'] }],
        jobs: [passed, job('deploy', null, { status: 'waiting', steps: [] })],
      },
    ],
    [
      'is waiting, but not for a reviewer (a timer, or a stuck gate)',
      'warn',
      going('waiting'),
      {
        approvals: [],
        pending: [{ environment: 'production', reviewers: [] }],
        jobs: [passed, job('deploy', null, { status: 'waiting', steps: [] })],
      },
    ],
    [
      `is deploying (gate passed)${kris}`,
      'pass',
      going('in_progress'),
      { jobs: [passed, job('deploy', null)] },
    ],
    [`succeeded${kris}`, 'pass', {}, {}],
    [
      `succeeded, but deployed nothing: its jobs were skipped${kris}`,
      'warn',
      {},
      { jobs: [passed, job('deploy', 'skipped')] },
    ],
    [
      'could not start: the workflow file is invalid',
      'fail',
      { conclusion: 'startup_failure' },
      { jobs: [], approvals: [] },
    ],
    [
      `failed in the freeze check${kris}`,
      'fail',
      { conclusion: 'failure' },
      { jobs: [job('freeze-check', 'failure'), job('deploy', 'skipped')] },
    ],
    [
      'was rejected at the gate by Kristerpher',
      'warn',
      { conclusion: 'failure' },
      { jobs: [passed, job('deploy', 'failure', atGate)], approvals: [rejected] },
    ],
    [
      'was rejected at the gate by Kristerpher ("not today")',
      'warn',
      { conclusion: 'failure' },
      {
        jobs: [passed, job('deploy', 'failure', atGate)],
        approvals: [{ ...rejected, comment: 'not today' }],
      },
    ],
    [
      'did not pass the gate (branch policy, or no approval in time)',
      'warn',
      { conclusion: 'failure' },
      { jobs: [passed, job('deploy', 'failure', atGate)], approvals: [] },
    ],
    [
      'failed, possibly after the gate (test, step work)',
      'fail',
      { conclusion: 'failure' },
      { jobs: [passed, job('test', 'failure'), job('deploy', 'skipped')], approvals: [] },
    ],
    [
      `failed after passing the gate (deploy, step work)${kris}`,
      'fail',
      { conclusion: 'failure' },
      { jobs: [passed, job('deploy', 'failure')] },
    ],
    [
      `was canceled before the gate${kris}`,
      'warn',
      { conclusion: 'cancelled' },
      { jobs: [job('freeze-check', 'cancelled')] },
    ],
    [
      `was canceled at the gate${kris}`,
      'warn',
      { conclusion: 'cancelled' },
      { jobs: [passed, job('deploy', 'cancelled', atGate)] },
    ],
    [
      `was canceled while deploying${kris}`,
      'fail',
      { conclusion: 'cancelled' },
      { jobs: [passed, job('deploy', 'cancelled')] },
    ],
  ])('%s: %s', (words, status, more, left) => {
    expect(summary({ ...runs(more, left), ...forProduction })).toEqual({
      status,
      summary: `${more.status === undefined ? dispatched : open} ${words}`,
    });
  });
});

const unasked = { approvals: [] };
const linked = { deployments: seen([deployment('production', { jobId: jobId('ship it') })]) };
const silent = { approvals: [] };

describe('whose run it was', () => {
  it.each<OwnRow>([
    [
      'a deploy that nobody approved is a warning',
      { ...runs({}, unasked), ...forProduction },
      'warn',
      `${dispatched} succeeded, without approval`,
    ],
    [
      'a failed deploy that nobody approved still fails',
      {
        ...runs({ conclusion: 'failure' }, { approvals: [], jobs: [passed, job('ship it', 'failure')] }),
        ...linked,
      },
      'fail',
      `${dispatched} failed after passing the gate (ship it, step work), without approval`,
    ],
    [
      'pushes only: production is untouched',
      {
        runs: seen([run(8, { event: 'push' }), run(7, { event: 'push' })]),
        runDetails: seen([detail(8, silent), detail(7, silent)]),
      },
      'warn',
      'The last 2 runs were both pushes: only staging has been deployed; no production run in 30 d: production is untouched',
    ],
    [
      'pushes only, with older runs not read: nothing is said about production',
      {
        runs: seen([run(7, { event: 'push' })]),
        runDetails: seen([detail(7, silent)]),
        olderRuns: unseen('forbidden', 'GitHub workflow runs: HTTP 403'),
      },
      'warn',
      "The last run was not for production; older ones couldn't be read (GitHub workflow runs: HTTP 403)",
    ],
    [
      'pushes only, with more dispatches than were read: nothing is said about production',
      {
        runs: seen([run(7, { event: 'push' })]),
        runDetails: seen([detail(7, silent)]),
        olderRuns: seen({ runs: [], details: [], since: NOW - 30 * 24 * 3_600_000, isWhole: false }),
      },
      'warn',
      'The last run was not for production; not every run of the last 30 d was read',
    ],
    [
      'a skipped run does not count: the one before it does',
      {
        runs: seen([run(9, { event: 'push', conclusion: 'skipped' }), run(7)]),
        runDetails: seen([detail(9, { ...silent, jobs: [job('deploy', 'skipped')] }), detail(7)]),
      },
      'pass',
      `${dispatched} succeeded${kris}`,
    ],
    [
      'a successful run whose release failed is not a deploy',
      {
        ...runs({ sha: 'ab12cd34'.repeat(5) }),
        releases: seen([
          release(43, { status: 'failed', description: 'Deploy ab12cd34', createdAt: NOW - 3_600_000 }),
          release(42, { current: true }),
        ]),
      },
      'fail',
      `run 7 (dispatch, ab12cd34, 1 h ago) succeeded${kris}, but its release v43 (Deploy ab12cd34) failed: ab12cd34 is not deployed; raxx-api-prod is still running v42 (Deploy 4f070742)`,
    ],
    [
      'a successful run without a release is a warning',
      runs({ sha: 'ab12cd34'.repeat(5) }),
      'warn',
      `run 7 (dispatch, ab12cd34, 1 h ago) succeeded${kris}, but Heroku created no release for ab12cd34 during the run, so the commit may not be deployed; raxx-api-prod is still running v42 (Deploy 4f070742)`,
    ],
    [
      'a successful run during which a release was made is a deploy: not every release names its commit',
      {
        ...runs({ sha: 'ab12cd34'.repeat(5) }),
        releases: seen([
          release(43, { current: true, description: 'Deployed web (0a1b2c3d)', createdAt: NOW - 3_600_000 }),
          release(42),
        ]),
      },
      'pass',
      `run 7 (dispatch, ab12cd34, 1 h ago) succeeded${kris}`,
    ],
    [
      'a dispatch for staging is not production’s',
      runs({}, { approvals: [{ state: 'approved', by: 'K', comment: null, environments: ['staging'] }] }),
      'warn',
      'The last run was not for production; no production run in 30 d: production is untouched',
    ],
    [
      'a dispatch that left no trace is a warning, even if it succeeded',
      runs({}, silent),
      'warn',
      `${dispatched} succeeded; GitHub doesn't say which environment it was for`,
    ],
    [
      'a dispatch that left no trace and failed fails',
      runs({ conclusion: 'failure' }, { approvals: [], jobs: [passed, job('deploy', 'failure')] }),
      'fail',
      `${dispatched} failed (deploy, step work); GitHub doesn't say which environment it was for`,
    ],
    [
      'a newer run without a trace comes before ours',
      {
        runs: seen([run(9, { createdAt: NOW - 3_600_000 }), run(7)]),
        runDetails: seen([detail(9, silent), detail(7)]),
      },
      'warn',
      `run 9 (dispatch, 4f070772, 1 h ago) succeeded; GitHub doesn't say which environment it was for; before it, ${dispatched} succeeded`,
    ],
    [
      'a newer run without a trace that is only queued does not hide a failure of ours',
      {
        runs: seen([
          run(9, { status: 'queued', conclusion: null, createdAt: NOW - 60_000 }),
          run(7, { conclusion: 'failure' }),
        ]),
        runDetails: seen([
          detail(9, { ...silent, jobs: [] }),
          detail(7, { jobs: [passed, job('deploy', 'failure')] }),
        ]),
      },
      'fail',
      `run 9 (dispatch, 4f070772, 1 min ago) is queued; GitHub doesn't say which environment it was for; before it, ${dispatched} failed after passing the gate (deploy, step work)`,
    ],
    [
      'an older run without a trace does not',
      {
        runs: seen([run(9, { createdAt: NOW - 3_600_000 }), run(7)]),
        runDetails: seen([detail(9), detail(7, silent)]),
      },
      'pass',
      `run 9 (dispatch, 4f070772, 1 h ago) succeeded${kris}`,
    ],
    [
      'a deployment shows the target when no approval does',
      { ...runs({}, silent), deployments: seen([deployment('production')]) },
      'warn',
      `${dispatched} succeeded, without approval`,
    ],
    [
      'no run at all is a warning',
      { runs: seen([]), runDetails: seen([]) },
      'warn',
      'deploy-heroku.yml has never run',
    ],
    [
      'runs that were not seen are unknown',
      { runDetails: unseen('forbidden', 'GitHub jobs: 403') },
      'unknown',
      'Not seen: GitHub jobs: 403',
    ],
  ])('%s', (_name, more, status, words) => {
    expect(summary(more)).toEqual({ status, summary: words });
  });

  it.each<OwnRow>([
    [
      'gets pushes, which need no approval',
      { runs: seen([run(7, { event: 'push' })]), runDetails: seen([detail(7, silent)]) },
      'pass',
      'run 7 (push, 4f070772, 1 h ago) succeeded',
    ],
    ['does not get the dispatches for production', runs(), 'warn', 'The last run was not for staging'],
  ])('the ungated target %s', (_name, more, status, words) => {
    expect(summary(more, 'staging')).toEqual({ status, summary: words });
  });

  it('lists the deployments that were not seen, and the newest five runs', () => {
    const six = [9, 8, 7, 6, 5, 4];
    const { said } = finding(workflowRunsCheck, {
      runs: seen(six.map((id) => run(id))),
      runDetails: seen(six.map((id) => detail(id))),
      deployments: unseen('forbidden', 'GitHub deployments: 403'),
    });
    const lines = said.split('\n').slice(1);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("couldn't read GitHub deployments: 403");
  });
});

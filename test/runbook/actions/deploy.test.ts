/** What a deploy concludes from what it sees: lists that lag, earlier dynos, releases by others. Nothing is reported as done too early. */
import { describe, expect, it } from 'vitest';
import { deploy } from '../../../src/runbook/actions/kinds/deploy/deploy.ts';
import type { Progress } from '../../../src/runbook/model/action.ts';
import type { ActionEvidence, Look } from '../../../src/runbook/model/action-spec.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { RunDetail, WorkflowRun } from '../../../src/runbook/model/github.ts';
import {
  contextOf,
  deployment,
  detail,
  dyno,
  evidence,
  http,
  job,
  jobId,
  NOW,
  release,
  run,
  seen,
  unseen,
  web,
} from '../../support/evidence.ts';

const SHA = '4f07070043'.repeat(4);
const OTHER = 'abcdef0123'.repeat(4);
const params = {
  app: 'raxx-api-prod',
  environment: 'production',
  processType: 'web',
  ref: 'main',
  sha: SHA,
  fromVersion: 42,
};

function look(more: Partial<ActionEvidence>, progress: Progress = {}, now = NOW): Look {
  const all: ActionEvidence = {
    ...evidence(),
    shipment: unseen(),
    reviewers: unseen(),
    dispatched: unseen(),
    ...more,
  };
  return deploy.look(params, all, { ...contextOf(), now }, { id: 'a', at: NOW - 60_000, progress });
}

const found = (more: Partial<WorkflowRun>, left: Partial<RunDetail> = {}) => ({
  dispatched: seen({
    kind: 'found',
    run: run(7, { sha: SHA, ...more }),
    detail: detail(7, left),
    deployments: seen([]),
  } as const),
});

describe('the run of a deploy', () => {
  const FAILED = { conclusion: 'failure' } as const;

  it.each<
    readonly [
      name: string,
      seenFirst: ReturnType<typeof found>,
      seenThen: ReturnType<typeof found>,
      end: object,
    ]
  >([
    [
      'ended well, and its jobs are shown later',
      found({}, { jobs: [job('freeze-check', 'success'), job('deploy', null)] }),
      found({}),
      { seen: 'under_way', stage: 'run_succeeded' },
    ],
    [
      'failed, and its jobs are shown later',
      found(FAILED, { jobs: [] }),
      found(FAILED, { jobs: [job('freeze-check', 'failure'), job('deploy', 'skipped')] }),
      { seen: 'under_way' },
    ],
    [
      'was rejected, and who did is shown later',
      found(FAILED, {
        jobs: [job('freeze-check', 'success'), job('deploy', 'failure', { steps: [] })],
        approvals: [],
      }),
      found(FAILED, {
        jobs: [job('freeze-check', 'success'), job('deploy', 'failure', { steps: [] })],
        approvals: [{ state: 'rejected', by: 'Kristerpher', comment: null, environments: ['production'] }],
      }),
      { seen: 'under_way' },
    ],
    [
      'failed, and is run again',
      found(FAILED, { jobs: [job('deploy', 'failure')] }),
      found({ status: 'queued', conclusion: null, attempt: 2 }, { jobs: [] }),
      { seen: 'under_way', stage: 'queued' },
    ],
  ])('has not ended when its end is first seen (%s)', (_name, first, then, end) => {
    const early = look(first, { runId: 7, stage: 'deploying' });
    expect(early).toMatchObject({ seen: 'under_way', stage: 'deploying' });
    if (early.seen !== 'under_way') return;
    expect(look(then, early.progress, NOW + 5_000)).toMatchObject(end);
  });

  it('has ended when the same end is still there later', () => {
    const first = look(found(FAILED), { runId: 7, stage: 'deploying' });
    if (first.seen !== 'under_way') throw new Error('an end at first sight');
    expect(look(found(FAILED), first.progress, NOW + 4_000)).toMatchObject({ seen: 'under_way' });
    expect(look(found(FAILED), first.progress, NOW + 5_000)).toMatchObject({ stage: 'run_failed' });
  });

  it.each<readonly [stage: string, found: ReturnType<typeof found>, holds: boolean]>([
    ['queued', found({ status: 'queued', conclusion: null }), false],
    ['held', found({ status: 'pending', conclusion: null }, { jobs: [] }), false],
    [
      'checking',
      found({ status: 'in_progress', conclusion: null }, { jobs: [job('test', null)], approvals: [] }),
      false,
    ],
    [
      'at_gate',
      found(
        { status: 'waiting', conclusion: null },
        { pending: [{ environment: 'production', reviewers: ['k'] }] },
      ),
      false,
    ],
    ['waiting_other', found({ status: 'waiting', conclusion: null }), false],
    ['deploying', found({ status: 'in_progress', conclusion: null }, { jobs: [job('deploy', null)] }), true],
    ['run_succeeded', found({}), false],
  ])('holds the app or not, in the stage %s', (stage, given, holds) => {
    // Whatever it did before.
    expect(look(given, { runId: 7, stage: 'at_gate', holds: false })).toMatchObject({ stage, holds });
  });

  it.each([
    [0, 5_000],
    [9 * 60_000, 5_000],
    [11 * 60_000, 15_000],
  ])('that has been waiting at the gate for %i ms is looked at again after %i ms', (waited, againIn) => {
    const given = found(
      { status: 'waiting', conclusion: null, updatedAt: NOW - waited },
      { pending: [{ environment: 'production', reviewers: ['k'] }] },
    );
    expect(look(given, { runId: 7, stage: 'at_gate' })).toMatchObject({ stage: 'at_gate', againIn });
  });

  it('that was canceled does not end with the rejection of an earlier attempt', () => {
    const cancelled = found(
      { conclusion: 'cancelled', attempt: 2 },
      {
        jobs: [job('freeze-check', 'success'), job('deploy', 'cancelled', { steps: [] })],
        approvals: [{ state: 'rejected', by: 'Kristerpher', comment: null, environments: ['production'] }],
      },
    );
    const end = { stage: 'cancelled_at_gate', attempt: 2, since: NOW - 6_000 } as const;
    expect(look(cancelled, { runId: 7, stage: 'at_gate', end })).toMatchObject({
      seen: 'failed',
      words: 'The run was canceled at the gate. Nothing was deployed',
    });
  });

  it('succeeds when only a job for another environment was skipped', () => {
    const jobs = [
      job('freeze-check', 'success'),
      job('deploy-staging', 'skipped'),
      job('deploy-production', 'success'),
    ];
    expect(look(found({}, { jobs }))).toMatchObject({ stage: 'run_succeeded' });
  });

  it('that succeeded with its deploy job skipped deployed nothing', () => {
    const skipped = found({}, { jobs: [job('freeze-check', 'success'), job('deploy', 'skipped')] });
    const end = { stage: 'deployed_nothing', attempt: 1, since: NOW - 6_000 } as const;
    expect(look(skipped, { runId: 7, stage: 'checking', end })).toMatchObject({ seen: 'failed' });
  });
});

describe('a run of a commit that nobody approved', () => {
  const going = (...jobs: ReturnType<typeof job>[]) =>
    found({ sha: OTHER, status: 'in_progress', conclusion: null }, { jobs, approvals: [] });
  const passed = job('freeze-check', 'success');

  it.each<readonly [name: string, found: ReturnType<typeof found>]>([
    ['a job has "deploy" in its name before the gate', going(passed, job('Pre-deploy checks', null))],
    ['a reusable workflow is called deploy', going(passed, job('deploy (production) / test', null))],
    ['the tests run', going(passed, job('test', null))],
    [
      'it waits at the gate',
      found(
        { sha: OTHER, status: 'waiting', conclusion: null },
        { pending: [{ environment: 'production', reviewers: ['k'] }], approvals: [] },
      ),
    ],
  ])('is cancelled while %s', (_name, given) => {
    expect(look(given, { runId: 7 })).toMatchObject({
      stage: 'cancelling',
      send: { method: 'POST', path: '/actions/runs/7/cancel' },
    });
  });

  it('is not cancelled any more once its deployment has started', () => {
    const given = going(passed, job('ship', null));
    if (!given.dispatched.ok) throw new Error('not seen');
    const went = deployment('production', {
      jobId: jobId('ship'),
      state: 'in_progress',
      passedAt: NOW - 1_000,
    });
    const dispatched = seen({ ...given.dispatched.value, deployments: seen([went]) });
    expect(look({ dispatched }, { runId: 7 })).toMatchObject({ stage: 'wrong_commit' });
  });
});

describe('after a run that failed', () => {
  const failure = { words: 'The run failed after passing the gate', evidence: ['https://run'] };
  const memory: Progress = { runId: 7, runEndedAt: NOW - 40_000, failure };
  const still = { current: true };
  const ours = { description: `Deploy ${SHA.slice(0, 8)}` };

  it.each<readonly [name: string, more: Partial<Evidence>, words: string, next: readonly string[]]>([
    [
      'nothing was released: said, and nothing is offered to roll back',
      { releases: seen([release(42, still)]) },
      'Nothing was released: raxx-api-prod is still running v42 (4f070772), healthy',
      [],
    ],
    [
      'its release failed, too',
      { releases: seen([release(43, { ...ours, status: 'failed' }), release(42, still)]) },
      'v43 (Deploy 4f070700) failed in its release phase: raxx-api-prod is still running v42 (4f070772), healthy',
      [],
    ],
    [
      'it was released all the same: the way back is offered',
      { releases: seen([release(43, { ...ours, current: true }), release(42)]) },
      'v43 (Deploy 4f070700) was released and is current: healthy',
      ['rollback'],
    ],
    [
      'the app does not answer',
      { releases: seen([release(42, still)]), health: http(503) },
      'is still running v42 (4f070772), web.1 up, but: HTTP 503',
      [],
    ],
  ])('%s', (_name, more, words, next) => {
    const end = look(more, memory);
    expect(end).toMatchObject({ seen: 'failed', next });
    expect(end).toHaveProperty('words', expect.stringContaining(words));
  });

  it('waits for the releases before saying anything about them', () => {
    const none = { releases: seen([release(42, still)]) };
    expect(look(none, { ...memory, runEndedAt: NOW })).toMatchObject({
      seen: 'under_way',
      stage: 'run_failed',
    });
    expect(look({ releases: unseen() }, memory)).toMatchObject({ seen: 'under_way', stage: 'run_failed' });
    const late = { ...memory, runEndedAt: NOW - 400_000 };
    expect(look({ releases: unseen() }, late)).toMatchObject({
      seen: 'failed',
      words: expect.stringContaining("Can't tell whether anything was released"),
      next: [],
    });
  });
});

describe('the release', () => {
  const ours = release(43, { current: true, description: `Deploy ${SHA.slice(0, 8)}` });
  const before = release(42);
  const slug = (commit: string | null) =>
    seen({ id: 's', commit, size: 1, stack: 'heroku-24', processTypes: {}, createdAt: NOW });
  const fresh = (state = 'up', name = 'web.1') => ({ ...dyno(state, 1_000, name), releaseVersion: 43 });
  const good: Partial<Evidence> = {
    releases: seen([ours, before]),
    slug: slug(SHA),
    formation: web(1),
    dynos: seen([fresh()]),
    health: http(200),
  };
  const ENDED: Progress = { runEndedAt: NOW - 40_000, dynoChange: NOW - 60_000 };

  it('ends the deploy when it is of the approved commit, the dynos are up and the app answers', () => {
    expect(look(good, ENDED)).toMatchObject({
      seen: 'done',
      words: expect.stringMatching(/^v43 is running 4f070700; web\.1 up/),
    });
  });

  it.each<readonly [name: string, more: Partial<Evidence>]>([
    ['dynos of the release before still run', { dynos: seen([{ ...fresh(), releaseVersion: 42 }]) }],
    [
      'a dyno did not change since before it was sent',
      { dynos: seen([{ ...dyno('up'), releaseVersion: 43 }]) },
    ],
    ['one of two is up', { formation: web(2) }],
    [
      'one of two is of the release before',
      { formation: web(2), dynos: seen([fresh(), { ...fresh('up', 'web.2'), releaseVersion: 42 }]) },
    ],
    ['it starts', { dynos: seen([fresh('starting')]) }],
    ['there is no dyno', { dynos: seen([]) }],
    ['only another type runs', { dynos: seen([fresh('up', 'worker.1')]) }],
    ['the dynos are not seen', { dynos: unseen() }],
    ['the formation is not seen', { formation: unseen() }],
    ['the releases are not seen', { releases: unseen() }],
    ['the health URL is not seen', { health: unseen() }],
    ['the health URL returns 502', { health: http(502) }],
    [
      'it is in its release phase',
      {
        releases: seen([
          { ...ours, current: false, status: 'pending' },
          { ...before, current: true },
        ]),
      },
    ],
    [
      'nobody says which commit it is',
      { releases: seen([{ ...ours, description: 'Something' }, before]), slug: slug(null) },
    ],
  ])('does not end the deploy yet (%s)', (_name, more) => {
    expect(look({ ...good, ...more }, ENDED)).toMatchObject({ seen: 'under_way', stage: 'run_succeeded' });
    expect(look({ ...good, ...more }, { ...ENDED, runEndedAt: NOW - 301_000 })).toMatchObject({
      seen: 'lost',
    });
  });

  it.each<readonly [name: string, more: Partial<Evidence>, end: object]>([
    [
      'of another commit',
      {
        releases: seen([{ ...ours, description: `Deploy ${OTHER.slice(0, 8)}` }, before]),
        slug: slug(OTHER),
      },
      { seen: 'failed', words: `v43 (Deploy abcdef01) is running abcdef01, but 4f070700 was approved` },
    ],
    [
      'that someone rolled back',
      {
        releases: seen([
          release(44, { current: true, description: 'Rollback to v42' }),
          { ...ours, current: false },
          before,
        ]),
        slug: slug(OTHER),
      },
      {
        seen: 'lost',
        words:
          'v43 released 4f070700, but v44 (Rollback to v42) is running now: it was replaced before I saw it up',
      },
    ],
    [
      'that failed',
      {
        releases: seen([
          { ...ours, current: false, status: 'failed' },
          { ...before, current: true },
        ]),
        slug: slug(OTHER),
      },
      {
        seen: 'failed',
        words: expect.stringContaining('v43 (Deploy 4f070700) failed in its release phase; v42'),
      },
    ],
    [
      'that failed, and was made again',
      {
        releases: seen([
          release(44, { current: true, description: 'Retry of v43: Deploy 4f070700' }),
          { ...ours, current: false, status: 'failed' },
          before,
        ]),
        dynos: seen([{ ...fresh(), releaseVersion: 44 }]),
      },
      { seen: 'done', words: expect.stringMatching(/^v44 is running/) },
    ],
    ['whose dynos crash', { dynos: seen([fresh('crashed')]) }, { seen: 'failed', next: ['rollback'] }],
    [
      'of an app that is at 0: it is released, and nothing runs it until the app is restored',
      { formation: web(0), dynos: seen([]) },
      { seen: 'done' },
    ],
  ])('%s', (_name, more, end) => {
    expect(look({ ...good, ...more }, ENDED)).toMatchObject(end);
  });

  it('by someone else decides nothing while ours may just not be listed yet', () => {
    const others = {
      releases: seen([{ ...ours, description: `Deploy ${OTHER.slice(0, 8)}` }, before]),
      slug: slug(OTHER),
    };
    expect(look({ ...good, ...others }, { ...ENDED, runEndedAt: NOW })).toMatchObject({ seen: 'under_way' });
  });

  it('is reported as not needed when the commit was already running, once the releases have settled', () => {
    const none = { releases: seen([{ ...before, current: true }]), dynos: seen([dyno('up')]) };
    expect(look({ ...good, ...none }, { ...ENDED, runEndedAt: NOW })).toMatchObject({ seen: 'under_way' });
    expect(look({ ...good, ...none }, ENDED)).toMatchObject({
      seen: 'done',
      words: expect.stringMatching(/^The run created no release: v42 is already running 4f070700/),
    });
    expect(look({ ...good, ...none, slug: slug(OTHER) }, ENDED)).toMatchObject({ seen: 'under_way' });
  });
});

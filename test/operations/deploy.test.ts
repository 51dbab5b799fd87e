/** A deploy from the asking to its end, on a local GitHub and Heroku: what is approved is what is sent, once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../sandbox/world.ts';
import { APPROVER } from '../support/acting.ts';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(() => local.reset());

const staging = () => {
  const found = local.acting.facts.targets.find(({ name }) => name === 'staging');
  if (!found) throw new Error('no staging');
  return found;
};
const DISPATCH = 'POST /repos/raxx-app/TradeMasterAPI/actions/workflows/deploy-heroku.yml/dispatches';
const PROD = `${DISPATCH} {"ref":"main","inputs":{"environment":"production"},"return_run_details":true}`;

describe('a deploy', () => {
  it('ships what was approved: one dispatch, the gate, the release', async () => {
    const { id, plan } = await local.approve('deploy');
    expect(plan.title).toMatch(/^Deploy [0-9a-f]{8} \(main\) to raxx-api-prod$/);
    const waiting = await local.reached(id, 'at_gate');
    expect(waiting.progress).toMatchObject({
      words: 'The run waits at the required-reviewer gate.',
      link: { text: 'Approve it on GitHub' },
    });
    local.letThrough();
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'succeeded' });
    expect(ended.outcome?.words).toMatch(
      /^v100 runs [0-9a-f]{8}; web\.1 up; the health URL answers HTTP 200/,
    );
    expect(ended.trail.map(({ event }) => event)).toEqual([
      'proposed',
      'approved',
      'executing',
      'sent',
      'at_gate',
      'run_succeeded',
      'succeeded',
    ]);
    expect(local.writes()).toEqual([PROD]);
  });

  it('of a target without a gate goes straight to its release, from any branch', async () => {
    const { id } = await local.approve('deploy', { target: staging(), ref: 'develop' });
    expect(await local.ended(id)).toMatchObject({ state: 'succeeded' });
    expect(local.writes()).toEqual([
      `${DISPATCH} {"ref":"develop","inputs":{"environment":"staging"},"return_run_details":true}`,
    ]);
  });

  it('that waits at a gate that the runbook file does not know says so', async () => {
    const environment = local.world.github.environments.find(({ name }) => name === 'staging');
    Object.assign(environment ?? {}, { reviewers: ['kris'] });
    const { id } = await local.approve('deploy', { target: staging() });
    expect((await local.reached(id, 'at_gate')).progress.words).toContain(
      'Its environment has a gate that the runbook file does not know.',
    );
  });
});

describe('a proposal that is refused', () => {
  const gate = (more: object) => Object.assign(local.world.github.environments[1] ?? {}, more);
  const fault = (path: string): Fault => ({ service: 'github', path, play: { status: 503, body: {} } });

  it.each<readonly [name: string, prepare: () => void, asked: () => object, words: string | RegExp]>([
    [
      'another branch of a gated target',
      () => {},
      () => ({ ref: 'develop' }),
      'prod takes only main: its gate lets no other branch through.',
    ],
    [
      'a tag',
      () => {},
      () => ({ target: staging(), ref: 'v1.4.0' }),
      'v1.4.0 is a tag, and only a branch is deployed',
    ],
    [
      'a commit',
      () => {},
      () => ({ target: staging(), ref: '4f0707724242' }),
      '4f0707724242 looks like a commit, and GitHub dispatches only branches',
    ],
    [
      'no such branch',
      () => {},
      () => ({ target: staging(), ref: 'mian' }),
      'There is no branch mian (or the token may not see it).',
    ],
    [
      'a gate that is missing',
      () => void local.world.github.environments.splice(1, 1),
      () => ({}),
      /^The gate is missing \(failure mode E\): there is no environment production.* Create the gate, or say gated: false in the runbook file when the plan has none\. Nothing was done\.$/,
    ],
    [
      'a gate without reviewers',
      () => void gate({ reviewers: null }),
      () => ({}),
      /production has no required reviewers.* Create the gate/,
    ],
    [
      'a misspelled gate without reviewers',
      () => void gate({ name: 'Production', reviewers: null }),
      () => ({}),
      'Production has no required reviewers',
    ],
    [
      'a gate that is not seen',
      () => void local.world.faults.push(fault('/environments')),
      () => ({}),
      /^Whether the gate of production stands could not be seen/,
    ],
    [
      'a branch that is not seen',
      () => void local.world.faults.push(fault('/git/ref')),
      () => ({}),
      'What would ship could not be seen',
    ],
    [
      'releases that are not seen',
      () => void local.world.faults.push({ service: 'heroku', path: '/releases$', play: { status: 503 } }),
      () => ({}),
      'The releases could not be seen',
    ],
  ])('%s: says why, and sends nothing', async (_name, prepare, asked, words) => {
    prepare();
    await expect(local.acting.propose('deploy', asked())).rejects.toThrow(words);
    expect(local.writes()).toEqual([]);
  });

  it('not a misspelled gate with its rule: GitHub ignores the case of a name', async () => {
    gate({ name: 'Production' });
    expect((await local.acting.propose('deploy')).plan.evidence.join('\n')).toContain('Production');
  });

  it('a gated target whose environment is not the one that the gate is named for', async () => {
    local.restart((facts) => ({
      ...facts,
      targets: facts.targets.map((one) => (one.name === 'prod' ? { ...one, environment: 'live' } : one)),
    }));
    await expect(local.acting.propose('deploy')).rejects.toThrow(
      'The gate that the runbook file names is production, and prod deploys to live',
    );
  });
});

describe('a world that changed between approval and dispatch', () => {
  it.each<readonly [name: string, change: () => void, words: () => RegExp]>([
    [
      'the branch moved',
      () => void local.push(),
      () =>
        /main has moved: [0-9a-f]{8} was approved, it is at [0-9a-f]{8} now \(Nobody approved this, by kris\)/,
    ],
    [
      'the branch is gone',
      () => void local.world.github.branches.splice(0, 1),
      () => /the branch main is gone/,
    ],
    [
      'the gate is gone',
      () => void local.world.github.environments.splice(1, 1),
      () => /the gate is missing/,
    ],
    [
      'GitHub is not seen',
      () => void local.world.faults.push({ service: 'github', play: { status: 503 } }),
      () => /could not be seen/,
    ],
  ])('%s: superseded, nothing sent', async (_name, change, words) => {
    const { id } = await local.approve('deploy');
    change();
    await local.acting.work();
    const ended = await local.acting.find(id);
    expect(ended).toMatchObject({ state: 'superseded', outcome: { next: ['deploy'] } });
    expect(ended.outcome?.words).toMatch(words());
    expect(local.writes()).toEqual([]);
  });
});

describe('GitHub took another commit than the approved one', () => {
  /** The branch moves after our last look and before GitHub reads it. */
  async function raced(asked: object = {}) {
    let sha = '';
    local.restart(undefined, () => {
      if (sha === '') sha = local.push();
    });
    const { id, params } = await local.approve('deploy', asked);
    return {
      id,
      taken: sha.slice(0, 8),
      approved: String(params.sha).slice(0, 8),
      sha: () => sha.slice(0, 8),
    };
  }
  const cancels = () => local.writes().filter((one) => one.endsWith('/cancel'));

  it('before the gate: cancelled once, and says which commit it was', async () => {
    const { id, approved, sha } = await raced();
    const cancelling = await local.reached(id, 'cancelling');
    expect(cancelling.progress.words).toBe(
      `GitHub took ${sha()}, and ${approved} was approved. It has not passed the gate: I cancel it. Should it go on: gh run cancel ${local.run().id}`,
    );
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['deploy'] } });
    expect(ended.outcome?.words).toContain('The run was cancelled at the gate: nothing was deployed');
    expect(cancels()).toEqual([`POST /repos/raxx-app/TradeMasterAPI/actions/runs/${local.run().id}/cancel`]);
    expect(local.prod().releases.at(-1)?.version).toBe(99);
  });

  it.each<readonly [name: string, play: Fault['play'], words: RegExp]>([
    [
      'refused',
      { status: 403, body: { message: 'Must have admin rights' } },
      /did not take effect \(GitHub: HTTP 403 Must have admin rights.*\): it still waits at the required-reviewer gate\. Do not let it through; cancel it: gh run cancel/,
    ],
    ['lost', { reset: true }, /did not take effect \(GitHub: connection cut/],
  ])('a cancel that is %s is not sent again: who may act is told', async (_name, play, words) => {
    const { id } = await raced();
    local.world.faults.push({ service: 'github', path: '/cancel$', play });
    const ended = await local.ended(id);
    expect(ended.state).toBe('unconfirmed');
    expect(ended.outcome?.words).toMatch(words);
    expect(cancels()).toHaveLength(1);
  });

  it('too late: it runs to its end, and offers the way back', async () => {
    const { id, approved, sha } = await raced({ target: staging() });
    await local.acting.work();
    const { progress } = await local.acting.find(id);
    expect(progress.words).toMatch(/^The run succeeded/);
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['rollback'] } });
    expect(ended.outcome?.words).toContain(
      `GitHub took ${sha()}, and ${approved} was approved. The run succeeded: look at what runs now`,
    );
    expect(cancels()).toEqual([]);
  });

  it('past the gate: says that it cannot be held any more', async () => {
    const { id } = await raced();
    // GitHub is not seen while it waits, and somebody is quick to let it through.
    local.world.github.deploys.phase = 1_000;
    local.world.faults.push({
      service: 'github',
      path: '/actions/runs/\\d+$',
      play: { status: 404, body: {} },
    });
    await local.acting.work();
    local.world.faults.pop();
    const now = Date.now();
    local.run().live = { begunAt: now - 3_000_000, gateAt: now, passedAt: now };
    const late = await local.reached(id, 'wrong_commit');
    expect(late.progress.words).toContain('It has passed the gate: it cannot be held any more.');
  });
});

describe('while a deploy is under way', () => {
  it('another change of the app is busy, but not while it waits at the gate', async () => {
    local.world.github.deploys.phase = 1_000;
    const { id } = await local.approve('deploy');
    await local.reached(id, 'queued');
    const restart = await local.acting.propose('restart');
    expect(await local.acting.acts.approve(restart.id, APPROVER)).toMatchObject({
      ok: false,
      words: expect.stringContaining('Another change of raxx-api-prod is under way: deploy is executing.'),
    });

    local.world.github.deploys.phase = 0;
    await local.reached(id, 'at_gate');
    expect(await local.acting.acts.approve(restart.id, APPROVER)).toMatchObject({ ok: true });
    await local.ended(restart.id);

    local.world.github.deploys.phase = 1_000;
    const run = local.run();
    local.letThrough();
    Object.assign(run.live ?? {}, { begunAt: Date.now() - 3_000_000 });
    await local.reached(id, 'deploying');
    const resize = await local.acting.propose('resize');
    expect(await local.acting.acts.approve(resize.id, APPROVER)).toMatchObject({ ok: false });
  });

  it('a stop overtakes it, and the deploy says that nothing runs what it released', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    const stop = await local.approve('stop');
    expect(await local.ended(stop.id)).toMatchObject({ state: 'succeeded' });
    local.letThrough();
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['restore'] } });
    expect(ended.outcome?.words).toMatch(/^v100 has [0-9a-f]{8}, but web is at 0: nothing runs it/);
  });

  it('a stop supersedes one that was not sent', async () => {
    const { id } = await local.approve('deploy');
    await local.approve('stop');
    await local.acting.work();
    expect(await local.acting.find(id)).toMatchObject({ state: 'superseded' });
    expect(local.writes()).toHaveLength(1);
    expect(local.writes()[0]).toContain('/formation');
  });
});

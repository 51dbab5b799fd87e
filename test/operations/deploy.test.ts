/** A deploy from proposal to end on a local GitHub and Heroku: what was approved is sent, once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../sandbox/world.ts';
import { APPROVER } from '../support/acting.ts';
import { type LocalActing, shaOf, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(() => local.reset());

const staging = () => {
  const found = local.context.facts.targets.find(({ name }) => name === 'staging');
  if (!found) throw new Error('no staging');
  return found;
};
const DISPATCH = 'POST /repos/raxx-app/TradeMasterAPI/actions/workflows/deploy-heroku.yml/dispatches';
const PROD = `${DISPATCH} {"ref":"main","inputs":{"environment":"production"},"return_run_details":true}`;

describe('a deploy', () => {
  it('ships what was approved with one dispatch, through the gate, to the release', async () => {
    const { id, plan } = await local.approve('deploy');
    expect(plan.title).toMatch(/^Deploy [0-9a-f]{8} \(main\) to raxx-api-prod$/);
    expect(plan.warnings).toContain(
      'migrations/0042_portfolios.py runs with this release; a rollback does not undo it.',
    );
    const waiting = await local.reached(id, 'at_gate');
    expect(waiting.progress).toMatchObject({
      words: `Run ${local.run().id} is waiting for Kristerpher at the production gate.`,
      link: { text: 'Approve it on GitHub' },
      gateReviewers: ['Kristerpher'],
    });
    local.letThrough();
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'succeeded' });
    expect(ended.outcome?.words).toMatch(
      /^v100 is running [0-9a-f]{8}; web\.1 up; the health URL returns HTTP 200/,
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

  it('says so when it waits at a gate that is not in the runbook file', async () => {
    const environment = local.world.github.environments.find(({ name }) => name === 'staging');
    Object.assign(environment ?? {}, { reviewers: ['kris'] });
    const { id } = await local.approve('deploy', { target: staging() });
    expect((await local.reached(id, 'at_gate')).progress.words).toContain(
      'Its environment has a gate that is not in the runbook file.',
    );
  });
});

describe('a run of another commit than the approved one', () => {
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
      approved: shaOf(params).slice(0, 8),
      sha: () => sha.slice(0, 8),
    };
  }
  const cancels = () => local.writes().filter((one) => one.endsWith('/cancel'));

  it('is cancelled once before the gate, and the card names the commit', async () => {
    const { id, approved, sha } = await raced();
    const cancelling = await local.reached(id, 'cancelling');
    expect(cancelling.progress.words).toBe(
      `GitHub started ${sha()}, but ${approved} was approved. It has not passed the gate: I'm canceling it. If it keeps running, cancel it yourself: gh run cancel ${local.run().id}`,
    );
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['deploy'] } });
    expect(ended.outcome?.words).toContain('The run was canceled at the gate. Nothing was deployed');
    expect(cancels()).toEqual([`POST /repos/raxx-app/TradeMasterAPI/actions/runs/${local.run().id}/cancel`]);
    expect(local.prod().releases.at(-1)?.version).toBe(99);
  });

  it.each<readonly [name: string, play: Fault['play'], words: RegExp]>([
    [
      'refused',
      { status: 403, body: { message: 'Must have admin rights' } },
      /didn't take effect \(GitHub: HTTP 403 Must have admin rights.*\): the run is waiting for Kristerpher at the production gate\. Do not approve it; cancel it/,
    ],
    ['lost', { reset: true }, /didn't take effect \(GitHub: connection closed/],
  ])('is left to a person when the cancel is %s, which is not sent again', async (_name, play, words) => {
    const { id } = await raced();
    local.world.faults.push({ service: 'github', path: '/cancel$', play });
    const ended = await local.ended(id);
    expect(ended.state).toBe('unconfirmed');
    expect(ended.outcome?.words).toMatch(words);
    expect(cancels()).toHaveLength(1);
  });

  it('is followed to its end when it is too late to cancel, and offers a rollback', async () => {
    const { id, approved, sha } = await raced({ target: staging() });
    await local.context.work();
    const { progress } = await local.context.find(id);
    expect(progress.words).toMatch(/^Run \d+ succeeded/);
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['rollback'] } });
    expect(ended.outcome?.words).toContain(
      `GitHub started ${sha()}, but ${approved} was approved. The run succeeded. v215 (Deploy ${sha()}) was released and is current: `,
    );
    expect(cancels()).toEqual([]);
  });

  it('is reported as unstoppable once it has passed the gate', async () => {
    const { id } = await raced();
    // GitHub cannot be read while it waits, and someone approves it quickly.
    local.world.github.deploys.phase = 1_000;
    local.world.faults.push({
      service: 'github',
      path: '/actions/runs/\\d+$',
      play: { status: 404, body: {} },
    });
    await local.context.work();
    local.world.faults.pop();
    const now = Date.now();
    local.run().live = { begunAt: now - 3_000_000, gateAt: now, passedAt: now };
    const late = await local.reached(id, 'wrong_commit');
    expect(late.progress.words).toContain('It has passed the gate: it can no longer be stopped.');
  });
});

describe('a deploy in progress', () => {
  it('blocks other changes while its deploy job runs, but not while it is queued or at the gate', async () => {
    local.world.github.deploys.phase = 1_000;
    const { id } = await local.approve('deploy');
    await local.reached(id, 'queued');
    const stop = await local.approve('stop');
    await local.ended(stop.id);
    // A waiting deploy does not block the undo of an emergency stop.
    const restore = await local.approve('restore');
    expect(await local.ended(restore.id)).toMatchObject({ state: 'succeeded' });

    local.world.github.deploys.phase = 0;
    await local.reached(id, 'at_gate');
    const restart = await local.approve('restart');
    await local.ended(restart.id);

    local.world.github.deploys.phase = 1_000;
    const run = local.run();
    local.letThrough();
    Object.assign(run.live ?? {}, { begunAt: Date.now() - 3_000_000 });
    await local.reached(id, 'deploying');
    const resize = await local.context.propose('resize');
    expect(await local.context.actionService.approve(resize.id, APPROVER)).toMatchObject({
      ok: false,
      words: expect.stringMatching(
        new RegExp(
          `^Another change to raxx-api-prod is in progress: Deploy .* to raxx-api-prod, sent at .*\\. Run ${run.id} is deploying \\(gate passed\\)\\. Nothing was done\\.`,
        ),
      ),
      manualCommand: 'heroku ps:resize web=Standard-2X --app raxx-api-prod',
    });
    // Once the run has ended, a rollback need not wait for the boot of its release.
    local.world.github.deploys.phase = 0;
    await local.reached(id, 'run_succeeded');
    expect(await local.context.find(id)).toMatchObject({ holds: false });
  });

  it('holds the app as soon as a change that was in progress has ended', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    const restart = await local.approve('restart');
    const run = local.run();
    local.world.github.deploys.phase = 1_000;
    local.letThrough();
    Object.assign(run.live ?? {}, { begunAt: Date.now() - 3_000_000 });
    await local.context.actionService.verify(id);
    expect(await local.context.find(id)).toMatchObject({ progress: { stage: 'deploying' }, holds: false });
    await local.ended(restart.id);
    await local.context.actionService.verify(id);
    expect(await local.context.find(id)).toMatchObject({ holds: true });
  });

  it('waits for an approved change that has not been sent, as every change does', async () => {
    const restart = await local.approve('restart');
    const { id } = await local.context.propose('deploy');
    expect(await local.context.actionService.approve(id, APPROVER)).toMatchObject({
      ok: false,
      words: expect.stringContaining('in progress: Restart web on raxx-api-prod, not sent yet.'),
      manualCommand: 'gh workflow run deploy-heroku.yml --ref main -f environment=production',
    });
    await local.ended(restart.id);
    expect(await local.context.actionService.approve(id, APPROVER)).toMatchObject({ ok: true });
  });

  it('names the run that it is queued behind', async () => {
    local.world.github.deploys.phase = 1_000;
    const { id } = await local.approve('deploy');
    await local.reached(id, 'queued');
    const ours = local.run();
    const { live: _moves, ...still } = ours;
    local.world.github.runs.push({ ...still, id: 9001, age: ours.age + 60, status: 'in_progress' });
    await local.follow(id, ({ progress }) => progress.words?.includes('behind') === true);
    expect((await local.context.find(id)).progress.words).toBe(
      `Run ${ours.id} is queued behind run 9001 (in progress).`,
    );
    const rival = local.world.github.runs.at(-1);
    const jobs = [{ name: 'deploy', status: 'waiting', conclusion: null, steps: [] } as const];
    if (rival) Object.assign(rival, { status: 'waiting', jobs });
    await local.follow(id, ({ progress }) => progress.words?.includes('Kristerpher') === true);
    expect((await local.context.find(id)).progress.words).toBe(
      `Run ${ours.id} is queued behind run 9001, which is waiting for Kristerpher at the production gate.`,
    );
  });

  it('continues without holding the app when it is approved during another change', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    // Approved, and not sent yet.
    const restart = await local.approve('restart');
    local.letThrough();
    await local.context.actionService.verify(id);
    expect(await local.context.find(id)).toMatchObject({ progress: { stage: 'run_succeeded' } });
    // Heroku’s times are whole seconds, so the restart has to come later than the release.
    Object.assign(local.prod().dynos[0] ?? {}, { age: local.age() + 10 });
    expect(await local.ended(restart.id)).toMatchObject({ state: 'succeeded' });
    expect(await local.ended(id)).toMatchObject({ state: 'succeeded' });
  });

  it('ends after a stop overtook it, says that nothing is running, and offers a restore', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    const stop = await local.approve('stop');
    expect(await local.ended(stop.id)).toMatchObject({ state: 'succeeded' });
    local.letThrough();
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'succeeded', watchUntil: null, outcome: { next: ['restore'] } });
    expect(ended.outcome?.words).toMatch(
      /^v100 released [0-9a-f]{8}; web is scaled to 0, so it won't run until the app is restored\.$/,
    );
  });

  it('uses nothing of the hourly allowance of GitHub while it waits at the gate', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    const look = async () => {
      local.context.pass(5_000);
      await local.context.work();
    };
    await look();
    const left = () => local.world.github.rateLimitRemaining;
    const before = { left: left(), requests: local.arrived.github.arrived.length };
    for (let count = 0; count < 20; count += 1) await look();
    expect(local.arrived.github.arrived.length).toBeGreaterThan(before.requests + 20);
    expect(left()).toBe(before.left);
  });

  it('is superseded by a stop if it has not been sent', async () => {
    const { id } = await local.approve('deploy');
    await local.approve('stop');
    await local.context.work();
    expect(await local.context.find(id)).toMatchObject({ state: 'superseded' });
    expect(local.writes()).toHaveLength(1);
    expect(local.writes()[0]).toContain('/formation');
  });
});

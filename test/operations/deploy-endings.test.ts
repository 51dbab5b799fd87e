/** How a deploy ends: each ending has its own words. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancel } from '../../sandbox/github/live-runs.ts';
import type { ReleaseState } from '../../sandbox/heroku/state.ts';
import { type LocalActing, shaOf, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(() => local.reset());

/** What happens past the gate, and at it. */
function deploying(): void {
  local.world.github.deploys.phase = 1_000;
  local.letThrough();
  Object.assign(local.run().live ?? {}, { begunAt: Date.now() - 3_000_000 });
}
function succeedNow(): void {
  local.world.github.deploys.phase = 0;
}

describe('a run that does not succeed', () => {
  it.each<
    readonly [
      name: string,
      before: () => void,
      atGate: (() => void) | null,
      words: string,
      next: readonly string[],
    ]
  >([
    [
      'freeze-check failed',
      () => Object.assign(local.world.github.deploys, { frozen: true }),
      null,
      'The run failed in the freeze check. Nothing was deployed',
      [],
    ],
    [
      'branch policy',
      () => Object.assign(local.world.github.environments[1] ?? {}, { branches: ['release'] }),
      null,
      'The run did not pass the gate (branch policy, or no approval in time). Nothing was deployed',
      [],
    ],
    [
      'rejected at the gate',
      () => {},
      () => local.letThrough('rejected'),
      'The run was rejected at the gate by Kristerpher ("not now"). Nothing was deployed',
      [],
    ],
    [
      'cancelled at the gate',
      () => {},
      () => void cancel(local.run()),
      'The run was canceled at the gate. Nothing was deployed',
      [],
    ],
    [
      'failed after the gate',
      () => Object.assign(local.world.github.deploys, { push: 'failure' }),
      () => local.letThrough(),
      'The run failed after passing the gate (deploy, step Push to Heroku). Nothing was released: raxx-api-prod is still running v99 (',
      [],
    ],
    [
      'cancelled while deploying',
      () => {},
      () => {
        deploying();
        local.run().jobs = [
          {
            name: 'deploy',
            status: 'in_progress',
            conclusion: null,
            steps: [{ name: 'Push to Heroku', status: 'in_progress', conclusion: null }],
          },
        ];
        cancel(local.run());
      },
      'The run was canceled while deploying. Nothing was released: raxx-api-prod is still running v99 (',
      [],
    ],
  ])('is reported in its own words (%s)', async (_name, before, atGate, words, next) => {
    before();
    const { id } = await local.approve('deploy');
    if (atGate) {
      await local.reached(id, 'at_gate');
      atGate();
    }
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed', outcome: { next } });
    expect(ended.outcome?.words).toContain(words);
    if (words.includes('is still running v99'))
      expect(ended.outcome?.words).toMatch(/\([0-9a-f]{8}\), healthy\.$/);
    // What just failed is never offered again.
    expect(ended.outcome?.manualCommand).toBeNull();
    expect(ended.outcome?.evidence.at(-1)).toBe(
      `https://github.com/raxx-app/TradeMasterAPI/actions/runs/${local.run().id}`,
    );
    expect(local.prod().releases.at(-1)?.version).toBe(99);
  });

  it('is reported with a rollback if it released something anyway', async () => {
    local.world.github.deploys.push = 'failure';
    const { id, params } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    const last = local.prod().releases.at(-1);
    if (!last) throw new Error('no release');
    const description = `Deploy ${shaOf(params).slice(0, 8)}`;
    const made = { ...last, version: 100, description, slug: 'slug-100', age: local.age() };
    local.prod().releases.push(made);
    local.letThrough();
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['rollback'] } });
    expect(ended.outcome?.words).toContain(`v100 (${description}) was released and is current: `);
  });

  it('is reported without an offer while the releases cannot be seen', async () => {
    local.world.github.deploys.push = 'failure';
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.letThrough();
    local.world.faults.push({ service: 'heroku', method: 'GET', play: { status: 503 } });
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: [], manualCommand: null } });
    expect(ended.outcome?.words).toContain("Can't tell whether anything was released");
  });

  it('is reported as canceled when it was canceled before anything began', async () => {
    local.world.github.deploys.phase = 1_000;
    const { id } = await local.approve('deploy');
    await local.reached(id, 'queued');
    cancel(local.run());
    expect((await local.ended(id)).outcome?.words).toContain('The run was canceled before the gate');
  });

  it('is followed when someone re-runs it by hand', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    const run = local.run();
    cancel(run);
    await local.context.work();
    Object.assign(run, { status: 'queued', conclusion: null, jobs: [], attempt: 2 });
    await local.context.work();
    const waiting = await local.follow(
      id,
      ({ progress }) => progress.words === `Run ${run.id} is waiting for Kristerpher at the production gate.`,
    );
    expect(waiting.state).toBe('executing');
  });
});

describe('a run that GitHub does not show for a while', () => {
  it.each([503, 404, 401])('is kept through HTTP %i, and followed afterwards', async (status) => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.world.faults.push({ service: 'github', path: '/actions/runs/', play: { status, body: {} } });
    local.context.pass(10 * 60_000);
    await local.context.work();
    const unseen = await local.context.find(id);
    expect(unseen).toMatchObject({ state: 'executing', progress: { stage: 'at_gate', holds: false } });
    expect(unseen.progress.words).toMatch(
      /^GitHub is not showing run \d+ now \(.*\)\. Last seen: Run \d+ is waiting for Kristerpher at the production gate\.$/,
    );
    local.world.faults.length = 0;
    local.letThrough();
    expect(await local.ended(id)).toMatchObject({ state: 'succeeded' });
  });

  it('is not given up after 90 s when the dispatch answered with its id', async () => {
    const { id } = await local.approve('deploy');
    local.world.faults.push({
      service: 'github',
      method: 'GET',
      path: '/actions/runs/\\d+$',
      play: { status: 503, body: {} },
    });
    await local.context.work();
    local.context.pass(120_000);
    await local.context.work();
    expect(await local.context.find(id)).toMatchObject({ state: 'executing', progress: { holds: false } });
    local.world.faults.length = 0;
    await local.reached(id, 'at_gate');
  });

  it('is unconfirmed after an hour, and no longer holds the app', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.world.faults.push({ service: 'github', path: '/actions/runs/', play: { status: 503, body: {} } });
    local.context.pass(60_000);
    await local.context.work();
    local.context.pass(61 * 60_000);
    await local.context.work();
    const ended = await local.context.find(id);
    expect(ended).toMatchObject({ state: 'unconfirmed' });
    expect(ended.outcome?.words).toMatch(/Couldn't read run \d+ for 1 h/);
    expect(local.writes()).toHaveLength(1);
  });
});

describe('a deploy whose run succeeded', () => {
  async function pastTheGate(change: () => void) {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    deploying();
    await local.reached(id, 'deploying');
    change();
    succeedNow();
    return local.ended(id);
  }
  /** Changes the release on Heroku right after the push created it. */
  async function released(change: (release: ReleaseState) => void) {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.letThrough();
    local.world.faults.push({ service: 'heroku', path: '/releases$', play: { status: 503 }, times: 2 });
    await local.reached(id, 'run_succeeded');
    const release = local.prod().releases.at(-1);
    if (!release) throw new Error('no release');
    change(release);
    return local.ended(id);
  }
  const another = (more: Partial<ReleaseState>) => {
    const [last] = local.prod().releases.slice(-1);
    if (last) local.prod().releases.push({ ...last, version: last.version + 1, age: local.age(), ...more });
  };
  const OTHER = { description: 'Deploy 0123456f', slug: 'other', commit: '0123456f'.repeat(5) };

  it('fails when the release phase failed', async () => {
    const ended = await released((release) => Object.assign(release, { status: 'failed' }));
    expect(ended).toMatchObject({ state: 'failed' });
    expect(ended.outcome?.words).toMatch(
      /^v100 \(Deploy [0-9a-f]{8}\) failed in its release phase; v99 \(.*\) is still running/,
    );
  });

  it('waits for a slow release phase', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.letThrough();
    local.world.faults.push({ service: 'heroku', path: '/releases$', play: { status: 503 }, times: 1 });
    await local.reached(id, 'run_succeeded');
    Object.assign(local.prod().releases.at(-1) ?? {}, { status: 'pending' });
    await local.follow(id, ({ progress }) => progress.words?.includes('v100') === true);
    local.context.pass(60_000);
    await local.context.work();
    expect(await local.context.find(id)).toMatchObject({
      state: 'executing',
      progress: { words: expect.stringContaining('is in its release phase') },
    });
    Object.assign(local.prod().releases.at(-1) ?? {}, { status: 'succeeded' });
    expect(await local.ended(id)).toMatchObject({ state: 'succeeded' });
  });

  it('fails when another commit was released', async () => {
    const ended = await released((release) => Object.assign(release, OTHER));
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['rollback'] } });
    expect(ended.outcome?.words).toMatch(
      /^v100 \(Deploy 0123456f\) is running 0123456f, but [0-9a-f]{8} was approved/,
    );
  });

  it('does not count an earlier release by someone else', async () => {
    const ended = await pastTheGate(() => another(OTHER));
    expect(ended).toMatchObject({
      state: 'succeeded',
      outcome: { words: expect.stringMatching(/^v101 is running/) },
    });
  });

  it('does not count an earlier failed release by someone else', async () => {
    const ended = await pastTheGate(() => another({ ...OTHER, status: 'failed' }));
    expect(ended).toMatchObject({ state: 'succeeded' });
  });

  it('succeeds when config vars are changed right after it, because its commit still runs', async () => {
    const ended = await released(() => another({ description: 'Set FLAG config vars' }));
    expect(ended).toMatchObject({
      state: 'succeeded',
      outcome: { words: expect.stringMatching(/^v101 is running/) },
    });
  });

  it('is unconfirmed when it was replaced before it was seen to be up', async () => {
    const ended = await released(() => another(OTHER));
    expect(ended).toMatchObject({ state: 'unconfirmed' });
    expect(ended.outcome?.words).toMatch(
      /v100 released [0-9a-f]{8}, but v101 \(Deploy 0123456f\) is running now/,
    );
  });

  it('fails when its dynos crash', async () => {
    local.world.github.deploys.crashes = true;
    const ended = await pastTheGate(() => {});
    expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['rollback'] } });
    expect(ended.outcome?.words).toMatch(/^v100 is running [0-9a-f]{8}, but web\.1 crashed after the change/);
  });

  it('is unconfirmed when the app does not answer', async () => {
    local.world.app = { answer: { status: 500 } };
    const ended = await pastTheGate(() => {});
    expect(ended).toMatchObject({ state: 'unconfirmed', outcome: { next: ['rollback'] } });
    expect(ended.outcome?.words).toContain(
      "couldn't confirm within 5 min that its release is up: web.1 up, but: HTTP 500",
    );
  });

  it('succeeds when there was nothing to release because the commit was already running', async () => {
    const staging = local.context.facts.targets.find(({ name }) => name === 'staging');
    const { id, plan } = await local.approve('deploy', staging ? { target: staging } : {});
    expect(plan.title).toContain('already live');
    const app = local.world.heroku.apps['raxx-api-staging'];
    const before = structuredClone(app?.releases ?? []);
    local.world.faults.push({ service: 'heroku', path: '/releases$', play: { status: 503 }, times: 2 });
    await local.context.actionService.execute(id);
    await local.reached(id, 'run_succeeded');
    if (app) app.releases = before;
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'succeeded' });
    expect(ended.outcome?.words).toMatch(
      /^The run created no release: v\d+ is already running [0-9a-f]{8}; web\.1 up/,
    );
  });
});

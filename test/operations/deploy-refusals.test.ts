/** Deploys that are never sent: refused proposals, and approved ones that the world has overtaken. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../sandbox/world.ts';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

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

describe('a proposal of a deploy', () => {
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
      'v1.4.0 is a tag, and only a branch can be deployed',
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
      "There is no branch mian (or the token can't see it).",
    ],
    [
      'a default branch that was renamed',
      () => {
        local.world.github.defaultBranch = 'trunk';
        Object.assign(local.world.github.branches[0] ?? {}, { name: 'trunk' });
      },
      () => ({}),
      'The default branch is now trunk: set github.ref in the runbook file.',
    ],
    [
      'a repository that was renamed',
      () =>
        void Object.assign(local.world.github, {
          name: 'raxx-api',
          formerNames: ['raxx-app/TradeMasterAPI'],
        }),
      () => ({}),
      /^The repository raxx-app\/TradeMasterAPI was renamed to raxx-app\/raxx-api: update github\.repository in the runbook file\. GitHub accepts no dispatch under the old name\./,
    ],
    [
      'a workflow that is disabled',
      () => void Object.assign(local.world.github.workflows[0] ?? {}, { state: 'disabled_inactivity' }),
      () => ({}),
      /^deploy-heroku\.yml was disabled for inactivity: GitHub would refuse the dispatch\..* By hand: gh workflow enable deploy-heroku\.yml --repo raxx-app\/TradeMasterAPI$/,
    ],
    [
      'a gate that is missing',
      () => void local.world.github.environments.splice(1, 1),
      () => ({}),
      /^The gate is missing \(failure mode E\): there is no production environment.* Create the gate, or set gated: false in the runbook file if the GitHub plan has no gates\. Nothing was done\. By hand: open https:\/\/github\.com\/raxx-app\/TradeMasterAPI\/settings\/environments$/,
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
      /^Couldn't read the production gate .*, and I won't deploy without seeing the gate\. Try again\./,
    ],
    [
      'a branch that is not seen',
      () => void local.world.faults.push(fault('/git/ref')),
      () => ({}),
      "Can't tell what would ship",
    ],
    [
      'releases that are not seen',
      () => void local.world.faults.push({ service: 'heroku', path: '/releases$', play: { status: 503 } }),
      () => ({}),
      "Couldn't read the releases",
    ],
  ])('is refused with the reason, and nothing is sent (%s)', async (_name, prepare, asked, words) => {
    prepare();
    await expect(local.context.propose('deploy', asked())).rejects.toThrow(words);
    expect(local.writes()).toEqual([]);
  });

  it('is not refused, but warns, when nobody may approve at the gate or the token is about to expire', async () => {
    gate({ reviewers: ['raxx-bot'], preventSelfReview: true });
    local.restart((facts) => ({
      ...facts,
      github: { ...facts.github, gate: { ...facts.github.gate, reviewers: ['raxx-bot'] } },
    }));
    local.world.github.tokenExpiresAfter = 3 * 24 * 3_600;
    const { expect: said } = (await local.context.propose('deploy')).plan;
    // One answer, with what to do about it, instead of waiting for the bot to approve itself.
    expect(said[0]).toMatch(
      /^It would wait at the gate forever\. Nobody can approve the bot's deploys to production: .*settings\/environments$/,
    );
    expect(said.join('\n')).not.toContain('until raxx-bot lets it through');
    expect(said.join('\n')).toMatch(/The GitHub token expires in [23] d/);
  });

  it('is not refused for an open run of another commit, which it names with what that run waits for', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.push();
    expect((await local.context.propose('deploy')).plan.evidence.join('\n')).toMatch(
      /open: run \d+ \([0-9a-f]{8}\) is waiting for Kristerpher at the production gate/,
    );
  });

  it('is not refused for a misspelled gate that has its rule, because GitHub ignores case', async () => {
    gate({ name: 'Production' });
    expect((await local.context.propose('deploy')).plan.evidence.join('\n')).toContain('Production');
  });

  it('is refused for a gated target whose own environment has no gate, even if another has one', async () => {
    local.restart((facts) => ({
      ...facts,
      targets: facts.targets.map((one) => (one.name === 'prod' ? { ...one, environment: 'live' } : one)),
    }));
    await expect(local.context.propose('deploy')).rejects.toThrow(
      'The gate is missing (failure mode E): there is no live environment, so nothing would hold the deploy',
    );
  });
});

describe('a deploy whose world changed between approval and dispatch', () => {
  it.each<readonly [name: string, change: () => void, words: () => RegExp]>([
    [
      'the branch moved',
      () => void local.push(),
      () =>
        /main has moved: [0-9a-f]{8} was approved, but it is now at [0-9a-f]{8} \(Nobody approved this, by kris\)/,
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
      () => /couldn't read/,
    ],
  ])('is superseded without being sent (%s)', async (_name, change, words) => {
    const { id } = await local.approve('deploy');
    change();
    await local.context.work();
    const ended = await local.context.find(id);
    expect(ended).toMatchObject({ state: 'superseded', outcome: { next: ['deploy'] } });
    expect(ended.outcome?.words).toMatch(words());
    expect(local.writes()).toEqual([]);
  });
});

it('a superseded deploy names each commit that was added to the branch since', async () => {
  const { id } = await local.approve('deploy');
  const shas = ['Drop the cache', 'Raise the limit'].map((title) => local.push('main', title).slice(0, 8));
  await local.context.work();
  expect((await local.context.find(id)).outcome?.evidence).toEqual([
    `${shas[1]} Raise the limit (kris)`,
    `${shas[0]} Drop the cache (kris)`,
  ]);
});

it('a deploy to a stopped app says up front that nothing will run it', async () => {
  await local.reset('stopped');
  expect((await local.context.propose('deploy')).plan.expect.join(' ')).toContain(
    "web is scaled to 0: the release won't run until the app is restored.",
  );
});

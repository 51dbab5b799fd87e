/** Creating the gate of failure mode E: only what is missing is created, and it is done once the gate is seen in place. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LOCAL_TOKENS } from '../../sandbox/outside.ts';
import type { Fault } from '../../sandbox/world.ts';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(() => local.reset('gate-missing'));

const github = () => local.world.github;
const gate = () => github().environments.find(({ name }) => name === 'production');
const addGate = (more: object = {}) =>
  void github().environments.push({
    name: 'production',
    reviewers: null,
    branches: ['main'],
    adminsBypass: true,
    ...more,
  });
const staging = () =>
  local.context.facts.targets.find(({ name }) => name === 'staging') ?? local.context.prod;

describe('the gate', () => {
  it('is created with environment, reviewer and branch', async () => {
    const { id } = await local.approve('create_gate');
    const ended = await local.ended(id);
    expect(ended).toMatchObject({
      state: 'succeeded',
      outcome: { words: 'production has its required reviewers, and only main deploys to it.' },
    });
    expect(gate()).toMatchObject({ reviewers: ['Kristerpher'], branches: ['main'] });
    const path = '/repos/raxx-app/TradeMasterAPI/environments/production';
    expect(local.writes()).toEqual([
      expect.stringMatching(
        new RegExp(
          `^PUT ${path} {"reviewers":\\[{"type":"User","id":\\d+}\\],"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}$`,
        ),
      ),
      `POST ${path}/deployment-branch-policies {"name":"main"}`,
    ]);
    const tokens = local.arrived.github.arrived.filter(({ method }) => method !== 'GET');
    expect(new Set(tokens.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`token ${LOCAL_TOKENS.githubAdmin}`]),
    );
  });

  it('is not proposed for a target that needs none', async () => {
    await expect(local.context.propose('create_gate', { target: staging() })).rejects.toThrow(
      'staging needs no gate (gated: false). Nothing was done.',
    );
    addGate({ reviewers: ['Kristerpher'] });
    await expect(local.context.propose('create_gate')).rejects.toThrow('There is no gate to create.');
    expect(local.writes()).toEqual([]);
  });

  it.each<readonly [name: string, prepare: () => void, words: string]>([
    [
      'no collaborator',
      () => void github().collaborators.splice(0, 1),
      'Not a collaborator on the repository: Kristerpher. Add them on GitHub, or fix github.gate.reviewers.',
    ],
    ['only misspelled', () => addGate({ name: 'Production' }), 'There is no gate to create.'],
    [
      'open to another branch',
      () => addGate({ branches: ['main', 'develop'] }),
      "production lets develop deploy as well, and I won't remove branch rules: remove it at",
    ],
    [
      'not seen',
      () =>
        void local.world.faults.push({
          service: 'github',
          path: '/environments',
          play: { status: 403, body: {} },
        }),
      "Couldn't read the environments",
    ],
    [
      'not to be reviewed by whom could not be seen',
      () =>
        void local.world.faults.push({
          service: 'github',
          path: '/collaborators/',
          play: { status: 403, body: {} },
        }),
      "Couldn't read the reviewers",
    ],
  ])('is not proposed when it is %s', async (_name, prepare, words) => {
    prepare();
    await expect(local.context.propose('create_gate')).rejects.toThrow(words);
    expect(local.writes()).toEqual([]);
  });

  it.each<readonly [name: string, change: () => void]>([
    ['someone created it', () => addGate({ reviewers: ['Kristerpher'] })],
    ['someone created it without its rule', () => addGate()],
    [
      'GitHub is not seen',
      () => void local.world.faults.push({ service: 'github', play: { status: 503, body: {} } }),
    ],
  ])('is superseded when %s meanwhile', async (_name, change) => {
    const { id } = await local.approve('create_gate');
    change();
    await local.context.work();
    expect(await local.context.find(id)).toMatchObject({ state: 'superseded' });
    expect(local.writes()).toEqual([]);
  });

  it('fails with GitHub’s message if the plan has no such rule, and says what may be left behind', async () => {
    await local.reset('gate-without-rule');
    const { id, plan } = await local.approve('create_gate');
    expect(plan.expect.join(' ')).toContain(
      'On a private repository, the GitHub plan may not include this rule',
    );
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed' });
    expect(ended.outcome?.words).toMatch(
      /Failed to create the environment protection rule\. Please ensure the billing plan supports.* GitHub may have created the environment without its rule: check the settings\.$/,
    );
    expect(ended.outcome?.manualCommand).toMatch(/^open https/);
    expect(local.writes()).toHaveLength(1);
  });

  it('is reported as half done when only the branch policy is refused', async () => {
    local.world.faults.push({
      service: 'github',
      method: 'POST',
      path: '/deployment-branch-policies$',
      play: { status: 403, body: { message: 'No.' } },
    });
    const { id } = await local.approve('create_gate');
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'failed' });
    expect(ended.outcome?.words).toContain(
      'The first request was accepted, but the next was refused: GitHub: HTTP 403 No. The change is only half done: check what took effect.',
    );
  });

  it.each<readonly [name: string, fault: Partial<Fault>, state: string]>([
    ['the last answer is cut', { method: 'POST', play: { resetAfter: true } }, 'succeeded'],
    ['the first answer is cut', { method: 'PUT', play: { resetAfter: true } }, 'unconfirmed'],
    ['the first request is lost', { method: 'PUT', play: { reset: true } }, 'unconfirmed'],
    ['GitHub breaks down', { method: 'PUT', play: { status: 500, body: {} } }, 'unconfirmed'],
  ])('ends in its true state when %s, without sending anything twice', async (_name, fault, state) => {
    local.world.faults.push({ service: 'github', path: '/environments/', play: { reset: true }, ...fault });
    const { id } = await local.approve('create_gate');
    expect(await local.ended(id)).toMatchObject({ state });
    expect(new Set(local.writes()).size).toBe(local.writes().length);
  });
});

/** Which run is ours: by its id, by the nonce, or by who started it if exactly one fits. Never by being the newest. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunState } from '../../sandbox/github/state.ts';
import type { Fault } from '../../sandbox/world.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(async () => {
  await local.reset();
  local.world.github.deploys.tellsId = false;
});

const dispatches = () => local.writes().filter((one) => one.includes('/dispatches'));
const onDispatch = (play: Fault['play']) =>
  void local.world.faults.push({ service: 'github', method: 'POST', path: '/dispatches$', play });

/** A dispatch at the same time that is not ours. */
function anothers(more: Partial<RunState> = {}): RunState {
  const [known] = local.world.github.runs.filter(({ event }) => event === 'workflow_dispatch');
  if (!known) throw new Error('no dispatch to copy');
  const run = {
    ...known,
    id: 9900 + local.world.github.runs.length,
    sha: local.world.github.branches[0]?.commits[0]?.sha ?? '',
    actor: 'raxx-bot',
    age: local.age(),
    ...more,
  };
  local.world.github.runs.push(run);
  return run;
}

/** The workflow takes our nonce as an input, and shows it in the title. */
function takeNonce(): (facts: Facts) => Facts {
  const [workflow] = local.world.github.workflows;
  if (!workflow) throw new Error('no workflow');
  workflow.text = workflow.text
    .replace('run-name: Deploy to Heroku', `run-name: Deploy to Heroku [$\{{ inputs.request_id }}]`)
    .replace('    inputs:\n', '    inputs:\n      request_id: { default: "" }\n');
  return (facts) => ({ ...facts, github: { ...facts.github, nonceInput: 'request_id' } });
}

describe('a dispatch that is answered without an id', () => {
  it('is matched to its run by the nonce, among others of the same actor', async () => {
    local.restart(takeNonce());
    const { id } = await local.approve('deploy');
    anothers({ title: 'Deploy to Heroku [of someone else]' });
    const { progress } = await local.reached(id, 'at_gate');
    expect(progress.runId).toBe(local.run().id);
    expect(dispatches()).toEqual([
      `POST /repos/raxx-app/TradeMasterAPI/actions/workflows/deploy-heroku.yml/dispatches {"ref":"main","inputs":{"environment":"production","request_id":"${id}"},"return_run_details":true}`,
    ]);
  });

  it('is matched to its run by actor and time, once GitHub’s lists have settled', async () => {
    const { id } = await local.approve('deploy');
    await local.context.work();
    // One fits already, but a second one may just not be listed yet.
    expect((await local.context.find(id)).progress.runId).toBeUndefined();
    expect((await local.reached(id, 'at_gate')).progress.runId).toBe(local.run().id);
  });

  it.each<readonly [name: string, more: () => Partial<RunState>]>([
    ['by another person', () => ({ actor: 'kris' })],
    ['of another branch', () => ({ branch: 'develop' })],
    ['started by a push', () => ({ event: 'push' })],
    ['from before', () => ({ age: local.age() + 60 })],
    ['from long after', () => ({ age: local.age() - 120 })],
  ])('is not matched to a run %s', async (_name, more) => {
    onDispatch({ status: 204 });
    const { id } = await local.approve('deploy');
    anothers(more());
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'unconfirmed' });
    expect(ended.outcome?.words).toMatch(
      /^The request was accepted at .*, but I saw no effect within 90 s \(no run from this dispatch has appeared\); I will not send it again\.$/,
    );
    // Another dispatch could be a second run.
    expect(ended.outcome?.manualCommand).toBeNull();
    expect(dispatches()).toHaveLength(1);
  });

  it('is matched to neither of two runs that fit, and names both', async () => {
    const { id } = await local.approve('deploy');
    const other = anothers();
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'unconfirmed' });
    expect(ended.outcome?.words).toContain('2 runs could be this one, so none was picked');
    expect(ended.outcome?.evidence.join(' ')).toContain(`runs/${other.id}`);
    expect(ended.outcome?.evidence.join(' ')).toContain(`runs/${local.run().id}`);
  });

  it('is not matched to the run of another one of our deploys', async () => {
    local.world.github.deploys.tellsId = true;
    const first = await local.approve('deploy');
    await local.reached(first.id, 'at_gate');
    onDispatch({ status: 204 });
    // The same commit would not be dispatched again.
    local.push();
    const second = await local.approve('deploy');
    expect(await local.ended(second.id)).toMatchObject({ state: 'unconfirmed' });
    expect((await local.context.find(first.id)).progress.stage).toBe('at_gate');
  });

  it('is not matched to a run that could belong to another dispatch of ours at the same time', async () => {
    const staging = local.context.facts.targets.find(({ name }) => name === 'staging');
    const first = await local.approve('deploy');
    const second = await local.approve('deploy', staging ? { target: staging } : {});
    // The second one is accepted, but its run never appears.
    await local.context.actionService.execute(first.id);
    onDispatch({ status: 204 });
    await local.context.actionService.execute(second.id);
    expect((await local.ended(first.id)).state).toBe('unconfirmed');
    expect((await local.ended(second.id)).state).toBe('unconfirmed');
  });

  it.each([-3_600_000, 3_600_000])('is matched to its run even if our clock is off by %i ms', async (ms) => {
    local.context.pass(ms);
    anothers({ age: local.age() + 120 });
    const { id } = await local.approve('deploy');
    expect((await local.reached(id, 'at_gate')).progress.runId).toBe(local.run().id);
  });
});

describe('a dispatch that is refused', () => {
  it.each<readonly [name: string, prepare: () => void, words: string]>([
    [
      '422',
      () => Object.assign(local.world.github.workflows[0] ?? {}, { state: 'disabled_manually' }),
      "HTTP 422 Cannot trigger a 'workflow_dispatch' on a disabled workflow",
    ],
    [
      '404',
      () => Object.assign(local.world.github.workflows[0] ?? {}, { state: 'deleted' }),
      'HTTP 404 Not Found',
    ],
    ['403', () => void local.world.github.permissions.splice(4, 1), 'it needs actions=write'],
    [
      '429',
      () => onDispatch({ status: 429, body: { message: 'You have exceeded a secondary rate limit' } }),
      'secondary rate limit',
    ],
  ])('with %s fails with GitHub’s message, and is not sent again', async (_name, prepare, words) => {
    const { id } = await local.approve('deploy');
    prepare();
    await local.context.work();
    const ended = await local.context.find(id);
    expect(ended).toMatchObject({ state: 'failed' });
    expect(ended.outcome?.words).toContain(words);
    expect(ended.outcome?.words).toMatch(/Nothing was changed\.$/);
    expect(ended.outcome?.manualCommand).toMatch(/^gh workflow run deploy-heroku\.yml --ref main /);
    expect(dispatches()).toHaveLength(1);
  });

  it('for an unknown nonce input is not sent again without the nonce', async () => {
    local.restart((facts) => ({ ...facts, github: { ...facts.github, nonceInput: 'request_id' } }));
    const { id } = await local.approve('deploy');
    await local.context.work();
    expect((await local.context.find(id)).outcome?.words).toContain(
      'Unexpected inputs provided: ["request_id"]',
    );
    expect(dispatches()).toHaveLength(1);
  });
});

describe('a dispatch without a clear answer', () => {
  it.each<readonly [name: string, play: Fault['play']]>([
    ['cut', { resetAfter: true }],
    ['answered 502', { statusAfter: 502 }],
  ])('that was accepted and then %s has its run found and followed', async (_name, play) => {
    local.world.github.deploys.tellsId = true;
    onDispatch(play);
    const { id } = await local.approve('deploy');
    const waiting = await local.reached(id, 'at_gate');
    expect(waiting.trail.map(({ event }) => event)).toContain('no_answer');
    local.letThrough();
    expect(await local.ended(id)).toMatchObject({ state: 'succeeded' });
    expect(dispatches()).toHaveLength(1);
  });

  it('that was cut after the status counts as accepted, and its run is found', async () => {
    local.world.github.deploys.tellsId = true;
    onDispatch({ truncate: true });
    const { id } = await local.approve('deploy');
    const waiting = await local.reached(id, 'at_gate');
    expect(waiting.progress).toMatchObject({ answered: true, runId: local.run().id });
    expect(dispatches()).toHaveLength(1);
  });

  it.each<readonly [name: string, play: Fault['play']]>([
    ['cut', { reset: true }],
    ['answered 500', { status: 500, body: {} }],
    ['answered with an error page', { html: 503 }],
    ['answered 408', { status: 408, body: {} }],
  ])('that was not accepted and then %s is looked for during 90 s, then unconfirmed', async (_name, play) => {
    onDispatch(play);
    const { id } = await local.approve('deploy');
    await local.context.work();
    local.context.pass(85_000);
    await local.context.work();
    expect(await local.context.find(id)).toMatchObject({
      state: 'executing',
      progress: {
        words: expect.stringMatching(
          /^No clear response \(GitHub: .*\); now: no run from this dispatch has appeared\.$/,
        ),
      },
    });
    const ended = await local.ended(id);
    expect(ended).toMatchObject({ state: 'unconfirmed' });
    expect(ended.outcome?.words).toMatch(/^The request sent at /);
    expect(dispatches()).toHaveLength(1);
  });
});

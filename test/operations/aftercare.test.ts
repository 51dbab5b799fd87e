/** What becomes of a fix: by the runbook, it holds when the dynos were up for more than five minutes without a restart. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(() => local.reset());

const web1 = (more: object) => Object.assign(local.prod().dynos[0] ?? {}, more);
/** Heroku reports whole seconds, so two restarts have to be this far apart. */
const later = () => local.age() - 2;

async function done(kind: ActionKind): Promise<string> {
  const { id } = await local.approve(kind);
  expect(await local.ended(id)).toMatchObject({ state: 'succeeded' });
  return id;
}

describe.each<ActionKind>(['restart', 'rollback', 'resize', 'boot_timeout'])('aftercare of %s', (kind) => {
  it('reports that it held after more than five minutes, and not before', async () => {
    const id = await done(kind);
    local.context.pass(5 * 60_000);
    await local.context.work();
    expect((await local.context.find(id)).aftermath).toBeNull();
    local.context.pass(20_000);
    await local.context.work();
    expect((await local.context.find(id)).aftermath).toMatchObject({
      kind: 'held',
      words: 'It has held for 5 min without a restart: web.1 up.',
      next: [],
    });
  });

  it('reports that it turned bad when a restart is seen twice, but not once', async () => {
    const id = await done(kind);
    await local.context.work();
    web1({ age: later() });
    local.context.pass(10_000);
    await local.context.work();
    expect(await local.context.find(id)).toMatchObject({ aftermath: null, progress: { doubted: true } });
    expect((await local.watched(id)).aftermath).toMatchObject({
      kind: 'turned_bad',
      words: expect.stringContaining('web.1 has restarted since'),
    });
  });

  it('reports that it turned bad when a crash is seen once', async () => {
    const id = await done(kind);
    web1({ state: 'crashed', age: later() });
    await local.context.work();
    local.context.pass(10_000);
    await local.context.work();
    const { aftermath } = await local.context.find(id);
    expect(aftermath).toMatchObject({ kind: 'turned_bad' });
    expect(aftermath?.next.length).toBeGreaterThan(0);
  });

  it('does not report that it held when the end could not be seen', async () => {
    const id = await done(kind);
    local.world.faults.push({ service: 'heroku', path: '/dynos$', play: { status: 503 } });
    local.context.pass(5 * 60_000 + 20_000);
    expect((await local.watched(id)).aftermath).toMatchObject({
      kind: 'unwatched',
      words: expect.stringContaining("Can't tell whether it held"),
    });
  });

  it('stops when someone else releases something', async () => {
    const id = await done(kind);
    const [last] = local.prod().releases.slice(-1);
    const age = later();
    if (last)
      local.prod().releases.push({
        ...last,
        version: last.version + 1,
        description: 'Deploy 0123456f',
        actor: 'kris',
        age,
      });
    web1({ age });
    expect((await local.watched(id)).aftermath).toMatchObject({
      kind: 'unwatched',
      words: expect.stringMatching(
        /^Stopped watching early: v\d+ \(Deploy 0123456f, by kris\) is running now\.$/,
      ),
    });
  });
});

describe('what existed before an action is not mistaken for its effect', () => {
  const lose = (method: string) =>
    void local.world.faults.push({ service: 'heroku', method, play: { reset: true } });
  const failed = (description: string) => {
    const [last] = local.prod().releases.slice(-1);
    if (last) local.prod().releases.push({ ...last, version: 100, status: 'failed', description, age: 60 });
  };

  it('with an earlier failed rollback to the same release', async () => {
    failed('Rollback to v98');
    lose('POST');
    const { id } = await local.approve('rollback', { version: 98 });
    expect(await local.ended(id)).toMatchObject({
      state: 'unconfirmed',
      outcome: { words: expect.stringContaining('there is no release “Rollback to v98” yet') },
    });
  });

  it('with a boot timeout that was set earlier', async () => {
    failed('Set GUNICORN_TIMEOUT config vars');
    lose('PATCH');
    const { id } = await local.approve('boot_timeout');
    expect(await local.ended(id)).toMatchObject({ state: 'unconfirmed' });
  });

  it.each<ActionKind>(['rollback', 'boot_timeout'])(
    '%s: a release that failed meanwhile supersedes it',
    async (kind) => {
      const { id } = await local.approve(kind);
      failed('Deploy 0123456f');
      await local.context.work();
      expect(await local.context.find(id)).toMatchObject({
        state: 'superseded',
        outcome: { words: expect.stringContaining('v100 has been released since this was proposed') },
      });
    },
  );
});

it('a boot timeout after which the app keeps crashing has failed, and offers a redeploy', async () => {
  const { id } = await local.approve('boot_timeout');
  await local.context.actionService.execute(id);
  web1({ state: 'crashed', age: later() });
  local.context.pass(6_000);
  const ended = await local.ended(id);
  expect(ended).toMatchObject({ state: 'failed', outcome: { next: ['deploy', 'rollback'] } });
  expect(ended.outcome?.words).toContain('v100 set GUNICORN_TIMEOUT, but web.1 crashed after the change');
});

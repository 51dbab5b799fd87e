/** Ten minutes of watching after a deploy: held, turned bad, or something else began. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(() => local.reset());

describe('ten minutes of watching', () => {
  async function deployed() {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.letThrough();
    await local.ended(id);
    return id;
  }
  const web1 = () => local.prod().dynos[0] ?? {};

  it('held', async () => {
    const id = await deployed();
    local.context.pass(9 * 60_000);
    await local.context.work();
    expect((await local.context.find(id)).aftermath).toBeNull();
    local.context.pass(61_000);
    await local.context.work();
    expect((await local.context.find(id)).aftermath).toMatchObject({
      kind: 'held',
      words: expect.stringMatching(/^It has held for 10 min.* without a restart: web\.1 up\.$/),
    });
  });

  it('turned bad: a crash is enough', async () => {
    const id = await deployed();
    Object.assign(web1(), { state: 'crashed', age: local.age() });
    expect((await local.watched(id)).aftermath).toMatchObject({
      kind: 'turned_bad',
      words: expect.stringContaining('web.1 crashed'),
      next: ['rollback'],
    });
  });

  it('turned bad: a server error counts when it is seen twice', async () => {
    const id = await deployed();
    await local.context.work();
    local.world.app = { answer: { status: 500 } };
    local.context.pass(10_000);
    await local.context.work();
    expect(await local.context.find(id)).toMatchObject({ aftermath: null, progress: { doubted: true } });
    local.world.app = { answer: 'auto' };
    local.context.pass(10_000);
    await local.context.work();
    expect(await local.context.find(id)).toMatchObject({ aftermath: null, progress: { doubted: false } });
    local.world.app = { answer: { status: 500 } };
    expect((await local.watched(id)).aftermath).toMatchObject({
      kind: 'turned_bad',
      words: expect.stringContaining('the health URL: HTTP 500'),
      next: ['rollback'],
    });
  });

  it('ends when another change of ours begins', async () => {
    const id = await deployed();
    const { id: other } = await local.approve('restart');
    await local.ended(other);
    expect((await local.watched(id)).aftermath).toMatchObject({
      kind: 'unwatched',
      words: expect.stringContaining('another change started (Restart web on raxx-api-prod)'),
    });
  });

  it('ends when someone else releases something: the restart is theirs', async () => {
    const id = await deployed();
    const [last] = local.prod().releases.slice(-1);
    // Heroku’s times have whole seconds: this is a later one.
    const age = local.age() - 2;
    if (last) local.prod().releases.push({ ...last, version: 101, description: 'Set FLAG config vars', age });
    Object.assign(web1(), { age });
    expect((await local.watched(id)).aftermath).toMatchObject({
      kind: 'unwatched',
      words: 'Stopped watching early: v101 (Set FLAG config vars, by ops@raxx.app) is running now.',
    });
  });
});

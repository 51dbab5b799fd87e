/** A process that dies at any point of a deploy: another one continues, and nothing is dispatched twice. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '../../src/runbook/model/action.ts';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(() => local.reset());

const dispatches = () => local.writes().filter((one) => one.includes('/dispatches'));

/** Every 30 s, a process with an empty queue that finds its work in the ledger. */
async function recovered(id: string, until: (action: Action) => boolean): Promise<Action> {
  let ahead = 0;
  for (let round = 0; round < 30; round += 1) {
    const other = local.restart();
    other.pass(ahead);
    await other.actionService.recover();
    const action = await other.find(id);
    if (until(action)) return action;
    ahead += 30_000;
  }
  throw new Error(`it got no further than ${JSON.stringify(await local.context.find(id))}`);
}
const isOver = ({ endedAt }: Action) => endedAt !== null;

describe('a deploy whose process dies', () => {
  it('before sending is sent once by another process, and a late job does nothing', async () => {
    const { id } = await local.approve('deploy');
    const dead = local.context;
    await recovered(id, ({ progress }) => progress.stage === 'at_gate');
    await dead.work();
    local.letThrough();
    expect(await recovered(id, isOver)).toMatchObject({ state: 'succeeded' });
    expect(dispatches()).toHaveLength(1);
  });

  it('between deciding to send and sending is looked for, and unconfirmed', async () => {
    const { id } = await local.approve('deploy');
    await local.context.actionStore.move(id, { name: 'send', at: Date.now(), progress: {} });
    expect(await recovered(id, isOver)).toMatchObject({ state: 'unconfirmed' });
    expect(dispatches()).toEqual([]);
  });

  it('before the answer is recorded has its run found and followed', async () => {
    const { id } = await local.approve('deploy');
    const { actionStore } = local.context;
    // The dead process left it like this: GitHub has the dispatch, but the row does not have its answer.
    const cut = {
      ...actionStore,
      move: async (...given: Parameters<typeof actionStore.move>) =>
        given[1].name === 'send' ? actionStore.move(...given) : null,
    };
    local.restart(undefined, undefined, cut);
    await local.context.work();
    await local.context.actionService.execute(id);
    expect(dispatches()).toHaveLength(1);
    expect((await local.context.find(id)).progress.answered).toBeUndefined();
    await recovered(id, ({ progress }) => progress.stage === 'at_gate');
    local.letThrough();
    expect(await recovered(id, isOver)).toMatchObject({ state: 'succeeded' });
    expect(dispatches()).toHaveLength(1);
  });

  it.each(['at_gate', 'run_succeeded', 'freeze_check_failed'])(
    'while following is followed by another process (%s)',
    async (stage) => {
      local.world.github.deploys.frozen = stage === 'freeze_check_failed';
      const { id } = await local.approve('deploy');
      if (stage === 'freeze_check_failed') {
        await local.context.work();
      } else {
        await local.reached(id, 'at_gate');
        local.letThrough();
        if (stage === 'run_succeeded') {
          local.world.faults.push({ service: 'heroku', path: '/releases$', play: { status: 503 }, times: 1 });
          await local.reached(id, 'run_succeeded');
        }
      }
      expect(await recovered(id, isOver)).toMatchObject({
        state: stage === 'freeze_check_failed' ? 'failed' : 'succeeded',
      });
      expect(dispatches()).toHaveLength(1);
    },
  );

  it('between deciding to cancel and cancelling is left to a person, and no cancel is sent later', async () => {
    let sha = '';
    local.restart(undefined, () => {
      if (sha === '') sha = local.push();
    });
    const { id } = await local.approve('deploy');
    const { actionStore } = local.context;
    await local.context.actionService.execute(id);
    const dying = {
      ...actionStore,
      move: async (...given: Parameters<typeof actionStore.move>) =>
        (await actionStore.move(...given)) && null,
    };
    local.restart(undefined, undefined, dying);
    await local.context.actionService.verify(id);
    const ended = await recovered(id, isOver);
    expect(ended).toMatchObject({ state: 'unconfirmed' });
    expect(ended.outcome?.words).toContain('Do not approve it; cancel it');
    expect(ended.outcome?.manualCommand).toMatch(/^gh run cancel \d+$/);
    expect(local.writes()).toHaveLength(1);
  });

  it('during aftercare is watched to the end by another process', async () => {
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.letThrough();
    await local.ended(id);
    expect((await recovered(id, ({ aftermath }) => aftermath !== null)).aftermath).toMatchObject({
      kind: 'held',
    });
  });
});

it('two processes that look at the same time cancel once', async () => {
  let sha = '';
  local.restart(undefined, () => {
    if (sha === '') sha = local.push();
  });
  const { id } = await local.approve('deploy');
  await local.context.actionService.execute(id);
  const [one, other] = [local.context, local.restart()];
  await Promise.all([
    one.actionService.verify(id),
    other.actionService.verify(id),
    one.actionService.verify(id),
    other.actionService.verify(id),
  ]);
  expect(local.writes().filter((request) => request.endsWith('/cancel'))).toHaveLength(1);
});

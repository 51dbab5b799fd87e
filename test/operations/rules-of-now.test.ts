/** The approval rules and targets of the runbook file at the time of the decision, whatever they were at the proposal. */
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import type { Person } from '../../src/runbook/people/permissions.ts';
import { APPROVER, OPERATOR, startActing } from '../support/acting.ts';
import { forgetActions, useOrdinaryWorld } from '../support/slack-bot.ts';

const ANOTHER: Person = { id: 'U4', isOperator: false, isApprover: true };
const world = useOrdinaryWorld();

/** A process that was started with another runbook file, on the same database. */
const started = (approvals: number, selfApprove: boolean) =>
  startActing(world.db, world.local.env, (facts: Facts) => ({
    ...facts,
    approvals: { ...facts.approvals, stop: { approvals, selfApprove } },
  }));

describe('a proposal', () => {
  it('needs as many approvals as the current runbook file requires', async () => {
    const { id } = await started(1, true).propose('stop');
    const now = started(2, true);
    expect(await now.actionService.approve(id, APPROVER)).toMatchObject({ ok: true, complete: false });
    expect(await now.actionService.approve(id, APPROVER)).toMatchObject({ ok: false, why: 'twice' });
    expect(await now.actionService.approve(id, ANOTHER)).toMatchObject({ ok: true, complete: true });
    expect(await now.find(id)).toMatchObject({ state: 'approved', approvalsNeeded: 2 });
  });

  it('that waits for a second approval is completed by the first approver once one is enough', async () => {
    const { id } = await started(2, true).propose('stop');
    expect(await started(2, true).actionService.approve(id, APPROVER)).toMatchObject({
      ok: true,
      complete: false,
    });
    expect(await started(1, true).actionService.approve(id, APPROVER)).toMatchObject({
      ok: true,
      complete: true,
    });
  });

  it('can be approved by its asker only if that is allowed now', async () => {
    const { id } = await started(1, true).propose('stop');
    expect(await started(1, false).actionService.approve(id, OPERATOR)).toMatchObject({
      ok: false,
      why: 'own',
    });
    const { id: other } = await started(1, false).propose('restart');
    expect(await started(1, true).actionService.approve(other, OPERATOR)).toMatchObject({
      ok: true,
      complete: true,
    });
  });

  it('does not count an approval by someone who may no longer approve it', async () => {
    const { id } = await started(2, true).propose('stop');
    const before = started(2, true);
    await before.actionService.approve(id, APPROVER);
    const now = started(2, true);
    now.lost.add(APPROVER.id);
    expect(await now.actionService.approve(id, ANOTHER)).toMatchObject({ ok: true, complete: false });
    expect((await now.find(id)).trail.at(-1)).toMatchObject({
      event: 'approval',
      words: 'not counted under the current rules: U2',
    });
    expect((await now.find(id)).approvals.map(({ person }) => person)).toEqual(['U4']);
    await now.actionService.approve(id, OPERATOR);
    expect(await now.find(id)).toMatchObject({ state: 'approved' });

    await forgetActions(world.db);
    const { id: mine } = await before.propose('stop');
    await before.actionService.approve(mine, OPERATOR);
    expect(await started(2, false).actionService.approve(mine, APPROVER)).toMatchObject({
      ok: true,
      complete: false,
    });
    expect(await started(2, false).actionService.approve(mine, ANOTHER)).toMatchObject({
      ok: true,
      complete: true,
    });
  });
});

describe('a process whose runbook file does not name the target', () => {
  it('lets nobody approve, because it does not know the rules', async () => {
    const { id } = await started(1, true).propose('stop');
    expect(await startUnnamed().actionService.approve(id, APPROVER)).toMatchObject({
      ok: false,
      words: expect.stringContaining('This bot’s runbook file does not name this target'),
    });
    expect(await started(1, true).actionService.approve(id, APPROVER)).toMatchObject({ complete: true });
  });

  it('leaves approved and running actions to a process that does', async () => {
    const ours = started(1, true);
    const { id } = await ours.propose('stop');
    await ours.actionService.approve(id, APPROVER);
    const unnamed = startUnnamed();
    unnamed.pass(90_000);
    await unnamed.actionService.recover();
    expect(await ours.find(id)).toMatchObject({ state: 'approved' });
    await ours.work();
    expect(['executing', 'succeeded']).toContain((await ours.find(id)).state);
    const { state } = await ours.find(id);
    unnamed.pass(60_000);
    await unnamed.actionService.recover();
    expect((await ours.find(id)).state).toBe(state);
  });

  it('ends long-overdue actions as unknown, without a request', async () => {
    const ours = started(1, true);
    const { id } = await ours.propose('stop');
    await ours.actionService.approve(id, APPROVER);
    await ours.actionService.execute(id);
    world.local.outside.heroku.arrived.length = 0;
    const unnamed = startUnnamed();
    unnamed.pass(60 * 60_000);
    await unnamed.actionService.recover();
    expect(await ours.find(id)).toMatchObject({
      state: 'unconfirmed',
      outcome: { words: 'The runbook file no longer names this target.' },
    });
    expect(world.local.outside.heroku.arrived).toEqual([]);
  });

  /** `startActing` needs a target called prod, which is another app here. */
  function startUnnamed() {
    return startActing(world.db, world.local.env, (facts: Facts) => ({
      ...facts,
      targets: facts.targets.map((target) => ({ ...target, app: `other-${target.app}` })),
    }));
  }
});

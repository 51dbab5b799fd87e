/** Actions from proposal to end on a local Heroku, with a count of the requests that reach it. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { Fault, World } from '../../sandbox/world.ts';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { phraseText } from '../../src/runbook/text/phrase.ts';
import type { Db } from '../../src/store/database/db.ts';
import { type ActionContext, ANYBODY, APPROVER, OPERATOR, startActing } from '../support/acting.ts';
import { openMigrated } from '../support/databases.ts';
import { startLocalWorld } from '../support/local-readings.ts';

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let db: Db;
let context: ActionContext;

function play(id: string, faults: Fault[] = []): void {
  const scenario = loadScenario(id);
  world = { ...buildWorld(scenario, Date.now()) };
  world.faults = [...world.faults, ...faults];
}

beforeAll(async () => {
  play('healthy');
  local = await startLocalWorld(() => world);
  db = await openMigrated();
});
afterAll(async () => {
  await db.close();
  await local.close();
});
beforeEach(async () => {
  play('healthy');
  await db.sql('delete from approvals');
  await db.sql('delete from saved_formations');
  await db.sql('delete from actions');
  local.outside.heroku.arrived.length = 0;
  context = startActing(db, local.env);
});

const prodState = () => {
  const app = world.heroku.apps['raxx-api-prod'];
  if (!app) throw new Error('no prod');
  return app;
};
/** A process type besides `web`. */
const scaleWorker = (quantity: number, size: string) => {
  const others = prodState().formation.filter(({ type }) => type !== 'worker');
  prodState().formation = [...others, { type: 'worker', quantity, size, command: 'y' }];
};
/** Requests that change something. */
const writes = () =>
  local.outside.heroku.arrived
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/log-sessions'))
    .map(({ method, path, body }) => `${method} ${path}${body === '' ? '' : ` ${body}`}`);

async function carryOut(kind: ActionKind, more: { version?: number } = {}) {
  const { id } = await context.propose(kind, more);
  expect(await context.actionService.approve(id, APPROVER)).toMatchObject({ ok: true, complete: true });
  await context.work();
  return context.find(id);
}

describe('stop and restore', () => {
  it('stops the app, reports it only once it is true, and brings back the same formation', async () => {
    prodState().formation = [{ type: 'web', quantity: 2, size: 'Standard-1X', command: 'x' }];
    prodState().dynos = ['web.1', 'web.2'].map((name) => ({
      name,
      type: 'web',
      state: 'up',
      size: 'Standard-1X',
      command: 'x',
      age: 60,
    }));
    const stopped = await carryOut('stop');
    expect(stopped).toMatchObject({
      state: 'succeeded',
      outcome: { words: 'No dynos on raxx-api-prod.', next: ['restore'] },
      approvals: [{ person: 'U2', isSelf: false }],
    });
    expect(stopped.trail.map(({ event }) => event)).toEqual([
      'proposed',
      'approved',
      'executing',
      'sent',
      'succeeded',
    ]);
    expect(writes()).toEqual([
      'PATCH /apps/raxx-api-prod/formation {"updates":[{"type":"web","quantity":0}]}',
    ]);
    // A diagnosis that follows shares nothing with one from before the stop.
    expect(context.forgotten).toEqual(['prod']);

    const restored = await carryOut('restore');
    expect(restored.plan.will[0]).toBe('Scale web to 2 × Standard-1X (as saved by the stop).');
    expect(restored).toMatchObject({
      state: 'succeeded',
      outcome: { words: expect.stringMatching(/^web\.1 up, web\.2 up; the health URL returns HTTP 200/) },
    });
    expect(prodState().formation[0]).toMatchObject({ quantity: 2, size: 'Standard-1X' });
  });

  it('names the process types that are still running', async () => {
    prodState().dynos.push({
      name: 'worker.1',
      type: 'worker',
      state: 'up',
      size: 'Basic',
      command: 'x',
      age: 60,
    });
    expect((await carryOut('stop')).outcome?.words).toBe(
      'No web dynos on raxx-api-prod; still running: worker.1 up.',
    );
  });

  it.each([
    ['stopped', 'There is nothing to stop: web on raxx-api-prod is already scaled to 0. Nothing was done.'],
    [
      'never-deployed',
      'There is nothing to stop: raxx-api-prod has no web process; it was never deployed. Nothing was done.',
    ],
  ])('proposes nothing in the scenario %s, and sends nothing', async (scenario, words) => {
    play(scenario);
    await expect(context.propose('stop')).rejects.toThrow(words);
    expect(writes()).toEqual([]);
    expect(await context.actionStore.recent(5)).toEqual([]);
  });

  it('restores to 1 dyno, and says why, when no formation was saved', async () => {
    play('stopped');
    const restored = await carryOut('restore');
    expect(restored.plan.will[0]).toBe(
      'Scale web to 1 × Basic (no formation was saved, so it starts with 1).',
    );
    expect(restored.state).toBe('succeeded');
  });

  it('refuses to restore an app without a slug', async () => {
    play('never-deployed');
    await expect(context.propose('restore')).rejects.toThrow('no code has ever been deployed');
  });

  it('does not report a restore as done while the health URL fails', async () => {
    play('stopped');
    world.app = { answer: { status: 500 } };
    const { id } = await context.propose('restore');
    await context.actionService.approve(id, APPROVER);
    await context.work();
    expect((await context.find(id)).state).toBe('executing');
    context.pass(250_000);
    await context.work();
    expect(await context.find(id)).toMatchObject({
      state: 'unconfirmed',
      outcome: { words: expect.stringContaining('web.1 up, but: HTTP 500') },
    });
  });
});

describe('the fixes', () => {
  it('restart the process type', async () => {
    play('import-error');
    expect(await carryOut('restart')).toMatchObject({ state: 'succeeded', outcome: { words: 'web.1 up.' } });
    expect(writes()).toEqual(['DELETE /apps/raxx-api-prod/formations/web']);
  });

  it('roll back to the last release with other code, or to a given version', async () => {
    const done = await carryOut('rollback');
    expect(done.plan.title).toBe('Roll raxx-api-prod back from v99 to v98');
    // GitHub knows no commit of v98 here.
    expect(done.plan.warnings?.at(-1)).toMatch(
      /^Can't tell whether the releases it undoes had migrations \(GitHub compare: HTTP 404/,
    );
    expect(done).toMatchObject({
      state: 'succeeded',
      outcome: { words: 'v100 (Rollback to v98) is running; web.1 up.' },
    });
    expect(prodState().releases.at(-1)).toMatchObject({ description: 'Rollback to v98', slug: 'slug-98' });
    await expect(context.propose('rollback', { version: 3 })).rejects.toThrow(
      /v3 .*\. Eligible releases with different code: v9\d/,
    );
  });

  it('set one variable for a longer boot, and drop the answer of Heroku', async () => {
    const done = await carryOut('boot_timeout');
    expect(writes()).toEqual(['PATCH /apps/raxx-api-prod/config-vars {"GUNICORN_TIMEOUT":"120"}']);
    expect(done).toMatchObject({
      state: 'succeeded',
      outcome: { words: 'v100 set GUNICORN_TIMEOUT; web.1 up.', next: ['deploy'] },
    });
    expect(JSON.stringify(done)).not.toContain('not-real');
  });

  it('take the next size with more memory', async () => {
    const done = await carryOut('resize');
    expect(done.plan.title).toBe('Resize web on raxx-api-prod from Basic to Standard-2X');
    expect(done.state).toBe('succeeded');
    expect(prodState().formation[0]?.size).toBe('Standard-2X');
  });
});

describe('permissions', () => {
  it('let only operators propose', async () => {
    await expect(context.propose('stop', { by: APPROVER })).rejects.toThrow('not one of the operators');
  });

  it.each([
    ['an approval by someone who is not an approver', ANYBODY, 'You are not one of the approvers'],
    ['a second approval by the same person', OPERATOR, 'already approved this'],
  ])('refuse %s', async (_name, person, words) => {
    context = startActing(db, local.env, (facts) => ({
      ...facts,
      approvals: { ...facts.approvals, stop: { approvals: 2, selfApprove: true } },
    }));
    const { id } = await context.propose('stop');
    expect(await context.actionService.approve(id, OPERATOR)).toMatchObject({ ok: true, complete: false });
    expect(await context.actionService.approve(id, person)).toMatchObject({
      ok: false,
      words: expect.stringContaining(words),
    });
    expect((await context.find(id)).trail.at(-1)).toMatchObject({ event: 'refused', who: person.id });
  });

  it('let askers approve their own request only where the runbook file allows it, and mark that', async () => {
    const { id } = await context.propose('stop');
    expect(await context.actionService.approve(id, OPERATOR)).toMatchObject({
      ok: true,
      action: { approvals: [{ isSelf: true }] },
    });
    context = startActing(db, local.env, (facts) => ({
      ...facts,
      approvals: { ...facts.approvals, fix: { approvals: 1, selfApprove: false } },
    }));
    const other = await context.propose('restart', { target: context.facts.targets[1] ?? context.prod });
    expect(await context.actionService.approve(other.id, OPERATOR)).toMatchObject({
      ok: false,
      words: expect.stringContaining('You asked for this yourself'),
    });
  });

  it('let approvers and the asker reject', async () => {
    const first = await context.propose('stop');
    expect(await context.actionService.reject(first.id, ANYBODY)).toMatchObject({
      ok: false,
      words: expect.stringContaining('Only an approver'),
    });
    expect(await context.actionService.reject(first.id, APPROVER)).toMatchObject({
      ok: true,
      action: { state: 'rejected' },
    });
    expect(await context.actionService.approve(first.id, OPERATOR)).toMatchObject({
      ok: false,
      words: ['Already rejected by ', { who: 'U2' }, '. Nothing was done.'],
    });
    const second = await context.propose('stop');
    expect(await context.actionService.reject(second.id, OPERATOR)).toMatchObject({
      action: { outcome: { words: 'Withdrawn by the person who asked. Nothing was done.' } },
    });
    expect(writes()).toEqual([]);
  });

  it('let nobody decide after it has expired', async () => {
    const { id } = await context.propose('stop');
    context.pass(31 * 60_000);
    expect(await context.actionService.approve(id, APPROVER)).toMatchObject({
      ok: false,
      words: 'This has expired. Propose it again. Nothing was done.',
    });
    await context.work();
    expect(await context.find(id)).toMatchObject({ state: 'expired', outcome: { next: ['stop'] } });
    expect(writes()).toEqual([]);
  });

  it('say what was asked for where the live proposal has another version', async () => {
    const { id } = await context.propose('rollback', { version: 98 });
    const again = (version: number) =>
      context.actionService.propose({
        kind: 'rollback',
        target: context.prod,
        by: OPERATOR,
        reason: null,
        origin: 'slack',
        wish: { version },
      });
    expect(await again(97)).toMatchObject({ ok: true, isNew: false, passedOver: 'v97', action: { id } });
    expect(await again(98)).toMatchObject({ ok: true, isNew: false, passedOver: null });
  });

  it('show the live proposal again to anyone who asks for the same', async () => {
    const { id } = await context.propose('stop');
    expect(
      await context.actionService.propose({
        kind: 'stop',
        target: context.prod,
        by: OPERATOR,
        reason: null,
        origin: 'slack',
      }),
    ).toMatchObject({
      ok: true,
      isNew: false,
      action: { id },
    });
  });
});

describe('an approved action in a world that has changed', () => {
  it.each<readonly [name: string, kind: ActionKind, change: () => void, words: string]>([
    [
      'another quantity',
      'stop',
      () => Object.assign(prodState().formation[0] ?? {}, { quantity: 3 }),
      'web was 1 × Basic when this was proposed and is 3 × Basic now',
    ],
    [
      'a new release',
      'rollback',
      () =>
        void prodState().releases.push({
          ...prodState().releases[98],
          version: 100,
          status: 'succeeded',
          description: 'Deploy 1234567',
          slug: 's',
          actor: 'x',
          age: 1,
        }),
      'v99 was running when this was proposed, v100 is running now',
    ],
    [
      'another size',
      'resize',
      () => Object.assign(prodState().formation[0] ?? {}, { size: 'Performance-M' }),
      'it is 1 × Performance-M now',
    ],
    [
      'stopped meanwhile',
      'restart',
      () => Object.assign(prodState().formation[0] ?? {}, { quantity: 0 }),
      'has been scaled to 0',
    ],
    [
      'Heroku not seen',
      'stop',
      () => world.faults.push({ service: 'heroku', play: { status: 503 } }),
      "couldn't read",
    ],
  ])('is superseded without being sent (%s)', async (_name, kind, change, words) => {
    const { id } = await context.propose(kind);
    await context.actionService.approve(id, APPROVER);
    change();
    await context.work();
    expect(await context.find(id)).toMatchObject({
      state: 'superseded',
      outcome: { words: expect.stringContaining(words), next: [kind] },
    });
    expect(writes()).toEqual([]);
  });

  it('is superseded when it was not sent within a minute of its approval', async () => {
    const { id } = await context.propose('stop');
    await context.actionService.approve(id, APPROVER);
    context.pass(61_000);
    await context.work();
    expect(await context.find(id)).toMatchObject({ state: 'superseded' });
    expect(writes()).toEqual([]);
  });

  it('is checked without GitHub and the status page, if it is a restore', async () => {
    play('stopped', [
      { service: 'github', play: { hang: true } },
      { service: 'status', play: { hang: true } },
    ]);
    expect((await carryOut('restore')).state).toBe('succeeded');
  });
});

describe('a fix of a diagnosis', () => {
  beforeEach(() => {
    scaleWorker(2, 'Standard-1X');
    for (const name of ['worker.1', 'worker.2'])
      prodState().dynos.push({
        name,
        type: 'worker',
        state: 'up',
        size: 'Standard-1X',
        command: 'y',
        age: 900,
      });
    prodState().log.push('-20 heroku[worker.1]: Error R14 (Memory quota exceeded)');
  });

  const proposeFix = async (kind: ActionKind, isFix: boolean) => {
    const { prod: target } = context;
    const asked = await context.actionService.propose({
      kind,
      target,
      by: OPERATOR,
      reason: null,
      origin: 'slack',
      isFix,
    });
    if (!asked.ok) throw new Error(phraseText(asked.words));
    return asked.action;
  };

  it('acts on the process type that the evidence names, from plan to verification', async () => {
    const { id, plan } = await proposeFix('resize', true);
    expect(plan).toMatchObject({
      title: 'Resize worker on raxx-api-prod from Standard-1X to Standard-2X',
      byHand: 'heroku ps:resize worker=Standard-2X --app raxx-api-prod',
    });
    await context.actionService.approve(id, APPROVER);
    await context.work();
    expect(writes()).toEqual([
      'PATCH /apps/raxx-api-prod/formation {"updates":[{"type":"worker","size":"Standard-2X"}]}',
    ]);
    expect(await context.find(id)).toMatchObject({
      state: 'succeeded',
      outcome: { words: 'worker.1 up, worker.2 up.' },
    });
  });

  it('restarts that type, too, while the typed command acts on the target', async () => {
    expect((await proposeFix('restart', true)).plan.byHand).toBe(
      'heroku ps:restart --process-type worker --app raxx-api-prod',
    );
    await context.actionService.reject((await context.actionStore.recent(1))[0]?.id ?? '', OPERATOR);
    expect((await proposeFix('restart', false)).plan.title).toBe('Restart web on raxx-api-prod');
  });
});

describe('two targets that are process types of one app', () => {
  it('have proposals and changes of their own', async () => {
    scaleWorker(1, 'Basic');
    prodState().dynos.push({
      name: 'worker.1',
      type: 'worker',
      state: 'up',
      size: 'Basic',
      command: 'y',
      age: 9,
    });
    const worker = { ...context.prod, name: 'worker', aliases: [], processType: 'worker' };
    context = startActing(db, local.env, (facts) => ({ ...facts, targets: [...facts.targets, worker] }));
    const web = await context.propose('restart');
    const other = await context.propose('restart', { target: worker });
    expect(other.id).not.toBe(web.id);
    await context.actionService.approve(web.id, APPROVER);
    expect(await context.actionService.approve(other.id, APPROVER)).toMatchObject({ ok: true });
    await context.work();
    expect([await context.find(web.id), await context.find(other.id)]).toMatchObject([
      { state: 'succeeded', outcome: { words: 'web.1 up.' } },
      { state: 'succeeded', outcome: { words: 'worker.1 up.' } },
    ]);

    // The next restart of the worker does not concern web.
    const again = await context.propose('restart', { target: worker });
    await context.actionService.approve(again.id, APPROVER);
    await context.work();
    context.pass(5 * 60_000 + 20_000);
    await context.work();
    expect([await context.find(web.id), await context.find(other.id)]).toMatchObject([
      { aftermath: { kind: 'held' } },
      { aftermath: { kind: 'unwatched', words: expect.stringContaining('another change started') } },
    ]);
  });
});

describe('a process that stalls between deciding to send and sending', () => {
  it.each([
    [4_000, 1, 'succeeded'],
    [6_000, 0, 'failed'],
  ])('for %i ms sends %i requests', async (ms, sent, state) => {
    const actionStore = context.actionStore;
    const slow: ActionStore = {
      ...actionStore,
      async move(id, step) {
        const moved = await actionStore.move(id, step);
        if (step.name === 'send') late.pass(ms);
        return moved;
      },
    };
    const late = startActing(db, local.env, undefined, undefined, slow);
    const { id } = await context.propose('stop');
    await context.actionService.approve(id, APPROVER);
    await late.actionService.execute(id);
    context.pass(ms + 1_000);
    await context.work();
    expect(writes()).toHaveLength(sent);
    expect(await context.find(id)).toMatchObject({ state });
    if (sent === 0) {
      const { outcome } = await context.find(id);
      expect(outcome?.words).toBe(
        'Not sent: this process stalled for 6 s just before sending. Nothing was changed. Propose it again.',
      );
      expect(await context.actionStore.savedFormations('raxx-api-prod')).toEqual([]);
    }
  });
});

describe('a restore', () => {
  const scale = (quantity: number, size: string) => {
    prodState().formation = [{ type: 'web', quantity, size, command: 'x' }];
    prodState().dynos = Array.from({ length: quantity }, (_, index) => ({
      name: `web.${index + 1}`,
      type: 'web',
      state: 'up',
      size,
      command: 'x',
      age: 60,
    }));
  };
  const planned = async () => (await context.propose('restore')).plan.will[0];

  it('brings back the formation before the last stop, not before an earlier one', async () => {
    await carryOut('stop');
    // Someone brings it back by hand, larger than before.
    scale(4, 'Standard-2X');
    await carryOut('stop');
    const restored = await carryOut('restore');
    expect(restored.plan).toMatchObject({
      title: 'Restore raxx-api-prod (web from 0 to 4)',
      will: ['Scale web to 4 × Standard-2X (as saved by the stop).'],
      byHand: 'heroku ps:scale web=4:Standard-2X --app raxx-api-prod',
    });
    expect(writes().at(-1)).toBe(
      'PATCH /apps/raxx-api-prod/formation {"updates":[{"type":"web","quantity":4,"size":"Standard-2X"}]}',
    );
    expect(restored.state).toBe('succeeded');
  });

  it('ignores a stop that was refused or never sent', async () => {
    scale(3, 'Standard-1X');
    world.faults.push({ service: 'heroku', method: 'PATCH', play: { status: 403, body: {} }, times: 1 });
    expect((await carryOut('stop')).state).toBe('failed');
    const late = await context.propose('stop');
    await context.actionService.approve(late.id, APPROVER);
    context.pass(61_000);
    await context.work();
    expect((await context.find(late.id)).state).toBe('superseded');
    scale(0, 'Standard-1X');
    expect(await planned()).toBe(
      'Scale web to 1 × Standard-1X (no formation was saved, so it starts with 1).',
    );
  });

  it('brings back what an unanswered stop took, once that stop was verified', async () => {
    scale(2, 'Standard-1X');
    world.faults.push({ service: 'heroku', method: 'PATCH', play: { resetAfter: true }, times: 1 });
    expect((await carryOut('stop')).state).toBe('succeeded');
    expect(await planned()).toContain('Scale web to 2 × Standard-1X');
  });

  it('brings it back even if nobody could verify that stop', async () => {
    scale(2, 'Standard-1X');
    const { id } = await context.propose('stop');
    await context.actionService.approve(id, APPROVER);
    world.faults.push({ service: 'heroku', method: 'PATCH', play: { resetAfter: true }, times: 1 });
    await context.actionService.execute(id);
    world.faults.push({ service: 'heroku', method: 'GET', play: { status: 503 } });
    context.pass(95_000);
    await context.work();
    expect((await context.find(id)).state).toBe('unconfirmed');
    world.faults.length = 0;
    expect(await planned()).toContain('Scale web to 2 × Standard-1X');
  });

  it('forgets what it brought back, and does not reuse it after a later stop by hand', async () => {
    scale(2, 'Standard-1X');
    await carryOut('stop');
    await carryOut('restore');
    scale(0, 'Standard-1X');
    expect(await planned()).toContain('no formation was saved');
  });
});

describe('a write', () => {
  const onWrite = (play: Fault['play'], more: Partial<Fault> = {}): Fault => ({
    service: 'heroku',
    method: 'PATCH',
    play,
    ...more,
  });

  it.each([
    [422, 'Cannot update to more than 1 Basic size dynos per process type.'],
    [403, 'You do not have access to the app.'],
    [429, 'Your account reached the API rate limit'],
  ])(
    'that is refused with %i fails with Heroku’s message, and gives the manual command',
    async (status, message) => {
      play('healthy', [onWrite({ status, body: { id: 'x', message } })]);
      const ended = await carryOut('stop');
      expect(ended).toMatchObject({ state: 'failed', outcome: { words: expect.stringContaining(message) } });
      expect(ended.outcome?.manualCommand).toBe('heroku ps:scale web=0 --app raxx-api-prod');
      expect(writes()).toHaveLength(1);
    },
  );

  it.each<readonly [name: string, play: Fault['play']]>([
    ['whose connection was cut after it took effect', { resetAfter: true }],
    ['whose answer was cut', { truncate: true }],
  ])('%s is verified, and not sent again', async (_name, fault) => {
    play('healthy', [onWrite(fault)]);
    const ended = await carryOut('stop');
    expect(ended.trail.map(({ event }) => event)).toContain('no_answer');
    expect(ended).toMatchObject({ state: 'succeeded', outcome: { words: 'No dynos on raxx-api-prod.' } });
    expect(writes()).toHaveLength(1);
  });

  it.each<readonly [name: string, play: Fault['play']]>([
    ['that was cut before it arrived', { reset: true }],
    ['that was answered with 503', { status: 503, body: {} }],
    ['that was answered with an error page', { html: 502 }],
  ])('%s is unconfirmed as soon as three looks over 15 s show the old formation', async (_name, fault) => {
    play('healthy', [onWrite(fault)]);
    const { id } = await context.propose('stop');
    await context.actionService.approve(id, APPROVER);
    await context.work();
    const waiting = await context.find(id);
    expect(waiting.state).toBe('executing');
    expect(waiting.progress.words).toMatch(
      /^No clear response \(Heroku: .*\); now: web is at 1 × Basic, web\.1 still up\.$/,
    );
    for (const ms of [7_000, 7_000]) {
      context.pass(ms);
      await context.work();
      expect((await context.find(id)).state).toBe('executing');
    }
    context.pass(2_500);
    await context.work();
    expect(await context.find(id)).toMatchObject({
      state: 'unconfirmed',
      outcome: {
        words: expect.stringMatching(
          /^The request sent at .*, but 15 s later nothing had changed: web is at 1 × Basic, web\.1 still up; I will not send it again\. Propose it again, or run the command by hand\.$/,
        ),
        next: ['stop'],
        manualCommand: 'heroku ps:scale web=0 --app raxx-api-prod',
      },
    });
    expect(writes()).toHaveLength(1);
    expect(context.waiting().filter(({ name }) => name !== 'expire')).toEqual([]);
  });

  it('that goes wrong after it took effect has failed', async () => {
    play('healthy', [onWrite({ delayMs: 0 })]);
    const { id } = await context.propose('restart');
    await context.actionService.approve(id, APPROVER);
    world.faults.push({ service: 'heroku', method: 'DELETE', play: { status: 202, body: {} } });
    await context.work();
    expect((await context.find(id)).state).toBe('executing');
    Object.assign(prodState().dynos[0] ?? {}, { state: 'crashed', age: -1 });
    context.pass(6_000);
    await context.work();
    expect(await context.find(id)).toMatchObject({
      state: 'failed',
      outcome: {
        words: 'web.1 crashed after the change.',
        // The same command would do the same again.
        manualCommand: null,
      },
    });
  });

  it('is verified despite every fault while looking', async () => {
    const { id } = await context.propose('stop');
    await context.actionService.approve(id, APPROVER);
    world.faults.push({ service: 'heroku', method: 'GET', path: '/dynos$', times: 3, play: { status: 503 } });
    await context.work();
    for (let look = 0; look < 4; look += 1) {
      context.pass(2_100);
      await context.work();
    }
    expect(await context.find(id)).toMatchObject({ state: 'succeeded' });
    expect(writes()).toHaveLength(1);
  });
});

describe('a process that died', () => {
  it('before the write leaves an approval that is sent while it is fresh, and superseded later', async () => {
    const young = await context.propose('stop');
    await context.actionService.approve(young.id, APPROVER);
    const other = startActing(db, local.env);
    await other.actionService.recover();
    await other.work();
    expect((await context.find(young.id)).state).toBe('succeeded');
    // The job of the first process runs late: nothing is done twice.
    await context.work();
    expect(writes()).toHaveLength(1);

    play('healthy');
    const old = await context.propose('stop');
    await context.actionService.approve(old.id, APPROVER);
    other.pass(61_000);
    await other.actionService.recover();
    expect(await context.find(old.id)).toMatchObject({
      state: 'superseded',
      outcome: { words: expect.stringContaining('Not sent') },
    });
  });

  it('during the write leaves an action that is looked at, and never sent again', async () => {
    const { id } = await context.propose('stop');
    await context.actionService.approve(id, APPROVER);
    // What execute does, after which the process is gone.
    await context.actionStore.move(id, { name: 'send', at: Date.now(), progress: {} });
    const other = startActing(db, local.env);
    await other.actionService.recover();
    await other.work();
    expect((await context.find(id)).state).toBe('executing');
    other.pass(26_000);
    await other.actionService.recover();
    await other.work();
    other.pass(95_000);
    await other.work();
    expect(await context.find(id)).toMatchObject({ state: 'unconfirmed' });
    expect(writes()).toEqual([]);
  });

  it('while looking leaves an action that another process ends', async () => {
    const { id } = await context.propose('stop');
    await context.actionService.approve(id, APPROVER);
    await context.actionStore.move(id, { name: 'send', at: Date.now(), progress: {} });
    const { revision } = await context.find(id);
    const progress = { answered: true };
    await context.actionStore.move(id, { name: 'accept', revision, at: Date.now(), progress });
    prodState().formation = [{ type: 'web', quantity: 0, size: 'Basic', command: 'x' }];
    prodState().dynos = [];
    const other = startActing(db, local.env);
    other.pass(120_000);
    await other.actionService.recover();
    expect(await context.find(id)).toMatchObject({
      state: 'succeeded',
      outcome: { words: 'No dynos on raxx-api-prod.' },
    });
  });
});

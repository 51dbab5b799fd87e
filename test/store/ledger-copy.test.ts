import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { Action, Draft, SavedFormation } from '../../src/runbook/model/action.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import { must } from '../../src/store/actions/rows.ts';
import { type AuditLine, anchorOf, lineAfter, readAudit } from '../../src/store/audit/audit.ts';
import { walkChain } from '../../src/store/audit/audit-chain.ts';
import type { Db } from '../../src/store/database/db.ts';
import { copyLedger } from '../../src/store/proof/ledger-copy.ts';
import { proveLedger } from '../../src/store/proof/proof.ts';
import { DATABASES } from '../support/databases.ts';
import { draft, NOW } from '../support/draft.ts';

const rejected = { words: 'Not now.', evidence: [], next: [], manualCommand: null };

describe.each(DATABASES)('the ledger on $name', ({ skip, open }) => {
  describe.skipIf(skip !== null)(skip ?? 'with a database', () => {
    let db: Db;
    let actionStore: ActionStore;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(async () => {
      await db.sql('drop trigger audit_is_not_emptied on audit');
      await db.sql('truncate actions, approvals, saved_formations, audit');
      await db.sql(`update audit_head set seq = 0, hash = repeat('0', 64)`);
      await db.sql(
        'create trigger audit_is_not_emptied before truncate on audit for each statement execute function refuse_change()',
      );
      actionStore = createActionStore(db, null);
    });
    afterAll(() => db.close());

    const proposeOne = async (more = {}) => {
      const proposed = await actionStore.propose(draft(more));
      if (!proposed.ok) throw new Error('there is a live one');
      return proposed.action;
    };

    it('writes down a proposal with its first audit line', async () => {
      const action = await proposeOne();
      expect(action).toMatchObject({
        ...draft(),
        state: 'proposed',
        approvals: [],
        outcome: null,
        sentAt: null,
      });
      expect(action.trail).toMatchObject([{ event: 'proposed', who: 'U1', at: NOW }]);
    });

    it('keeps one live proposal for each target and kind, and shows it again', async () => {
      const first = await proposeOne();
      expect(await actionStore.propose(draft({ askedBy: 'U2' }))).toMatchObject({
        ok: false,
        live: { id: first.id },
      });
      await proposeOne({ kind: 'restart' });
      await proposeOne({ target: 'staging', app: 'raxx-api-staging' });
      // Another process type of the same app is a target of its own.
      await proposeOne({ target: 'prod-worker' });
    });

    it('lets exactly one of 25 simultaneous approvals by two people decide', async () => {
      const { id } = await proposeOne();
      const clicks = Array.from({ length: 25 }, (_, index) =>
        actionStore.approve(id, `U${2 + (index % 2)}`, false, NOW + 1),
      );
      const answers = await Promise.all(clicks);
      expect(answers.filter((one) => one.ok && one.complete)).toHaveLength(1);
      const events = (await readAudit(db.sql, id)).map(({ event }) => event);
      expect(events).toEqual(['proposed', 'approved']);
    });

    it('counts each person once, and waits for the approvals that are needed', async () => {
      const { id } = await proposeOne({ approvalsNeeded: 2 });
      expect(await actionStore.approve(id, 'U2', false, NOW + 1)).toMatchObject({
        ok: true,
        complete: false,
      });
      expect(await actionStore.approve(id, 'U2', false, NOW + 2)).toMatchObject({ ok: false, why: 'twice' });
      expect(await actionStore.approve(id, 'U3', true, NOW + 3)).toMatchObject({
        ok: true,
        complete: true,
        action: { state: 'approved', approvals: [{ person: 'U2' }, { person: 'U3', isSelf: true }] },
      });
    });

    it('accepts no approval of an action that has expired or is decided', async () => {
      const { id } = await proposeOne();
      expect(await actionStore.approve(id, 'U2', false, NOW + 1_800_000)).toMatchObject({
        ok: false,
        why: 'not_proposed',
      });
      await actionStore.move(id, { name: 'reject', at: NOW + 1, who: 'U2', rights: null, outcome: rejected });
      expect(await actionStore.approve(id, 'U3', false, NOW + 2)).toMatchObject({
        ok: false,
        why: 'not_proposed',
        action: { state: 'rejected' },
      });
    });

    it('allows one change of an app at a time, and lets a stop overtake an unsent one', async () => {
      const restart = await proposeOne({ kind: 'restart' });
      const resize = await proposeOne({ kind: 'resize' });
      const stop = await proposeOne();
      expect(await actionStore.approve(restart.id, 'U2', false, NOW + 1)).toMatchObject({ ok: true });
      expect(await actionStore.approve(resize.id, 'U2', false, NOW + 2)).toMatchObject({
        ok: false,
        why: 'busy',
        other: { id: restart.id },
      });
      // The refused approval is not counted either.
      expect(await actionStore.find(resize.id)).toMatchObject({ state: 'proposed', approvals: [] });
      expect(await actionStore.approve(stop.id, 'U2', false, NOW + 3)).toMatchObject({ ok: true });
      expect(await actionStore.find(restart.id)).toMatchObject({ state: 'superseded', endedAt: NOW + 3 });
    });

    it('lets a stop proceed beside a change that may have been sent, which stays unchanged', async () => {
      const restart = await proposeOne({ kind: 'restart' });
      await actionStore.approve(restart.id, 'U2', false, NOW + 1);
      await actionStore.move(restart.id, { name: 'send', at: NOW + 2, progress: {} });
      const stop = await proposeOne();
      expect(await actionStore.approve(stop.id, 'U2', false, NOW + 3)).toMatchObject({
        ok: true,
        complete: true,
      });
      expect(await actionStore.find(restart.id)).toMatchObject({ state: 'executing', sentAt: NOW + 2 });
    });

    it('moves a row only from the states of the step', async () => {
      const { id } = await proposeOne();
      expect(await actionStore.move(id, { name: 'send', at: NOW, progress: {} })).toBeNull();
      await actionStore.approve(id, 'U2', false, NOW + 1);
      const moves = await Promise.all(
        [1, 2, 3, 4].map(() => actionStore.move(id, { name: 'send', at: NOW + 2, progress: {} })),
      );
      expect(moves.filter((one) => one !== null)).toHaveLength(1);
      const outcome = {
        words: 'No dynos on raxx-api-prod',
        evidence: ['web is scaled to 0'],
        next: ['restore' as const],
        manualCommand: null,
      };
      const { revision } = must(await actionStore.find(id));
      const succeed = { name: 'succeed', progress: {}, watchUntil: null, outcome, at: NOW + 9 } as const;
      expect(await actionStore.move(id, { ...succeed, revision: revision + 1 })).toBeNull();
      const ended = await actionStore.move(id, { ...succeed, revision });
      expect(ended).toMatchObject({ state: 'succeeded', outcome, sentAt: NOW + 2, endedAt: NOW + 9 });
    });

    it('never deadlocks a stop with the sending of what it overtakes', async () => {
      for (let round = 0; round < 20; round += 1) {
        const app = `app-${round}`;
        const restart = await proposeOne({ kind: 'restart', app, target: app });
        const stop = await proposeOne({ app, target: app });
        await actionStore.approve(restart.id, 'U2', false, NOW + 1);
        const [stopped, sending] = await Promise.all([
          actionStore.approve(stop.id, 'U2', false, NOW + 2),
          actionStore.move(restart.id, { name: 'send', at: NOW + 2, progress: {} }),
        ]);
        expect(stopped).toMatchObject({ ok: true, complete: true });
        const state = sending === null ? 'superseded' : 'executing';
        expect(await actionStore.find(restart.id)).toMatchObject({ state });
      }
    });

    it('never deadlocks an approval with a deploy that leaves the gate', async () => {
      for (let round = 0; round < 20; round += 1) {
        const app = `app-${round}`;
        const deploy = await proposeOne({ kind: 'deploy', app, target: app, holds: false });
        const restart = await proposeOne({ kind: 'restart', app, target: app });
        await actionStore.approve(deploy.id, 'U2', false, NOW + 1);
        const sent = must(await actionStore.move(deploy.id, { name: 'send', at: NOW + 2, progress: {} }));
        const { revision } = sent;
        const goes = { name: 'advance', revision, at: NOW + 2, stage: 'started', progress: {} } as const;
        const [approved, goesOn] = await Promise.all([
          actionStore.approve(restart.id, 'U2', false, NOW + 3),
          actionStore.move(deploy.id, { ...goes, holds: true }),
        ]);
        expect(goesOn).toMatchObject({ state: 'executing' });
        expect(approved.ok || approved.why === 'busy').toBe(true);
      }
    });

    it('keeps the formation of the last effective stop, and forgets it when the app runs again', async () => {
      const web = { processType: 'web', quantity: 2, size: 'Basic' };
      const app = 'raxx-api-prod';
      const carryOut = async (more: Partial<Draft>, at: number) => {
        const { id } = await proposeOne({ ...more, askedAt: at });
        await actionStore.approve(id, 'U2', false, at);
        const { revision } = must(await actionStore.move(id, { name: 'send', at, progress: {} }));
        const taken = { at, progress: {}, outcome: rejected } as const;
        must(await actionStore.move(id, { ...taken, name: 'accept', revision }));
        const done = { ...taken, name: 'succeed', revision: revision + 1, watchUntil: null } as const;
        return must(await actionStore.move(id, done));
      };
      const stop = (formation: SavedFormation, at: number) => carryOut({ params: { app, ...formation } }, at);
      await stop({ ...web, quantity: 1 }, NOW + 1);
      await stop(web, NOW + 2);
      expect(await actionStore.savedFormations(app)).toEqual([{ ...web, at: NOW + 2 }]);

      // A sighting from before the stop proves nothing, nor does another process type.
      await actionStore.forgetFormations(app, [{ processType: 'web', since: NOW + 2 }], NOW + 3);
      await actionStore.forgetFormations(app, [{ processType: 'worker', since: NOW + 9 }], NOW + 9);
      expect(await actionStore.savedFormations(app)).toHaveLength(1);
      await actionStore.forgetFormations(app, [{ processType: 'web', since: NOW + 3 }], NOW + 3);
      expect(await actionStore.savedFormations(app)).toEqual([]);

      await stop(web, NOW + 4);
      await carryOut({ kind: 'restore' }, NOW + 5);
      expect(await actionStore.savedFormations(app)).toEqual([]);
    });

    it('reports each audit line once it is committed, and none of a transaction that rolled back', async () => {
      const told: AuditLine[] = [];
      const telling = createActionStore(db, null, (line) => told.push(line));
      const proposed = await telling.propose(draft());
      if (!proposed.ok) throw new Error('there is a live one');
      await telling.propose(draft({ askedBy: 'U2' }));
      await telling.approve(proposed.action.id, 'U2', false, NOW + 1);
      expect(told).toEqual(await readAudit(db.sql));
      expect(told.map(({ event }) => event)).toEqual(['proposed', 'approved']);
      expect(anchorOf(told[1] as AuditLine)).toEqual({
        seq: 2,
        event: 'approved',
        who: 'U2',
        action: proposed.action.id,
        hash: told[1]?.hash.slice(0, 32),
      });
    });

    it('begins a decision of the terminal in one row and supersedes the proposal in Slack, or does neither', async () => {
      const live = await proposeOne({ kind: 'restart' });
      const at = (kind: Action['kind']) => draft({ kind, origin: 'terminal', askedBy: 'terminal u@h' });
      const begun = await actionStore.begin(at('restart'), NOW + 1);
      expect(begun).toMatchObject({
        ok: true,
        action: { state: 'approved', decidedAt: NOW + 1, approvals: [] },
      });
      expect(await actionStore.find(live.id)).toMatchObject({ state: 'superseded', endedAt: NOW + 1 });
      const other = await proposeOne({ kind: 'rollback' });
      expect(await actionStore.begin(at('rollback'), NOW + 2)).toMatchObject({
        ok: false,
        other: { kind: 'restart' },
      });
      expect(await actionStore.find(other.id)).toMatchObject({ state: 'proposed' });
      const stops = await Promise.all([1, 2, 3].map(() => actionStore.begin(at('stop'), NOW + 3)));
      expect(stops.filter(({ ok }) => ok)).toHaveLength(1);
      expect(proveLedger(await copyLedger(db), []).faults).toEqual([]);
    });

    it('names a row that does not fit its kind, and its fault', async () => {
      const { id } = await proposeOne({ kind: 'resize' });
      await db.sql(`update actions set params = '{"app": "x", "processType": 7}' where id = $1`, [id]);
      await expect(actionStore.find(id)).rejects.toThrow(
        new RegExp(`^the action ${id} \\(resize\\) cannot be read: .*params\\.processType: .*string`),
      );
      // The others are still seen, and it does not block a stop.
      const stop = await proposeOne({ kind: 'stop' });
      expect((await actionStore.open()).map((one) => one.id)).toEqual([stop.id]);
      expect(await actionStore.approve(stop.id, 'U2', false, NOW + 1)).toMatchObject({ ok: true });
      // An unreadable row that blocks a proposal is named: nobody retries for ever.
      await expect(actionStore.propose(draft({ kind: 'resize' }))).rejects.toThrow(
        `the action ${id} (resize) cannot`,
      );
    });

    it('chains the audit, and refuses to change it', async () => {
      const { id } = await proposeOne();
      await actionStore.approve(id, 'U2', false, NOW + 1);
      await actionStore.note(null, 'refused', 'U9', { why: 'guest', list: [1, { b: 2, a: null }] }, NOW + 2);
      expect(walkChain(await readAudit(db.sql))).toMatchObject({ faults: [], lines: 3 });
      await expect(db.sql(`update audit set who = 'U7' where seq = 2`)).rejects.toThrow('append-only');
      await expect(db.sql('delete from audit')).rejects.toThrow('append-only');
      await expect(db.sql('truncate audit')).rejects.toThrow('append-only');

      const lines = await readAudit(db.sql);
      const changed = lines.map((line) => (line.seq === 2 ? { ...line, who: 'U7' } : line));
      expect(walkChain(changed).faults).toEqual([{ seq: 2, words: 'line 2 was changed' }]);
      // Rewritten with a hash of its own, it does not match the line after it.
      const [first, second, ...after] = lines;
      if (!first || !second) throw new Error('too few lines');
      const forged = [first, lineAfter(first, { ...second, who: 'U7' }), ...after];
      expect(walkChain(forged).faults).toEqual([{ seq: 3, words: 'line 3 does not follow the one before' }]);
      const begun = lineAfter({ seq: 0, hash: 'f'.repeat(64) }, first);
      expect(walkChain([begun]).faults).toMatchObject([{ seq: 1 }]);
      expect(walkChain(lines.filter(({ seq }) => seq !== 2)).faults).toMatchObject([{ seq: 2 }]);
      expect(walkChain(lines.toReversed()).faults[0]).toMatchObject({ seq: 1 });
    });
  });
});

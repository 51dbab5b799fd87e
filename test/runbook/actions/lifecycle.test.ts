import { describe, expect, it } from 'vitest';
import { applyStep, type Effect, propose } from '../../../src/runbook/actions/lifecycle.ts';
import { countApproval, rightOfWay } from '../../../src/runbook/actions/right-of-way.ts';
import { TRANSITIONS } from '../../../src/runbook/actions/transitions.ts';
import { type Action, type ActionState, ENDED } from '../../../src/runbook/model/action.ts';
import { draft, NOW } from '../../support/draft.ts';

const outcome = { words: 'Seen.', evidence: ['a line'], next: [], manualCommand: null };
const action = (more: Partial<Action> = {}): Action => ({ ...propose('id', draft()).row, ...more });
const effectsOf = (applied: { readonly effects: readonly Effect[] } | null) => applied?.effects ?? [];

describe('the transitions', () => {
  const all: readonly { readonly from: readonly ActionState[]; readonly to: ActionState }[] =
    Object.values(TRANSITIONS);

  it('send only approved actions, and never revive an ended one', () => {
    const begin = all.filter(({ from, to }) => to === 'executing' && !from.includes('executing'));
    expect(begin.map(({ from }) => from)).toEqual([['approved']]);
    const revived = all.filter(({ from, to }) => from.some((state) => ENDED.has(state)) && !ENDED.has(to));
    expect(revived).toEqual([]);
  });

  it('reach every state', () => {
    expect(new Set(all.map(({ to }) => to))).toEqual(
      new Set(['proposed', 'approved', 'executing', ...ENDED]),
    );
  });
});

describe('a step', () => {
  it('is refused from another state, or when the row has changed since it was read', () => {
    const send = { name: 'send', at: NOW, progress: {} } as const;
    expect(applyStep(action(), send)).toBeNull();
    const fail = { name: 'fail', at: NOW, outcome } as const;
    const executing = action({ state: 'executing', revision: 4 });
    expect(applyStep(executing, { ...fail, revision: 3 })).toBeNull();
    expect(applyStep(executing, { ...fail, revision: 4 })).toMatchObject({
      row: { state: 'failed', endedAt: NOW, outcome, revision: 5 },
      audit: { event: 'failed', who: 'bot', at: NOW, detail: { words: 'Seen.', evidence: ['a line'] } },
    });
  });

  it('that completes the approval draws the card and has the action executed', () => {
    const counted = countApproval(action(), { who: 'U2', isSelf: false, words: '' }, NOW);
    expect(effectsOf(counted.ok ? applyStep(action(), counted.step) : null)).toEqual([
      { kind: 'draw', at: null },
      { kind: 'run', job: 'execute', at: null },
    ]);
  });

  it('that ends a deploy badly is posted to the channel, and any other only to its thread', () => {
    const lose = { name: 'lose', at: NOW, revision: 0, outcome } as const;
    const told = (kind: Action['kind']) =>
      effectsOf(applyStep(action({ kind, state: 'executing' }), lose)).filter((one) => one.kind === 'tell');
    expect(told('deploy')).toEqual([{ kind: 'tell', everybody: true }]);
    expect(told('restart')).toEqual([{ kind: 'tell', everybody: false }]);
  });

  it('keeps what a stop takes, once: when it is accepted, or when it may have taken effect after all', () => {
    const kept = { kind: 'keep_formation', formation: { processType: 'web', quantity: 1, size: 'Basic' } };
    const stop = action({ state: 'executing' });
    const accepted = applyStep(stop, { name: 'accept', at: NOW, revision: 0, progress: { answered: true } });
    expect(effectsOf(accepted)).toContainEqual(kept);
    const ends = { at: NOW, outcome, progress: {}, watchUntil: null } as const;
    const again = accepted && applyStep(accepted.row, { ...ends, name: 'succeed', revision: 1 });
    expect(effectsOf(again)).not.toContainEqual(kept);
    expect(effectsOf(applyStep(stop, { ...ends, name: 'time_out', revision: 0 }))).toContainEqual(kept);
    expect(effectsOf(applyStep(stop, { ...ends, name: 'lose', revision: 0 }))).not.toContainEqual(kept);
  });
});

describe('the right of way', () => {
  it('lets a stop overtake changes that were not sent, and wait only for another stop', () => {
    const approved = action({ kind: 'restart', state: 'approved' });
    const sent = action({ kind: 'resize', state: 'executing' });
    expect(rightOfWay('stop', [approved, sent])).toEqual({ ok: true, overtaken: [approved] });
    const stop = action({ state: 'executing' });
    expect(rightOfWay('stop', [approved, stop])).toEqual({ ok: false, other: stop });
    expect(rightOfWay('restart', [stop])).toEqual({ ok: true, overtaken: [] });
  });

  it('makes every other change wait for one that holds the target, but not for a deploy at its gate', () => {
    const deploy = action({ kind: 'deploy', state: 'executing', holds: false });
    expect(rightOfWay('restart', [deploy])).toEqual({ ok: true, overtaken: [] });
    const holding = { ...deploy, holds: true };
    expect(rightOfWay('restart', [deploy, holding])).toEqual({ ok: false, other: holding });
  });

  it('counts a person once, decides with the last approval needed, and counts none after expiry', () => {
    const by = (who: string) => ({ who, isSelf: false, words: '' });
    const asked = action({ approvalsNeeded: 2 });
    const first = countApproval(asked, by('U2'), NOW);
    expect(first).toMatchObject({ ok: true, step: { name: 'count_approval' } });
    const counted = first.ok ? applyStep(asked, first.step) : null;
    expect(counted?.audit).toMatchObject({ event: 'approval', detail: { given: 1, needed: 2 } });
    const row = counted?.row ?? asked;
    expect(countApproval(row, by('U2'), NOW)).toEqual({ ok: false, why: 'twice' });
    expect(countApproval(row, by('U3'), NOW)).toMatchObject({ ok: true, step: { name: 'approve' } });
    expect(countApproval(row, by('U3'), row.expiresAt)).toEqual({ ok: false, why: 'not_proposed' });
  });
});

import { describe, expect, it } from 'vitest';
import {
  applyIncidentStep,
  applyIncidentSteps,
  type IncidentApplied,
} from '../../../src/runbook/incidents/lifecycle.ts';
import { applyLook } from '../../../src/runbook/incidents/look-outcome.ts';
import { INCIDENT_TRANSITIONS, type Unopened } from '../../../src/runbook/incidents/transitions.ts';
import { NO_CHANGES } from '../../../src/runbook/model/change.ts';
import type { OpenWake, Wake } from '../../../src/runbook/model/incident.ts';
import { NOW } from '../../support/evidence.ts';
import { incident, MINUTE, memory, unreachable } from '../../support/incident.ts';

const NONE: Unopened = { state: 'none', id: 'id', target: 'prod', app: 'raxx-api-prod' };
const { picture } = incident();
const call: Wake = { cause: { kind: 'hand', id: 'h1' }, reason: 'logins fail', dueAt: NOW };
const called: OpenWake = { ...call, since: NOW, toldAt: null, overAt: null };
const failedRun: Wake = {
  cause: { kind: 'condition', condition: 1, about: '9' },
  reason: 'a run failed',
  dueAt: NOW,
};
const NOTHING: ReadonlySet<string> = new Set();

const events = (applied: IncidentApplied | null) => applied?.lines.map(({ event }) => event);
const words = (applied: IncidentApplied | null) => applied?.lines.map(({ detail }) => detail.words);
const look = { over: [], wakes: [] };

describe('the transitions of an incident', () => {
  it('open it once, and bring it back only by failing again', () => {
    const all = Object.entries(INCIDENT_TRANSITIONS);
    const leading = (from: string, to: string) =>
      all
        .filter(([, one]) => one.to === to && one.from.some((state) => state === from))
        .map(([name]) => name);
    expect(leading('none', 'open')).toEqual(['open', 'escalate']);
    expect(leading('resolved', 'open')).toEqual(['reopen']);
    expect(leading('open', 'resolved')).toEqual(['resolve', 'close']);
  });
});

describe('a step of an incident', () => {
  it('is refused in another state', () => {
    const resolved = incident({ state: 'resolved' });
    expect(applyIncidentStep(resolved, { name: 'acknowledge', at: NOW, who: 'U1' })).toBeNull();
    expect(applyIncidentStep(incident(), { name: 'reopen', at: NOW, picture })).toBeNull();
    expect(applyIncidentStep(NONE, { name: 'close', at: NOW, who: 'U1' })).toBeNull();
  });

  it('is refused where it would change nothing', () => {
    const acknowledged = incident({ acknowledged: { by: 'U2', at: NOW } });
    expect(applyIncidentStep(acknowledged, { name: 'acknowledge', at: NOW, who: 'U1' })).toBeNull();
    expect(applyIncidentStep(incident(), { name: 'close', at: NOW, who: 'U1' })).toBeNull();
    const well = incident({ wellSince: NOW - 1 });
    expect(applyIncidentStep(well, { name: 'recover', at: NOW, since: NOW })).toBeNull();
  });

  it('pages only from the row that was read', () => {
    const page = { name: 'page', at: NOW, wakes: [unreachable], keepsOwner: true, words: 'Down.' } as const;
    const open = incident({ wakes: [unreachable], acknowledged: { by: 'U1', at: NOW } });
    expect(applyIncidentStep(open, { ...page, revision: open.revision - 1 })).toBeNull();
    expect(applyIncidentStep(open, { ...page, revision: open.revision })).toMatchObject({
      row: { pings: 1, lastPingAt: NOW, acknowledged: { by: 'U1' }, revision: open.revision + 1 },
      lines: [
        {
          event: 'pinged',
          effects: [
            { kind: 'ping', to: 'channel' },
            { kind: 'ping', to: 'person' },
          ],
        },
      ],
      effects: [{ kind: 'draw' }],
    });
    const again = applyIncidentStep(open, { ...page, revision: open.revision, keepsOwner: false });
    expect(again?.row.acknowledged).toBeNull();
  });

  it('draws nothing when a look sees what the card says already', () => {
    const seen = { ...picture, at: NOW };
    const applied = applyIncidentStep(incident(), { name: 'update', at: NOW, picture: seen, isOff: false });
    expect(applied).toMatchObject({ row: { picture: { at: NOW }, revision: 3 }, lines: [], effects: [] });
  });

  it('counts another failure after a recovery, and says when the failure is another one', () => {
    const well = incident({ wellSince: NOW - MINUTE });
    const other = { ...picture, failure: { kind: 'mode', id: 'B', code: 'R14' }, title: 'Memory' } as const;
    const applied = applyIncidentStep(well, { name: 'update', at: NOW, picture: other, isOff: false });
    expect(applied?.row).toMatchObject({ failures: 2, wellSince: null, picture: { title: 'Memory' } });
    expect(words(applied)).toEqual(['Now: Memory']);
  });

  it('says in its line how long the outage was and how often the app went down', () => {
    const { since } = incident();
    const flapped = incident({ failures: 3 });
    const applied = applyIncidentStep(flapped, { name: 'resolve', at: NOW, wellSince: since + 9 * MINUTE });
    expect(words(applied)).toEqual(['healthy on two checks. Outage: 9 min. It went down 3 times.']);
  });

  it('counts the outage from the first failure in the log, when that is before the first sighting', () => {
    const { since } = incident();
    const onset = { lastWell: null, firstFailing: since - 4 * MINUTE, by: 'log' } as const;
    const found = incident({ changes: { ...NO_CHANGES, state: 'failing', onset } });
    const applied = applyIncidentStep(found, { name: 'resolve', at: NOW, wellSince: since + 9 * MINUTE });
    expect(words(applied)).toEqual(['healthy on two checks. Outage: 13 min.']);
  });

  it('ends every condition with the incident', () => {
    const stop = { by: 'U1', at: NOW, reason: null };
    const open = incident({ stopped: stop, wakes: [unreachable, memory] });
    const closed = applyIncidentStep(open, { name: 'close', at: NOW, who: 'U1' });
    expect(closed?.row).toMatchObject({ state: 'resolved', wakes: [{ overAt: NOW }, { overAt: NOW }] });
    expect(events(closed)).toEqual(['closed']);
  });

  it('marks a call by hand as such, with the reason alone as its words', () => {
    const step = { name: 'escalate', at: NOW, who: 'U1', wake: call, picture } as const;
    const opened = applyIncidentStep(NONE, step);
    expect(opened).toMatchObject({
      row: { id: 'id', state: 'open', wakes: [{ cause: call.cause }] },
      lines: [{ event: 'opened', who: 'U1', detail: { words: 'logins fail', byHand: true } }],
      effects: [{ kind: 'draw' }, { kind: 'page', at: NOW }],
    });
    expect(events(applyIncidentStep(incident(), step))).toEqual(['escalated']);
    const met = applyIncidentStep(NONE, { ...step, who: 'bot', wake: failedRun });
    expect(met?.lines[0]?.detail).toEqual({ words: 'a run failed' });
  });
});

describe('an escalation condition', () => {
  const count = (open: ReturnType<typeof incident>, wakes: readonly Wake[], heard = NOTHING) =>
    applyIncidentStep(open, { name: 'count_conditions', at: NOW, wakes, heard });

  it('may become due earlier, never later, and takes the current reason', () => {
    const open = incident({ wakes: [memory] });
    const sooner = count(open, [{ ...memory, dueAt: memory.dueAt - 1, reason: 'sooner' }]);
    expect(sooner?.row.wakes).toEqual([{ ...memory, dueAt: memory.dueAt - 1, reason: 'sooner' }]);
    const later = count(open, [{ ...memory, dueAt: memory.dueAt + 1 }]);
    expect(later?.row.wakes).toEqual([memory]);
    expect(later).toMatchObject({ row: { revision: 3 }, effects: [] });
  });

  it('that names a run is counted once, in whichever incident it was', () => {
    expect(count(incident(), [failedRun], new Set(['1:9']))?.row.wakes).toEqual([]);
    expect(count(incident(), [failedRun])?.row.wakes).toHaveLength(1);
    const over = incident({ wakes: [{ ...memory, overAt: NOW - 1 }] });
    expect(count(over, [memory], new Set(['2']))?.row.wakes).toHaveLength(2);
  });

  it('posts that its timer runs, and not what an end of the incident says already', () => {
    expect(events(count(incident(), [{ ...memory, dueAt: NOW + MINUTE }]))).toEqual(['counting']);
    expect(events(count(incident(), [{ ...memory, dueAt: NOW }]))).toEqual([]);
    const end = { name: 'end_conditions', at: NOW, keys: ['2', '4'] } as const;
    const open = incident({ wakes: [memory, unreachable] });
    expect(words(applyIncidentStep(open, { ...end, isSaid: false }))).toEqual([
      'No longer met: condition 2, R14 (memory) or repeated R10 (boot timeout).',
      'No longer met: condition 4, app unreachable while Heroku is green.',
    ]);
    expect(events(applyIncidentStep(open, { ...end, isSaid: true }))).toEqual([]);
  });
});

describe('several steps', () => {
  it('draw the card once, and leave out those that do not fit', () => {
    const applied = applyIncidentSteps(NONE, [
      { name: 'open', at: NOW, since: NOW - MINUTE, wellBefore: null, picture, lastHour: null },
      { name: 'reopen', at: NOW, picture },
      { name: 'count_conditions', at: NOW, wakes: [{ ...memory, dueAt: NOW + MINUTE }], heard: NOTHING },
    ]);
    expect(events(applied)).toEqual(['opened', 'counting']);
    expect(applied?.effects).toEqual([{ kind: 'draw' }, { kind: 'page', at: NOW + MINUTE }]);
    expect(applied?.before).toBe(NONE);
  });
});

describe('a look at an incident that changed meanwhile', () => {
  const resolve = { name: 'resolve', at: NOW, wellSince: NOW - MINUTE } as const;

  it('does not resolve it once someone has called and was not heard', () => {
    const applied = applyLook(
      incident({ wakes: [called] }),
      NONE,
      { ...look, incident: resolve },
      NOTHING,
      NOW,
    );
    expect(applied?.row).toMatchObject({ state: 'open', wellSince: NOW - MINUTE, wakes: [{ overAt: null }] });
    const heard = incident({ wakes: [called], acknowledged: { by: 'U1', at: NOW } });
    expect(applyLook(heard, NONE, { ...look, incident: resolve }, NOTHING, NOW)?.row.state).toBe('resolved');
  });

  it('updates the one that someone opened, as there is one open incident per target', () => {
    const open = { name: 'open', at: NOW, since: NOW, wellBefore: null, picture, lastHour: null } as const;
    const applied = applyLook(
      incident(),
      NONE,
      { incident: open, over: [], wakes: [unreachable] },
      NOTHING,
      NOW,
    );
    expect(applied?.row).toMatchObject({ id: incident().id, wakes: [{ cause: unreachable.cause }] });
  });

  it('leaves one alone that someone closed', () => {
    const update = { name: 'update', at: NOW, picture, isOff: false } as const;
    const closed = incident({ state: 'resolved' });
    expect(applyLook(closed, NONE, { incident: update, over: [], wakes: [memory] }, NOTHING, NOW)).toBeNull();
  });
});

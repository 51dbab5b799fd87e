/** The store of incidents applies the lifecycle faithfully: checked against the pure table over random lives. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncidentStore } from '../../src/operations/ports/incident-store.ts';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import type { LookedStep } from '../../src/runbook/incidents/watch-step.ts';
import { NO_CHANGES } from '../../src/runbook/model/change.ts';
import {
  type Incident,
  type Picture,
  type Wake,
  type WakeCause,
  wakeKey,
} from '../../src/runbook/model/incident.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore, type IncidentJobs } from '../../src/store/incidents/incident-store.ts';
import { DATABASES } from '../support/databases.ts';
import { NOW } from '../support/evidence.ts';
import { hourBefore, incident } from '../support/incident.ts';
import { type IncidentModel, modelIncidents } from '../support/incident-model.ts';
import { LONG } from '../support/long.ts';

const RUNS = LONG === null ? 200 : 15;
const MINUTE = 60_000;

const { picture: down } = incident();
const PICTURES: readonly Picture[] = [
  down,
  {
    ...down,
    verdict: 'degraded',
    failure: { kind: 'mode', id: 'B', code: 'R14' },
    title: 'Memory',
    error: null,
  },
  { ...down, evidence: [...down.evidence, 'another line'] },
  {
    ...down,
    verdict: 'healthy',
    failure: { kind: 'condition', condition: 1, about: '9' },
    title: 'A failed run',
  },
];

const CAUSES: readonly WakeCause[] = [
  { kind: 'condition', condition: 1, about: '9' },
  { kind: 'condition', condition: 2, about: null },
  { kind: 'condition', condition: 3, about: '1' },
  { kind: 'condition', condition: 4, about: null },
  { kind: 'dark' },
];

const wake = fc.record({
  cause: fc.constantFrom(...CAUSES),
  reason: fc.constantFrom('one reason', 'another reason'),
  dueIn: fc.constantFrom(0, 10 * MINUTE, 30 * MINUTE),
});
const wakes = fc.uniqueArray(wake, { maxLength: 3, selector: ({ cause }) => wakeKey(cause) });

const looked = fc.record({
  does: fc.constant('look' as const),
  kind: fc.constantFrom('open', 'reopen', 'update', 'update', 'recover', 'stop', 'resolve', null),
  picture: fc.constantFrom(...PICTURES),
  isOff: fc.boolean(),
  wakes,
  over: fc.subarray(CAUSES.map(wakeKey)),
});
const asked = fc.record({
  does: fc.constantFrom(
    'escalate',
    'wakeOnce',
    'acknowledge',
    'close',
    'note',
    'changes',
    'snooze',
    'wakeUp',
  ),
  picture: fc.constantFrom(...PICTURES),
  wake,
});
const paged = fc.record({
  does: fc.constant('page' as const),
  isStale: fc.boolean(),
  keepsOwner: fc.boolean(),
});
type Turn =
  | (typeof looked extends fc.Arbitrary<infer T> ? T : never)
  | (typeof asked extends fc.Arbitrary<infer T> ? T : never)
  | (typeof paged extends fc.Arbitrary<infer T> ? T : never);

const life: fc.Arbitrary<readonly Turn[]> = fc.array(fc.oneof(looked, asked, paged), {
  minLength: 3,
  maxLength: 14,
});

function stepOf({ kind, picture, isOff }: Extract<Turn, { does: 'look' }>, at: number): LookedStep | null {
  const seen = { ...picture, at };
  switch (kind) {
    case 'open':
      return {
        name: 'open',
        at,
        since: at - MINUTE,
        wellBefore: at - 2 * MINUTE,
        picture: seen,
        lastHour: isOff ? null : hourBefore(at),
      };
    case 'reopen':
      return { name: 'reopen', at, picture: seen };
    case 'update':
      return { name: 'update', at, picture: seen, isOff };
    case 'recover':
      return { name: 'recover', at, since: at - MINUTE };
    case 'stop':
      return { name: 'stop', at, stop: { by: 'U1', at, reason: 'it burns' } };
    case 'resolve':
      return { name: 'resolve', at, wellSince: at - MINUTE };
    case null:
      return null;
  }
}

const dueOf = (
  { cause, reason, dueIn }: { cause: WakeCause; reason: string; dueIn: number },
  at: number,
): Wake => ({
  cause,
  reason,
  dueAt: at + dueIn,
});

/** What can be compared: ids and hashes are made by the database, and conditions of one moment have no order. */
function seenOf({ id: _id, trail, wakes: conditions, ...row }: Incident) {
  return {
    ...row,
    wakes: conditions.toSorted(
      (one, other) => one.since - other.since || order(one).localeCompare(order(other)),
    ),
    trail: trail.map(({ event, who, at, words, byHand }) => ({ event, who, at, words, byHand })),
  };
}
const order = ({ cause, overAt }: Incident['wakes'][number]) => `${wakeKey(cause)} ${overAt ?? ''}`;

describe.each(DATABASES)('the store of incidents on $name', ({ skip, open }) => {
  describe.skipIf(skip !== null)(skip ?? 'with a database', () => {
    let db: Db;
    let lives = 0;
    beforeAll(async () => {
      db = await open();
    });
    afterAll(() => db.close());

    it('leads to the rows, timelines and jobs that the pure table says', { timeout: 240_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(life, async (turns) => {
          lives += 1;
          const target = `target-${lives}`;
          const sent: string[] = [];
          const store = createIncidentStore(db, recording(sent));
          const model = modelIncidents(target, 'app');
          for (const [index, turn] of turns.entries())
            await play(turn, { store, model, target, at: NOW + index * MINUTE });
          const found = (await store.recent(50, target)).toReversed();
          expect(found.map(seenOf)).toEqual(model.incidents.map(seenOf));
          expect(sent).toEqual(model.sent);
        }),
        { numRuns: RUNS },
      );
    });
  });
});

function recording(sent: string[]): IncidentJobs {
  return {
    askForLook: async () => {},
    askForLooks: async () => {},
    enqueue: async (sql, name, data, _target, startAt) => {
      if (name === 'draw_incident') sent.push('draw');
      if (name === 'page') sent.push(`page ${startAt}`);
      if (name === 'ping' && 'to' in data) sent.push(`ping ${data.to}`);
      if (name === 'tell_incident' && 'seq' in data) {
        const [line] = await sql('select event from audit where seq = $1', [data.seq]);
        sent.push(`tell ${line?.event}`);
      }
    },
  };
}

interface Playing {
  readonly store: IncidentStore;
  readonly model: IncidentModel;
  readonly target: string;
  readonly at: number;
}

/** The same turn in both. */
async function play(turn: Turn, { store, model, target, at }: Playing): Promise<void> {
  const newest = await store.newest(target);
  if (turn.does === 'look') {
    const step = {
      incident: stepOf(turn, at),
      over: turn.over,
      wakes: turn.wakes.map((one) => dueOf(one, at)),
    };
    const { revision, asked: requests } = await store.watchOf(target);
    const done = { target, app: 'app', revision, at, asked: requests, saw: true };
    const memory = { ...NOTHING_KNOWN, severity: at % 7 };
    await store.keep(done, { ...step, memory, notices: [], sight: [], endSnooze: false });
    return model.look(step, at);
  }
  if (turn.does === 'page') {
    if (!newest) return;
    const revision = turn.isStale ? newest.revision + 1 : newest.revision;
    const page = { wakes: newest.wakes.slice(0, 1), keepsOwner: turn.keepsOwner };
    await store.ping({ ...newest, revision }, page, 'Wake up.', at);
    return model.take({ name: 'page', at, ...page, revision, words: 'Wake up.' });
  }
  const { picture } = turn;
  const called: Wake = { cause: { kind: 'hand', id: `call ${at}` }, reason: 'logins fail', dueAt: at };
  const met = dueOf(turn.wake, at);
  const who = 'U1';
  switch (turn.does) {
    case 'escalate':
      await store.wake(target, 'app', called, picture, who, at);
      return model.take({ name: 'escalate', at, wake: called, picture, who });
    case 'wakeOnce':
      await store.wakeOnce(target, 'app', met, picture, at);
      return model.wakeOnce(met, { name: 'escalate', at, wake: met, picture, who: 'bot' });
    case 'snooze':
      await store.snooze(target, { until: at + MINUTE, by: who, at, severity: 1 });
      return model.take({ name: 'snooze', at, who, until: at + MINUTE });
    case 'wakeUp': {
      const isSnoozed = (await store.snoozeOf(target, 0)) !== null;
      await store.endSnooze(target, who, 'ended_by_person', at);
      return isSnoozed ? model.take({ name: 'end_snooze', at }) : undefined;
    }
  }
  if (!newest) return;
  switch (turn.does) {
    case 'acknowledge':
      await store.acknowledge(newest.id, who, at);
      return model.take({ name: 'acknowledge', at, who });
    case 'close':
      await store.close(newest.id, who, at);
      return model.take({ name: 'close', at, who });
    case 'note':
      await store.note(newest.id, who, 'it was the queue', at);
      return model.take({ name: 'note', at, who, words: 'it was the queue' });
    case 'changes':
      await store.keepChanges(newest.id, NO_CHANGES, null, at);
      return model.take({ name: 'keep_changes', at, changes: NO_CHANGES, words: null });
  }
}

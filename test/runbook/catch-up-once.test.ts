/** A catch-up of a ledger with every kind of entry: each event of the window is shown once, and nothing else is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catchUp, MOST_LINES, type Past } from '../../src/runbook/catchup/catch-up.ts';
import type { Action, ActionState } from '../../src/runbook/model/action.ts';
import { ENDED } from '../../src/runbook/model/action.ts';
import { type ChangeReport, NO_CHANGES } from '../../src/runbook/model/change.ts';
import type { Incident } from '../../src/runbook/model/incident.ts';
import type { IncidentEvent } from '../../src/runbook/model/timeline.ts';
import { phraseText } from '../../src/runbook/text/phrase.ts';
import { SUSPECT } from '../support/changes.ts';
import { incident, rollback } from '../support/incident.ts';

const MINUTES = 500;
const minute = fc.integer({ min: 0, max: MINUTES });

/** Something that a catch-up shows. `mark` is found in exactly one line if the event is in the window. */
interface Expected {
  readonly mark: string;
  readonly at: readonly number[];
  /** True for an event that has not ended, which is shown however old it is. */
  readonly isOpen: boolean;
  /** True for an event that shares the line of another one. */
  readonly isBeside?: boolean;
}

interface Entry {
  readonly past: Partial<Past>;
  readonly expected: readonly Expected[];
  /** Marks of bookkeeping, which no line shows. */
  readonly hidden: readonly string[];
}

type EntryOf = (name: string) => Entry;

const STATES: readonly ActionState[] = ['proposed', 'approved', 'executing', ...ENDED];

const actionEntry = fc.record({ state: fc.constantFrom(...STATES), at: minute }).map(
  ({ state, at }): EntryOf =>
    (name) => {
      const isOpen = !ENDED.has(state);
      const events = [...new Set(['proposed', ...(state === 'proposed' ? [] : ['approved', state])])];
      const trail = events.map((event, index): Action['trail'][number] => ({
        seq: index,
        event,
        who: 'U0KRIS001',
        at: at + index,
        hash: 'aaaa',
        words: null,
      }));
      const endedAt = isOpen ? null : at + events.length - 1;
      const plan = { ...rollback().plan, title: `Roll back ${name}` };
      const action = rollback({ id: name, state, plan, askedAt: at, endedAt, trail });
      return {
        past: { actions: [action] },
        expected: [{ mark: name, at: trail.map((line) => line.at), isOpen }],
        hidden: [],
      };
    },
);

const SHOWN = ['escalated', 'noted', 'reopened', 'resolved', 'changed', 'acknowledged', 'closed'];
const SHOWN_ELSEWHERE = ['pinged', 'changes'];
const BOOKKEEPING = ['counting', 'over', 'stopped', 'snoozed'];

const incidentEntry = fc
  .record({
    state: fc.constantFrom<Incident['state']>('open', 'resolved'),
    at: minute,
    byHand: fc.boolean(),
    lines: fc.array(
      fc.record({
        event: fc.constantFrom(...SHOWN, ...SHOWN_ELSEWHERE, ...BOOKKEEPING),
        at: minute,
        byHand: fc.boolean(),
      }),
      { maxLength: 8 },
    ),
  })
  .map(
    ({ state, at, byHand, lines }): EntryOf =>
      (name) => {
        const isOpen = state === 'open';
        const opened: IncidentEvent = {
          ...{ seq: 0, event: 'opened', at, hash: 'aaaa', byHand },
          ...(byHand ? { who: `U${name}`, words: `${name}opened` } : { who: 'bot', words: 'down' }),
        };
        const trail = lines.map((line, index): IncidentEvent => {
          const isByHand = line.event === 'escalated' && line.byHand;
          const hasNoWords = line.event === 'acknowledged' || line.event === 'closed';
          const mark = `${name}line${index}end`;
          return {
            ...{ seq: index + 1, event: line.event, at: line.at, hash: 'aaaa', byHand: isByHand },
            who: hasNoWords ? mark : isByHand || line.event === 'noted' ? 'U0KRIS001' : 'bot',
            words: hasNoWords ? null : mark,
          };
        });
        const timesOf = (kind: string) => trail.filter(({ event }) => event === kind).map((line) => line.at);
        const reports = timesOf('changes');
        const changes: ChangeReport = {
          ...NO_CHANGES,
          state: 'failing',
          list: [{ ...SUSPECT, what: `${name}change` }],
        };
        const base = incident();
        const picture = { ...base.picture, error: `${name}opened` };
        const target = `${name}target`;
        const marksOf = (kinds: readonly string[]) =>
          trail.flatMap(({ event, who, words, at: when }) =>
            kinds.includes(event) ? [{ mark: words ?? who, at: [when], isOpen: false }] : [],
          );
        return {
          past: {
            incidents: [
              incident({
                ...{ id: name, target, state, openedAt: at, picture, trail: [opened, ...trail] },
                changes: reports.length === 0 ? null : changes,
              }),
            ],
          },
          expected: [
            { mark: `${name}opened`, at: [at], isOpen },
            ...marksOf(SHOWN),
            { mark: `${target}: operator paged`, at: timesOf('pinged'), isOpen: false },
            ...(reports.length === 0
              ? []
              : [{ mark: `${name}change`, at: [at, ...reports], isOpen, isBeside: true }]),
          ],
          hidden: marksOf([...SHOWN_ELSEWHERE, ...BOOKKEEPING]).map(({ mark }) => mark),
        };
      },
  );

const quietEntry = fc
  .record({ at: minute, kind: fc.constantFrom('snoozed', 'snooze_ended', 'got_worse') })
  .map(
    ({ at, kind }): EntryOf =>
      (name) => {
        const who = kind === 'got_worse' ? 'bot' : `U${name}`;
        const of = { target: 'prod', who, at };
        const quiet =
          kind === 'snoozed'
            ? ({ ...of, kind, until: at + 60 } as const)
            : ({ ...of, kind: 'snooze_ended', words: `It got worse: U${name}` } as const);
        return {
          past: { quiet: [quiet] },
          expected: [{ mark: `U${name}`, at: [at], isOpen: false }],
          hidden: [],
        };
      },
  );

const noticeEntry = minute.map(
  (at): EntryOf =>
    (name) => ({
      past: { noticed: [{ target: 'prod', at, words: name }] },
      expected: [{ mark: name, at: [at], isOpen: false }],
      hidden: [],
    }),
);

const ledger = fc.array(fc.oneof(actionEntry, incidentEntry, quietEntry, noticeEntry), { maxLength: 12 });

describe('a catch-up of a ledger with every kind of entry', () => {
  it('shows each event of the window once, oldest first, in at most twelve lines, and counts the rest', () => {
    fc.assert(
      fc.property(ledger, minute, minute, (entries, one, other) => {
        const [from, now] = [Math.min(one, other), Math.max(one, other)];
        const made = entries.map((entryOf, index) => entryOf(`e${index}x`));
        const past: Past = {
          incidents: made.flatMap(({ past: { incidents = [] } }) => incidents),
          actions: made.flatMap(({ past: { actions = [] } }) => actions),
          quiet: made.flatMap(({ past: { quiet = [] } }) => quiet),
          noticed: made.flatMap(({ past: { noticed = [] } }) => noticed),
        };
        const { shown, more } = catchUp(past, from, now);
        const lines = shown.map(({ target, words }) => `${target}: ${phraseText(words)}`);
        const timesShown = (mark: string) => lines.join('\n').split(mark).length - 1;
        const all = made.flatMap(({ expected }) => expected);
        const isInside = ({ at, isOpen }: Expected) =>
          isOpen || at.some((when) => when >= from && when <= now);
        const inside = all.filter(isInside);

        expect(shown.map(({ at }) => at)).toEqual(shown.map(({ at }) => at).toSorted((a, b) => a - b));
        expect(1 + lines.length + (more === 0 ? 0 : 1)).toBeLessThanOrEqual(MOST_LINES);
        for (const { mark } of all.filter((event) => !isInside(event))) expect(timesShown(mark)).toBe(0);
        for (const mark of made.flatMap(({ hidden }) => hidden)) expect(timesShown(mark)).toBe(0);
        if (more === 0) for (const { mark } of inside) expect([mark, timesShown(mark)]).toEqual([mark, 1]);
        for (const { mark } of inside) expect(timesShown(mark)).toBeLessThanOrEqual(1);
        const own = inside.filter(({ isBeside }) => !isBeside).length;
        const beside = lines.filter((line) => /^e\d+xtarget: Changed: /.test(line)).length;
        if (more === 0) expect(lines.length).toBe(own + beside);
        else expect(lines.length).toBe(MOST_LINES - 2);
      }),
      { numRuns: 400 },
    );
  });
});

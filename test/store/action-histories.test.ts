/** The ledger in the database and the terminal's local one apply the same lifecycle: compared over random lives. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActingStore } from '../../src/operations/ports/action-store.ts';
import { type ActionStep, TRANSITIONS, type TransitionName } from '../../src/runbook/actions/transitions.ts';
import type { Action, Progress } from '../../src/runbook/model/action.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import { openAuditFile } from '../../src/store/audit/audit-file.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createLocalActionStore } from '../../src/store/terminal/local-action-store.ts';
import { DATABASES } from '../support/databases.ts';
import { draft, NOW } from '../support/draft.ts';
import { LONG } from '../support/long.ts';

const RUNS = LONG === null ? 100 : 12;

type Make = (at: number, revision: number, before: Progress) => ActionStep;

const outcome = { words: 'As it was seen.', evidence: ['a line'], next: [], manualCommand: null };
const by = 'another';
const who = 'terminal u@h';
const rule = { approvals: 1, selfApprove: false };
const approval = { who, isSelf: false, words: '', approvals: [], rule };

const MAKE: { readonly [Name in TransitionName]: Make } = {
  count_approval: (at) => ({ name: 'count_approval', at, ...approval }),
  approve: (at) => ({ name: 'approve', at, ...approval }),
  begin: (at) => ({ name: 'begin', at, who }),
  reject: (at) => ({ name: 'reject', at, who, outcome, rights: 'operator' }),
  explain: (at) => ({ name: 'explain', at, who, outcome: { ...outcome, reason: 'Not now.' } }),
  expire: (at) => ({ name: 'expire', at, outcome }),
  withdraw: (at) => ({ name: 'withdraw', at, outcome }),
  replace: (at) => ({ name: 'replace', at, who, by }),
  overtake: (at) => ({ name: 'overtake', at, who, by }),
  supersede: (at) => ({ name: 'supersede', at, outcome }),
  interrupt: (at) => ({ name: 'interrupt', at, who, outcome }),
  send: (at) => ({ name: 'send', at, progress: {} }),
  accept: (at, revision, before) => ({
    name: 'accept',
    at,
    revision,
    progress: { ...before, answered: true },
  }),
  miss_answer: (at, revision, before) => ({
    name: 'miss_answer',
    at,
    revision,
    progress: { ...before, answered: false },
    words: 'timed out',
  }),
  refuse: (at, revision) => ({ name: 'refuse', at, revision, outcome }),
  hold_back: (at) => ({ name: 'hold_back', at, outcome }),
  advance: (at, revision, before) => ({
    name: 'advance',
    at,
    revision,
    stage: 'started',
    progress: { ...before, words: 'Under way.' },
    holds: false,
  }),
  annotate: (at, _revision, progress) => ({
    name: 'annotate',
    at,
    event: 'app_stopped',
    progress,
    words: 'It was stopped.',
  }),
  succeed: (at, revision, progress) => ({
    name: 'succeed',
    at,
    revision,
    outcome,
    progress,
    watchUntil: at + 60_000,
  }),
  fail: (at, revision) => ({ name: 'fail', at, revision, outcome }),
  lose: (at, revision) => ({ name: 'lose', at, revision, outcome }),
  time_out: (at, revision) => ({ name: 'time_out', at, revision, outcome }),
  close_aftercare: (at, revision) => ({
    name: 'close_aftercare',
    at,
    revision,
    aftermath: { kind: 'held', words: 'It has held.', at, next: [] },
  }),
};

const names = Object.keys(MAKE).filter((name): name is TransitionName => name in TRANSITIONS);
const anyTurn = fc.record({
  name: fc.constantFrom(...names),
  isStale: fc.boolean(),
});
/** Random lives seldom reach an end, so most of them begin as usual. */
const life = fc
  .tuple(
    fc.constantFrom<readonly TransitionName[]>(
      [],
      ['send'],
      ['send', 'accept'],
      ['send', 'miss_answer', 'advance'],
      ['send', 'accept', 'succeed'],
    ),
    fc.array(anyTurn, { maxLength: 5 }),
  )
  .map(([usual, any]) => [...usual.map((name) => ({ name, isStale: false })), ...any]);

function seenOf({ id: _id, card: _card, trail, ...row }: Action) {
  return { ...row, trail: trail.map(({ event, who: by, at, words }) => ({ event, who: by, at, words })) };
}

describe.each(DATABASES)('the ledgers on $name', ({ skip, open }) => {
  describe.skipIf(skip !== null)(skip ?? 'with a database', () => {
    const folder = mkdtempSync(join(tmpdir(), 'raxx-histories-'));
    let db: Db;
    let lives = 0;
    beforeAll(async () => {
      db = await open();
    });
    afterAll(async () => {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('give an action the same life: the same states, audit and kept formations', {
      timeout: 120_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('stop', 'restore', 'deploy', 'restart'),
          life,
          async (kind, turns) => {
            lives += 1;
            const app = `app-${lives}`;
            const one = draft({ kind, app, target: app, origin: 'terminal', askedBy: who });
            const ledgers: readonly ActingStore[] = [
              createActionStore(db, null),
              createLocalActionStore(
                openAuditFile(join(folder, `${app}.jsonl`), (why) => {
                  throw new Error(why);
                }),
              ),
            ];
            const [inDatabase, inFile] = await Promise.all(
              ledgers.map((actionStore) => live(actionStore, one, turns)),
            );
            expect(inFile).toEqual(inDatabase);
          },
        ),
        { numRuns: RUNS },
      );
    });
  });
});

/** Everything that is visible of a life: which steps were taken, the action at its end, and the kept formations of its app. */
async function live(
  actionStore: ActingStore,
  one: Parameters<ActingStore['begin']>[0],
  turns: readonly { readonly name: TransitionName; readonly isStale: boolean }[],
) {
  const begun = await actionStore.begin(one, NOW);
  if (!begun.ok) throw new Error('the target is busy');
  let action = begun.action;
  const taken: boolean[] = [];
  for (const [index, { name, isStale }] of turns.entries()) {
    const revision = isStale ? action.revision + 1 : action.revision;
    const step = MAKE[name](NOW + 1_000 * (index + 1), revision, action.progress);
    const isOpen = (TRANSITIONS[name].from as readonly string[]).includes(action.state);
    const moved = await actionStore.move(action.id, step);
    expect(moved !== null).toBe(isOpen && !('revision' in step && isStale));
    taken.push(moved !== null);
    action = moved ?? action;
  }
  const found = await actionStore.find(action.id);
  return { taken, action: found && seenOf(found), kept: await actionStore.savedFormations(one.app) };
}

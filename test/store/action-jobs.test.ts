/** The jobs that the store of actions sends: which of them any process may do. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import type { Db } from '../../src/store/database/db.ts';
import { openMigrated } from '../support/databases.ts';
import { draft, NOW } from '../support/draft.ts';

let db: Db;
beforeAll(async () => {
  db = await openMigrated();
});
afterAll(() => db.close());

it('marks the card and the thread of an ended action as such, and no others', async () => {
  let jobs: unknown[] = [];
  const actionStore = createActionStore(db, {
    enqueue: async (_sql, name, data) => void jobs.push({ name, ...data }),
  });
  const proposed = await actionStore.propose(draft());
  if (!proposed.ok) throw new Error('there is a live one');
  const { id: actionId } = proposed.action;
  expect(jobs).toEqual([
    { name: 'draw', actionId },
    { name: 'expire', actionId },
  ]);
  jobs = [];
  const outcome = { words: 'Nobody decided in time.', evidence: [], next: [], manualCommand: null };
  await actionStore.move(actionId, { name: 'expire', at: NOW, outcome });
  expect(jobs).toEqual([
    { name: 'draw', actionId, hasEnded: true },
    { name: 'tell', actionId, seq: 2, everybody: false, hasEnded: true },
  ]);
});

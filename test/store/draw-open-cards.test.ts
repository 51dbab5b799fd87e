/** Cards from before an upgrade are drawn again by the new code. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import type { Db } from '../../src/store/database/db.ts';
import { drawOpenCards } from '../../src/store/draw-open-cards.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import { openMigrated } from '../support/databases.ts';
import { draft, NOW } from '../support/draft.ts';
import { incident, unreachable } from '../support/incident.ts';

let db: Db;
beforeAll(async () => {
  db = await openMigrated();
});
afterAll(() => db.close());

it('draws the cards of open actions and incidents, and none that ended or were never drawn', async () => {
  const actionStore = createActionStore(db, null);
  const incidentStore = createIncidentStore(db, null);
  const propose = async (kind: ActionKind) => {
    const proposed = await actionStore.propose(draft({ kind }));
    if (!proposed.ok) throw new Error('there is a live one');
    return proposed.action.id;
  };
  const [open, ended] = [await propose('stop'), await propose('restart')];
  // Its card was never drawn.
  await propose('rollback');
  for (const id of [open, ended]) await actionStore.placeCard(id, 'C1', '1.1', null);
  const outcome = { words: 'Not now.', evidence: [], next: [], manualCommand: null };
  await actionStore.move(ended, { name: 'reject', at: NOW, who: 'U2', rights: null, outcome });
  const { picture } = incident();
  const opened = await incidentStore.wakeOnce('prod', 'raxx-api-prod', unreachable, picture, NOW);
  await incidentStore.placeCard(opened?.id ?? '', 'C1', '2.2', null);

  const jobs: unknown[] = [];
  await drawOpenCards(db, {
    enqueue: async (_sql, name, data) => void jobs.push([name, data]),
  });
  expect(jobs).toEqual([
    ['draw', { actionId: open }],
    ['draw_incident', { incidentId: opened?.id }],
  ]);
});

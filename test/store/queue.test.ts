/** What happens in the queue is seen in the log. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Db } from '../../src/store/database/db.ts';
import { type FailedJob, openQueue } from '../../src/store/queue.ts';
import { openMigrated } from '../support/databases.ts';

let db: Db;
beforeAll(async () => {
  db = await openMigrated();
});
afterAll(() => db.close());

it('a job that throws is told each time, with its name, its id and its cause', {
  timeout: 60_000,
}, async () => {
  const failed: FailedJob[] = [];
  const queue = await openQueue(db.bossOptions, {
    onError: () => {},
    onFailed: (job) => void failed.push(job),
  });
  const fault = new TypeError('a fault of ours');
  await queue.work('watch', () => Promise.reject(fault));
  await queue.work('page', async () => {
    throw fault;
  });
  await queue.askForLook('prod');
  await db.tx((sql) => queue.enqueue(sql, 'page', { incidentId: 'i1' }));
  await vi.waitFor(
    () => {
      const watch = failed.filter(({ name }) => name === 'watch');
      const page = failed.filter(({ name }) => name === 'page');
      expect(watch).toHaveLength(1);
      // A page is tried again.
      expect(page.length).toBeGreaterThan(1);
      expect(new Set(page.map(({ id }) => id)).size).toBe(1);
      for (const { id, error } of failed) {
        expect(id).toMatch(/^[0-9a-f-]{36}$/);
        expect(error).toBe(fault);
      }
    },
    { timeout: 40_000, interval: 200 },
  );
  await queue.stop(1_000);
});

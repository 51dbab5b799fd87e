/** Redraws open cards after an upgrade. Each still shows its row as the previous version drew it. */
import type { Db } from './database/db.ts';
import type { Queue } from './queue.ts';

/** Redraws the cards of actions that can still change or are still watched, and of open incidents. */
export async function drawOpenCards(db: Pick<Db, 'tx'>, { enqueue }: Pick<Queue, 'enqueue'>): Promise<void> {
  await db.tx(async (sql) => {
    const actions = await sql(
      `select id, target from actions where message_ts is not null
         and (state in ('proposed', 'approved', 'executing') or (watch_until is not null and aftermath is null))`,
    );
    for (const { id, target } of actions)
      await enqueue(sql, 'draw', { actionId: String(id) }, String(target));
    const incidents = await sql(
      `select id, target from incidents where message_ts is not null and state = 'open'`,
    );
    for (const { id, target } of incidents)
      await enqueue(sql, 'draw_incident', { incidentId: String(id) }, String(target));
  });
}

/** A card shows its row as the code of that day drew it: after an upgrade, open cards are drawn again. */
import type { Db } from './database/db.ts';
import type { Queue } from './queue.ts';

/** Cards of actions that can still change or are still watched, and of open incidents. */
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

/** A card is a picture of its row, drawn by the code of that day: after an upgrade the open ones are drawn again. */
import type { Db } from './database/db.ts';
import type { Queue } from './queue.ts';

/** Cards whose action can still change, or is still watched, and those of open incidents. */
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

/**
 * Checks whether the database accepts changes by making one:
 * it writes the row of `standing`, behind the locks that every change takes.
 */
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import { CHAIN_LOCK, lockAudit } from '../audit/audit.ts';
import type { Db } from './db.ts';
import { asFault } from './fault.ts';

/** Every table that a change can write. */
const TABLES = [
  'actions',
  'approvals',
  'saved_formations',
  'audit',
  'watches',
  'snoozes',
  'incidents',
  'wakes',
  'pings',
  'slack_refusals',
  'standing',
] as const;

/** Returns null if a row was written and no lock blocks other changes. Never rejects. */
export async function lookAtDatabase(db: Db): Promise<DatabaseFault | null> {
  try {
    await db.tx(async (sql) => {
      await lockAudit(sql);
      // Take the same lock as an INSERT, which waits only for locks that block writers.
      await sql(`lock table ${TABLES.join(', ')} in row exclusive mode`);
      await sql(
        `insert into standing (id, looked_at) values (1, now())
         on conflict (id) do update set looked_at = excluded.looked_at`,
      );
    });
    return null;
  } catch (error) {
    const fault = asFault(error);
    if (!(fault instanceof DatabaseFault))
      return new DatabaseFault('refused', String(error), { cause: error });
    return fault.kind === 'locked' ? named(db, fault) : fault;
  }
}

/** Asks the server which session holds the lock, so that someone can terminate it. */
async function named(db: Db, fault: DatabaseFault): Promise<DatabaseFault> {
  try {
    const [holder] = await db.sql(HOLDER, [[...TABLES], CHAIN_LOCK]);
    if (!holder) return fault;
    const who = `session ${holder.pid} (${holder.application}, ${holder.state}) has held it for ${holder.minutes} min`;
    const cure = `End it with heroku pg:kill ${holder.pid}, or in psql: select pg_terminate_backend(${holder.pid})`;
    return new DatabaseFault('locked', who, { cure, cause: fault });
  } catch {
    return fault;
  }
}

/** Finds the oldest other transaction that blocks writers of one of our tables or holds the audit chain's lock. */
const HOLDER = `
  select a.pid, coalesce(nullif(a.application_name, ''), 'no name') as application, a.state,
         floor(extract(epoch from clock_timestamp() - a.xact_start) / 60)::int as minutes
  from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.granted and a.pid <> pg_backend_pid() and a.xact_start < clock_timestamp() - interval '1 second'
    and ((l.locktype = 'advisory' and l.objid = $2::bigint::oid and l.classid = 0)
      or (l.locktype = 'relation' and l.relation = any(select to_regclass(name) from unnest($1::text[]) as name)
          and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')))
  order by a.xact_start limit 1`;

/** Updates the schema. Migrations only go forward, and two processes can safely start at the same time. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PG_MIGRATE_LOCK_ID, runner } from 'node-pg-migrate';
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import { asRecord } from '../../runbook/model/record.ts';
import type { Db } from './db.ts';
import { asFault } from './fault.ts';

const FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Returns the names of the migrations that it ran. A second process waits for the first for up to one minute. */
export async function migrate(db: Db): Promise<string[]> {
  try {
    return await run(db);
  } catch (error) {
    throw await explained(db, error);
  }
}

async function run(db: Db): Promise<string[]> {
  const done = await db.withClient((dbClient) =>
    runner({
      dbClient,
      dir: FOLDER,
      direction: 'up',
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    }),
  );
  return done.map(({ name }) => name);
}

/** Returns the names of pending migrations. Changes nothing. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const [table] = await db.sql(`select to_regclass('migrations')::text as name`);
  const rows = table?.name ? await db.sql('select name from migrations') : [];
  const done = new Set(rows.map(({ name }) => name));
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'));
  return files
    .map((file) => file.replace(/\.sql$/, ''))
    .filter((name) => !done.has(name))
    .sort();
}

/** Adds a remedy to the error if one is known. */
async function explained(db: Db, error: unknown): Promise<unknown> {
  const fault = asFault(error);
  try {
    if (fault instanceof DatabaseFault) return fault.kind === 'locked' ? await lockHeld(db, fault) : fault;
    return await halfApplied(db, error);
  } catch {
    return fault;
  }
}

/**
 * A session normally ends with its connection,
 * but one whose process vanished from the network can hold its lock for hours.
 */
async function lockHeld(db: Db, fault: DatabaseFault): Promise<DatabaseFault> {
  const [holder] = await db.sql(HOLDER, [PG_MIGRATE_LOCK_ID]);
  if (!holder) return fault;
  const who = `session ${holder.pid} (${holder.application}, ${holder.state}) has held the migration lock for more than a minute`;
  const cure = `If no other release or start of the bot is in progress, its process is gone: end it with heroku pg:kill ${holder.pid}, or in psql: select pg_terminate_backend(${holder.pid})`;
  return new DatabaseFault('unmigrated', who, { cure, cause: fault });
}

const HOLDER = `
  select a.pid, coalesce(nullif(a.application_name, ''), 'no name') as application, a.state
  from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.granted and a.pid <> pg_backend_pid() and l.locktype = 'advisory'
    and l.classid = ($1::bigint >> 32)::bigint::oid and l.objid = ($1::bigint & 4294967295)::oid
  order by a.backend_start limit 1`;

/** PostgreSQL's error codes for objects that already exist, and for objects that are missing. */
const IS_THERE = new Set(['42P07', '42701', '42710', '42P06', '42723']);
const IS_MISSING = new Set(['42P01', '42703', '42704', '42883']);

/** Each migration is one transaction, so only a manual change or a partial restore can leave one half applied. */
async function halfApplied(db: Db, error: unknown): Promise<unknown> {
  const [next] = await pendingMigrations(db);
  const said = error instanceof Error ? error.message : String(error);
  const code = String(asRecord(error).code);
  const isOutOfOrder = said.startsWith('Not run migration');
  if (next === undefined || !(IS_THERE.has(code) || IS_MISSING.has(code) || isOutOfOrder)) return error;
  const restore = 'restore the last backup (heroku pg:backups:restore)';
  const list = `if everything in migrations/${next}.sql exists, list it in psql (insert into migrations (name, run_on) values ('${next}', now())) and start again; else ${restore}`;
  const cure = IS_MISSING.has(code)
    ? `What an earlier migration created is gone, although the table migrations lists it: ${restore}`
    : `A part of it exists, although the table migrations does not list it: ${list}`;
  return new DatabaseFault('unmigrated', `${next} failed and was rolled back: ${said}`, {
    cure,
    cause: error,
  });
}

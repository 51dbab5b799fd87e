/** Checks the database for `raxx doctor`: is it reachable, and does its schema match this code? Changes nothing. */
import type { KeptRefusal } from '../../operations/ports/slack-refusals.ts';
import { asRecord } from '../../runbook/model/record.ts';
import { readRefusals } from '../slack-refusals.ts';
import { type Db, hasEmbedded, lockDirectory, openEmbedded, openPostgres } from './db.ts';
import { pendingMigrations } from './migrate.ts';

export interface DatabaseCheck {
  readonly status: 'ok' | 'warn' | 'fail';
  readonly words: string;
  /** Slack's refusals, newest first. Absent when they could not be read. */
  readonly refusals?: readonly KeptRefusal[];
}

/** Never rejects. `url` is a PostgreSQL URL; without it, the embedded database in `directory` is checked. */
export async function checkDatabase(url: string | undefined, directory: string): Promise<DatabaseCheck> {
  try {
    return url === undefined ? await checkEmbedded(directory) : await checkPostgres(url);
  } catch (error) {
    const why = error instanceof Error ? error.message || String(asRecord(error).code) : String(error);
    const where = url === undefined ? `RAXX_DATA_DIR (${directory})` : 'DATABASE_URL';
    return { status: 'fail', words: `${why}. Check ${where}` };
  }
}

async function checkPostgres(url: string): Promise<DatabaseCheck> {
  return inspect(openPostgres(url, { onError: () => {} }), 'PostgreSQL is reachable');
}

async function checkEmbedded(directory: string): Promise<DatabaseCheck> {
  const what = `embedded, in ${directory}`;
  if (!hasEmbedded(directory)) return { status: 'ok', words: `${what}: created at first use` };
  let lock: ReturnType<typeof lockDirectory>;
  try {
    lock = lockDirectory(directory);
  } catch {
    return {
      status: 'ok',
      words: `${what}: in use by a bot on this machine; its log has what Slack refused`,
    };
  }
  try {
    return await inspect(await openEmbedded(directory), what);
  } finally {
    lock.release();
  }
}

async function inspect(db: Db, what: string): Promise<DatabaseCheck> {
  try {
    const pending = await pendingMigrations(db);
    if (pending.length === 0)
      return { status: 'ok', words: `${what}, schema up to date`, refusals: await readRefusals(db) };
    const words = `${what}; not migrated yet: ${pending.join(', ')}. The next start of the bot migrates it, or node src/migrate.ts`;
    return { status: 'warn', words };
  } finally {
    await db.close();
  }
}

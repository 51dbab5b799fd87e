/** Brings the schema up to date: forward only, safe when two processes start together. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Db } from './db.ts';

const FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Answers the names of the migrations that were run now. A second process waits for the first. */
export async function migrate(db: Db): Promise<string[]> {
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

/** Names of the migrations that were not run yet. Changes nothing. */
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

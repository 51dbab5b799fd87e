/** Brings the schema up to date: forward only, safe when two processes start together. */
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Db } from './db.ts';

const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));

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

/** The databases on which the ledger is tested: always the embedded one, and PostgreSQL when TEST_DATABASE_URL names a server. */
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import pg from 'pg';
import { inject } from 'vitest';
import { type Db, openMemory, openPostgres } from '../../src/store/database/db.ts';
import { migrate } from '../../src/store/database/migrate.ts';

/** Opens the embedded database in memory, migrated. */
export async function openMigrated(): Promise<Db> {
  return openMemory(await openAsBlob(inject('snapshot')));
}

export interface TestDatabase {
  readonly name: string;
  /** Null when it is available, otherwise why it is skipped. */
  readonly skip: string | null;
  /** Fresh and migrated. */
  open(): Promise<Db>;
}

const SERVER = process.env.TEST_DATABASE_URL;

export const DATABASES: readonly TestDatabase[] = [
  { name: 'embedded', skip: null, open: openMigrated },
  {
    name: 'PostgreSQL',
    skip: SERVER ? null : 'TEST_DATABASE_URL names no server',
    open: async () => migrated(openPostgres(await freshPostgres(), { onError: () => {} })),
  },
];

async function migrated(db: Db): Promise<Db> {
  await migrate(db);
  return db;
}

/** The address of a new, empty database on the test server. */
export async function freshPostgres(): Promise<string> {
  if (!SERVER) throw new Error('TEST_DATABASE_URL names no server');
  const name = `raxx_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return url.toString();
}

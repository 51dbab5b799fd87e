/** The database behind one small interface: PostgreSQL by `pg`, or the embedded one. The only importer of the drivers. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import type { ClientBase } from 'pg';
import pg from 'pg';
import { fromPglite, type PgBoss } from 'pg-boss';

export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement; answers its rows (use RETURNING: the two databases count rows differently). */
export type Sql = (text: string, params?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Db {
  /** Outside of a transaction. Inside of one it throws: it would wait for itself, or write apart from it. */
  readonly sql: Sql;
  /** Commits when `work` resolves, rolls back when it rejects. */
  tx<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Reads the database as it is at one moment, however long that takes. Nothing can be written. */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** A single connection in the shape of `pg`, for the migrator. */
  withClient<T>(work: (client: ClientBase) => Promise<T>): Promise<T>;
  /** What pg-boss needs to work on the same database. */
  readonly bossOptions: BossOptions;
  close(): Promise<void>;
}

export type BossOptions = Extract<ConstructorParameters<typeof PgBoss>[0], object>;

/** The app's pool and pg-boss' pool and listener: six connections a process, three processes on the smallest plan. */
const APP_CONNECTIONS = 3;
const BOSS_CONNECTIONS = 2;
const CONNECT_MS = 5_000;

export interface DbOptions {
  /** Told of errors of idle connections: without a listener they would end the process. */
  onError(error: Error): void;
}

export function openPostgres(url: string, { onError }: DbOptions): Db {
  const connection = connectionOf(url);
  const pool = new pg.Pool({ ...connection, max: APP_CONNECTIONS, connectionTimeoutMillis: CONNECT_MS });
  pool.on('error', onError);
  const guard = createGuard();
  return {
    sql: guard.outside(async (text, params = []) => (await pool.query(text, [...params])).rows),
    tx: (work) =>
      guard.inside(async () => {
        const client = await pool.connect();
        try {
          await client.query('begin');
          const value = await work(async (text, params = []) => (await client.query(text, [...params])).rows);
          await client.query('commit');
          client.release();
          return value;
        } catch (error) {
          // A connection that cannot roll back is thrown away.
          const broken = await client.query('rollback').then(
            () => false,
            () => true,
          );
          client.release(broken);
          throw error;
        }
      }),
    snapshot: (work) => guard.inside(() => readSnapshot(pool, work)),
    async withClient(work) {
      const client = await pool.connect();
      try {
        return await work(client);
      } finally {
        client.release();
      }
    },
    bossOptions: { ...connection, max: BOSS_CONNECTIONS },
    close: () => pool.end(),
  };
}

async function readSnapshot<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('begin isolation level repeatable read read only');
    const value = await work(async (text, params = []) => (await client.query(text, [...params])).rows);
    await client.query('commit');
    broken = false;
    return value;
  } finally {
    // A connection in the middle of something is thrown away.
    client.release(broken);
  }
}

/** Heroku's certificates are self-signed, and `sslmode` in the URL would overrule what is said beside it. */
function connectionOf(url: string) {
  const parsed = new URL(url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]', ''].includes(parsed.hostname);
  parsed.searchParams.delete('sslmode');
  return { connectionString: parsed.toString(), ...(isLocal ? {} : { ssl: { rejectUnauthorized: false } }) };
}

/** Held while a process uses an embedded database: PGlite itself would let two write, and lose what one of them wrote. */
export interface DirectoryLock {
  release(): void;
}

/** Throws when another process holds it. */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const lock = new DatabaseSync(`${directory}/lock`);
  try {
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => lock.close() };
  } catch {
    lock.close();
    throw new Error(`the embedded database in ${directory} is in use by another process`);
  }
}

/** Whether there is a database in `directory` already. */
export function hasEmbedded(directory: string): boolean {
  return existsSync(`${directory}/pgdata/PG_VERSION`);
}

/** The embedded database in `directory`, made when it is not there. Whoever opens it holds its lock. */
export async function openEmbedded(directory: string): Promise<Db> {
  const { PGlite } = await import('@electric-sql/pglite');
  // A smaller buffer: half of the memory, and the ledger is small.
  const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=8MB'];
  return onPglite(await PGlite.create(`${directory}/pgdata`, { startParams }));
}

/** The embedded database in memory: tests and rehearsals. `from`: what `dumpMemory` made, in place of an empty one. */
export async function openMemory(from?: Blob): Promise<Db> {
  const { PGlite } = await import('@electric-sql/pglite');
  return onPglite(await PGlite.create(from === undefined ? {} : { loadDataDir: from }));
}

/** An embedded database in memory after `prepare`, to be opened by others without the seconds that making one takes. */
export async function dumpMemory(prepare: (db: Db) => Promise<unknown>): Promise<Blob> {
  const { PGlite } = await import('@electric-sql/pglite');
  const lite = await PGlite.create();
  await prepare(onPglite(lite));
  const dump = await lite.dumpDataDir('none');
  await lite.close();
  return dump;
}

function onPglite(lite: PGlite): Db {
  const guard = createGuard();
  const run = async (on: PGlite | Transaction, text: string, params: readonly unknown[] = []) => {
    const { rows } = await on.query<Row>(text, [...params]);
    return rows;
  };
  return {
    sql: guard.outside((text, params) => run(lite, text, params)),
    tx: (work) => guard.inside(() => lite.transaction((tx) => work((text, params) => run(tx, text, params)))),
    snapshot: (work) =>
      guard.inside(() => lite.transaction((tx) => work((text, params) => run(tx, text, params)))),
    // The migrator sends whole files: only `exec` takes several statements.
    withClient: (work) => work(clientOf(lite)),
    bossOptions: { db: fromPglite(lite), backend: 'pglite' },
    close: () => lite.close(),
  };
}

/** As much of a `pg` client as node-pg-migrate calls. */
function clientOf(lite: PGlite): ClientBase {
  const query = async (given: string | { text: string; values?: unknown[] }, values?: unknown[]) => {
    const text = typeof given === 'string' ? given : given.text;
    const params = values ?? (typeof given === 'string' ? undefined : given.values);
    if (params && params.length > 0) return lite.query(text, params);
    const results = await lite.exec(text);
    return results.at(-1) ?? { rows: [], fields: [] };
  };
  return Object.assign(Object.create(null), { query });
}

/** Tells whether the caller is inside of a transaction, however deep. */
function createGuard() {
  const open = new AsyncLocalStorage<true>();
  return {
    outside:
      (sql: Sql): Sql =>
      (text, params) => {
        if (open.getStore()) throw new Error('a statement outside of the transaction that is open here');
        return sql(text, params);
      },
    inside: <T>(work: () => Promise<T>): Promise<T> => {
      if (open.getStore()) throw new Error('a transaction inside of a transaction');
      return open.run(true, work);
    },
  };
}

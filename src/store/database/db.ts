/**
 * One small interface to the database: PostgreSQL through `pg`, or the embedded one.
 * Only this file imports the drivers.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import type { ClientBase } from 'pg';
import pg from 'pg';
import { fromPglite, type PgBoss } from 'pg-boss';
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import { asFault, asUnsure } from './fault.ts';

export type Row = Readonly<Record<string, unknown>>;

/**
 * Runs one statement and returns its rows.
 * Use RETURNING to count affected rows: the two databases count them differently.
 */
export type Sql = (text: string, params?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Db {
  /**
   * Runs a statement outside a transaction.
   * Throws inside one, where it would wait for itself or be committed separately.
   */
  readonly sql: Sql;
  /** Commits when `work` resolves and rolls back when it rejects. */
  tx<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Reads the database as of one moment, however long the reading takes. Writes are refused. */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Lends one connection with the interface of `pg`, for work that may take minutes, such as migrations. */
  withClient<T>(work: (client: ClientBase) => Promise<T>): Promise<T>;
  /** Options that let pg-boss use the same database. */
  readonly bossOptions: BossOptions;
  close(): Promise<void>;
}

export type BossOptions = Extract<ConstructorParameters<typeof PgBoss>[0], object>;

/**
 * Each process uses six connections: 3 in the app's pool, 2 in pg-boss's pool, and its listener. The smallest plan
 * has room for three processes.
 */
const APP_CONNECTIONS = 3;
const BOSS_CONNECTIONS = 2;
/**
 * Time limit of one statement or transaction, from requesting a connection to the end. Slack expects a response to a
 * click within three seconds, and "it could not be written down" must be true when it is read. Late work is therefore
 * cut off and rolled back.
 */
const WITHIN_MS = 2_500;
/** Shorter than WITHIN_MS, so that a blocking lock is reported as a lock. */
const LOCK_MS = 2_000;
/** Limits that the server enforces, so that locks of a hung process are released soon. */
const LIMITS = {
  statement_timeout: WITHIN_MS,
  lock_timeout: LOCK_MS,
  idle_in_transaction_session_timeout: 5_000,
};
/** The queue handles thousands of jobs in one statement, and nobody waits for it. */
const BOSS_LIMITS = {
  statement_timeout: 20_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 10_000,
  // A client-side limit, because the server cannot report a network that drops every packet.
  query_timeout: 25_000,
  connectionTimeoutMillis: 5_000,
};
/** The bot's name in `pg_stat_activity`. */
export const APPLICATION = 'raxx-chatops';

export interface DbOptions {
  /** Receives errors of idle connections. Without a listener, such an error would end the process. */
  onError(error: Error): void;
}

export function openPostgres(url: string, { onError }: DbOptions): Db {
  const connection = { ...connectionOf(url), application_name: APPLICATION };
  const pool = new pg.Pool({
    ...connection,
    ...LIMITS,
    max: APP_CONNECTIONS,
    connectionTimeoutMillis: WITHIN_MS,
  });
  pool.on('error', onError);
  const guard = createGuard();
  return {
    sql: guard.outside((text, params) => connected(pool, ({ query }) => query(text, params))),
    tx: (work) => guard.inside(() => connected(pool, (connection) => transaction(connection, work))),
    snapshot: (work) => guard.inside(() => patiently(pool, (client) => readSnapshot(client, work))),
    withClient: (work) => patiently(pool, work),
    bossOptions: {
      ...connection,
      ...BOSS_LIMITS,
      application_name: `${APPLICATION} queue`,
      max: BOSS_CONNECTIONS,
    },
    close: () => pool.end(),
  };
}

/** Runs statements on one connection, which may prove unusable. */
interface Connection {
  readonly query: Sql;
  /** Keeps the pool from handing out this connection again. */
  discard(): void;
}

/**
 * Lends a connection until the time limit. After that the connection is cut off, and the server rolls back
 * uncommitted work. Rejects with a DatabaseFault.
 */
async function connected<T>(pool: pg.Pool, work: (connection: Connection) => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const client = await pool.connect().catch((error: unknown) => {
    throw asFault(error);
  });
  let lost: unknown = null;
  let isSpoilt = false;
  const lose = (error: Error) => {
    if (lost) return;
    lost = asFault(error);
    client.release(error);
  };
  // The pool does not listen to a connection that is checked out, so an error on it would end the process.
  client.on('error', lose);
  const late = new DatabaseFault('silent', `no response within ${WITHIN_MS / 1_000} s`);
  const timer = setTimeout(() => lose(late), Math.max(0, startedAt + WITHIN_MS - performance.now()));
  try {
    return await work({
      async query(text, params = []) {
        if (lost) throw lost;
        return (await client.query(text, [...params])).rows;
      },
      discard: () => {
        isSpoilt = true;
      },
    });
  } catch (error) {
    // After a cut-off, the driver only says that the connection was closed. The real reason is known here.
    const isUnsure = error instanceof DatabaseFault && error.kind === 'unsure';
    throw isUnsure ? error : (lost ?? asFault(error));
  } finally {
    clearTimeout(timer);
    if (!lost) {
      client.release(isSpoilt);
      client.removeListener('error', lose);
    }
  }
}

async function transaction<T>({ query, discard }: Connection, work: (sql: Sql) => Promise<T>): Promise<T> {
  let value: T;
  try {
    await query('begin');
    value = await work(query);
  } catch (error) {
    // Discard a connection that cannot roll back.
    await query('rollback').catch(discard);
    throw error;
  }
  await query('commit').catch((error: unknown) => {
    discard();
    throw asUnsure(error);
  });
  return value;
}

/** Time limit for waiting for another migration's lock, which is normally held for a few seconds. */
const MIGRATION_LOCK_MS = 60_000;

async function patiently<T>(pool: pg.Pool, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let lost: Error | undefined;
  const lose = (error: Error) => {
    lost = error;
  };
  client.on('error', lose);
  try {
    await client.query(`set statement_timeout = 0; set lock_timeout = ${MIGRATION_LOCK_MS}`);
    const value = await work(client);
    await client.query('reset statement_timeout; reset lock_timeout');
    return value;
  } catch (error) {
    // Discard this connection: its limits differ from those of the pool's other connections.
    lost ??= error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(lost);
    client.removeListener('error', lose);
  }
}

/** Needs no cleanup of its own: `patiently` discards a connection that breaks midway. */
async function readSnapshot<T>(client: ClientBase, work: (sql: Sql) => Promise<T>): Promise<T> {
  await client.query('begin isolation level repeatable read read only');
  const value = await work(async (text, params = []) => (await client.query(text, [...params])).rows);
  await client.query('commit');
  return value;
}

/** Heroku's certificates are self-signed, and `sslmode` in the URL would override the separate SSL options. */
function connectionOf(url: string) {
  const parsed = new URL(url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]', ''].includes(parsed.hostname);
  parsed.searchParams.delete('sslmode');
  return { connectionString: parsed.toString(), ...(isLocal ? {} : { ssl: { rejectUnauthorized: false } }) };
}

/**
 * Held while a process uses an embedded database. PGlite itself would let two processes write and lose one's writes.
 */
export interface DirectoryLock {
  release(): void;
}

/** Throws if another process holds the lock. */
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

/** Returns whether `directory` contains a database. */
export function hasEmbedded(directory: string): boolean {
  return existsSync(`${directory}/pgdata/PG_VERSION`);
}

/** Opens the embedded database in `directory`, or creates it if there is none. The caller must hold its lock. */
export async function openEmbedded(directory: string): Promise<Db> {
  const { PGlite } = await import('@electric-sql/pglite');
  return onPglite(await PGlite.create(`${directory}/pgdata`, { startParams: startParams(PGlite) }));
}

/**
 * Opens an embedded database in memory, for tests and rehearsals.
 * `from` is a dump made by `dumpMemory`; without it, the database is empty.
 */
export async function openMemory(from?: Blob): Promise<Db> {
  const { PGlite } = await import('@electric-sql/pglite');
  const options = { startParams: startParams(PGlite), ...(from === undefined ? {} : { loadDataDir: from }) };
  return onPglite(await PGlite.create(options));
}

/** Use a smaller buffer. It halves the memory and quarters the time to open, and the ledger is small. */
function startParams({ defaultStartParams }: typeof PGlite): string[] {
  return [...defaultStartParams, '-c', 'shared_buffers=8MB'];
}

/**
 * Runs `prepare` on a new in-memory database and dumps it.
 * Opening the dump saves the seconds that creating one takes.
 */
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
    // The migrator sends whole files, and only `exec` accepts several statements.
    withClient: (work) => work(clientOf(lite)),
    bossOptions: { db: fromPglite(lite), backend: 'pglite' },
    close: () => lite.close(),
  };
}

/** The part of a `pg` client that node-pg-migrate uses. */
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

/** Tracks whether the caller is inside a transaction, at any call depth. */
function createGuard() {
  const open = new AsyncLocalStorage<true>();
  return {
    outside:
      (sql: Sql): Sql =>
      (text, params) => {
        if (open.getStore()) throw new Error('a statement outside of the open transaction');
        return sql(text, params);
      },
    inside: <T>(work: () => Promise<T>): Promise<T> => {
      if (open.getStore()) throw new Error('a transaction inside a transaction');
      return open.run(true, work);
    },
  };
}

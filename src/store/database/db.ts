/** The database behind one small interface: PostgreSQL through `pg`, or the embedded one. Only this file imports the drivers. */
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

/** Runs one statement and returns its rows. Use RETURNING: the two databases count rows differently. */
export type Sql = (text: string, params?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Db {
  /** Outside of a transaction. Inside one it throws: the statement would wait for itself, or be written apart from it. */
  readonly sql: Sql;
  /** Commits when `work` resolves, rolls back when it rejects. */
  tx<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Reads the database as of one moment, however long that takes. Nothing can be written. */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** A single connection with the interface of `pg`, for what may take minutes: the migrator. */
  withClient<T>(work: (client: ClientBase) => Promise<T>): Promise<T>;
  /** What pg-boss needs to work on the same database. */
  readonly bossOptions: BossOptions;
  close(): Promise<void>;
}

export type BossOptions = Extract<ConstructorParameters<typeof PgBoss>[0], object>;

/** The app's pool, pg-boss's pool and its listener: six connections per process, three processes on the smallest plan. */
const APP_CONNECTIONS = 3;
const BOSS_CONNECTIONS = 2;
/**
 * The limit of one statement or one transaction, from asking for a connection to its end. Whoever clicked gets an answer
 * within three seconds, and "it could not be written down" has to be true when they read it: what is late is cut off and
 * rolls back.
 */
const WITHIN_MS = 2_500;
/** Shorter, so that a lock is reported as a lock. */
const LOCK_MS = 2_000;
/** The server's own limits, for a process that hangs: what it holds is released soon. */
const LIMITS = {
  statement_timeout: WITHIN_MS,
  lock_timeout: LOCK_MS,
  idle_in_transaction_session_timeout: 5_000,
};
/** The queue handles thousands of jobs at once, and nobody waits for it. */
const BOSS_LIMITS = {
  statement_timeout: 20_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 10_000,
  // The server cannot report a network that swallows everything.
  query_timeout: 25_000,
  connectionTimeoutMillis: 5_000,
};
/** Our name in `pg_stat_activity`. */
export const APPLICATION = 'raxx-chatops';

export interface DbOptions {
  /** Called with errors of idle connections, which would end the process if nobody listened. */
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

/** Statements on one connection, which may turn out to be unusable. */
interface Connection {
  readonly query: Sql;
  /** The pool does not hand it out again. */
  discard(): void;
}

/** Lends a connection until the limit; then it is cut off, and the server rolls back what was not committed. Rejects with a fault. */
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
  // Nobody else listens to a connection that is taken from the pool: an error of it would end the process.
  client.on('error', lose);
  const late = new DatabaseFault('silent', `no answer within ${WITHIN_MS / 1_000} s`);
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
    // A connection that was cut off only says that it was closed; the reason is known here.
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
    // A connection that cannot roll back is thrown away.
    await query('rollback').catch(discard);
    throw error;
  }
  await query('commit').catch((error: unknown) => {
    discard();
    throw asUnsure(error);
  });
  return value;
}

/** Waits for the lock of another migration, which is held for some seconds at most. */
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
    // Its limits differ from those of the others.
    lost ??= error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(lost);
    client.removeListener('error', lose);
  }
}

/** `patiently` discards a connection that breaks in the middle of it. */
async function readSnapshot<T>(client: ClientBase, work: (sql: Sql) => Promise<T>): Promise<T> {
  await client.query('begin isolation level repeatable read read only');
  const value = await work(async (text, params = []) => (await client.query(text, [...params])).rows);
  await client.query('commit');
  return value;
}

/** Heroku's certificates are self-signed, and `sslmode` in the URL would override the options beside it. */
function connectionOf(url: string) {
  const parsed = new URL(url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]', ''].includes(parsed.hostname);
  parsed.searchParams.delete('sslmode');
  return { connectionString: parsed.toString(), ...(isLocal ? {} : { ssl: { rejectUnauthorized: false } }) };
}

/** Held while a process uses an embedded database: PGlite itself would let two processes write, and lose what one of them wrote. */
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

/** Whether `directory` contains a database. */
export function hasEmbedded(directory: string): boolean {
  return existsSync(`${directory}/pgdata/PG_VERSION`);
}

/** Opens the embedded database in `directory`, and creates it if there is none. The caller holds its lock. */
export async function openEmbedded(directory: string): Promise<Db> {
  const { PGlite } = await import('@electric-sql/pglite');
  return onPglite(await PGlite.create(`${directory}/pgdata`, { startParams: startParams(PGlite) }));
}

/** An embedded database in memory, for tests and rehearsals. `from`: what `dumpMemory` made, instead of an empty one. */
export async function openMemory(from?: Blob): Promise<Db> {
  const { PGlite } = await import('@electric-sql/pglite');
  const options = { startParams: startParams(PGlite), ...(from === undefined ? {} : { loadDataDir: from }) };
  return onPglite(await PGlite.create(options));
}

/** A smaller buffer: half of the memory and a quarter of the time to open it, and the ledger is small. */
function startParams({ defaultStartParams }: typeof PGlite): string[] {
  return [...defaultStartParams, '-c', 'shared_buffers=8MB'];
}

/** Dumps an embedded database in memory after `prepare`, so that others open it without the seconds that creating one takes. */
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

/** The part of a `pg` client that node-pg-migrate calls. */
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

/** Knows whether the caller is inside a transaction, however deep. */
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

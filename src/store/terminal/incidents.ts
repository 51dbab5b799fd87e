/** Incidents at the terminal, on an existing ledger. The terminal neither creates nor migrates a ledger for them. */

import type { ActionStore } from '../../operations/ports/action-store.ts';
import type { IncidentStore } from '../../operations/ports/incident-store.ts';
import { createActionStore } from '../actions/action-store.ts';
import { auditKeysOf } from '../audit/audit-key.ts';
import { type Db, hasEmbedded, lockDirectory, openEmbedded, openPostgres } from '../database/db.ts';
import { createIncidentStore, type IncidentJobs } from '../incidents/incident-store.ts';
import { openQueue } from '../queue.ts';

export interface AtTerminalOptions {
  readonly databaseUrl?: string;
  readonly directory: string;
  /** True when a running bot receives the jobs for what is written here: drawing and paging. */
  readonly sends: boolean;
  /** Keys of the audit. The first one seals the lines. */
  readonly auditKeys: readonly string[];
  /** Returns a signal that aborts after this many milliseconds. */
  expire(ms: number): AbortSignal;
  onError(error: Error): void;
}

export type IncidentsAtTerminal =
  | {
      readonly ok: true;
      readonly incidentStore: IncidentStore;
      readonly actionStore: Pick<ActionStore, 'recent'>;
      /** True when a bot may be using the ledger. An embedded ledger that could be opened here has no other process. */
      readonly isShared: boolean;
      close(): Promise<void>;
    }
  /** `isThere` is false when nothing was ever written, so nothing is missing. */
  | { readonly ok: false; readonly isThere: boolean; readonly why: string };

/** PostgreSQL counts as unreachable after this time. */
const OPEN_MS = 5_000;
const CLOSE_MS = 2_000;

/** Never rejects. */
export async function openIncidentsAtTerminal(options: AtTerminalOptions): Promise<IncidentsAtTerminal> {
  const { databaseUrl, directory } = options;
  if (databaseUrl === undefined && !hasEmbedded(directory))
    return { ok: false, isThere: false, why: `there is no ledger in ${directory}` };
  try {
    return databaseUrl === undefined ? await openOwn(options) : await openShared(databaseUrl, options);
  } catch (error) {
    return { ok: false, isThere: true, why: error instanceof Error ? error.message : String(error) };
  }
}

async function openOwn({ directory, sends, auditKeys }: AtTerminalOptions): Promise<IncidentsAtTerminal> {
  const lock = lockDirectory(directory);
  try {
    const db = await openEmbedded(directory);
    try {
      await needSchema(db, sends);
    } catch (error) {
      await db.close();
      throw error;
    }
    const close = async () => {
      await db.close();
      lock.release();
    };
    return { ok: true, ...on(db, null, auditKeys), isShared: false, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openShared(
  url: string,
  { sends, auditKeys, expire, onError }: AtTerminalOptions,
): Promise<IncidentsAtTerminal> {
  const db = openPostgres(url, { onError });
  const open = async (): Promise<IncidentsAtTerminal> => {
    await needSchema(db, sends);
    const queue = sends ? await openQueue(db.bossOptions, { onError, sendsOnly: true }) : null;
    const close = async () => {
      await queue?.stop(CLOSE_MS);
      await db.close();
    };
    return { ok: true, ...on(db, queue, auditKeys), isShared: true, close };
  };
  try {
    return await Promise.race([open(), late(expire(OPEN_MS))]);
  } catch (error) {
    // Do not wait for a database that hangs.
    db.close().catch(onError);
    throw error;
  }
}

function on(db: Db, queue: IncidentJobs | null, auditKeys: readonly string[]) {
  const incidentStore = createIncidentStore(db, queue, undefined, auditKeysOf(auditKeys));
  return { incidentStore, actionStore: createActionStore(db, null) };
}

/** The bot migrates a ledger of an older version. The terminal does not. */
async function needSchema(db: Db, writes: boolean): Promise<void> {
  const table = writes ? 'audit_head' : 'incidents';
  const [row] = await db.sql('select to_regclass($1) is not null as is_there', [table]);
  if (row?.is_there !== true)
    throw new Error('the ledger is older than this program: start the bot of this version once');
}

function late(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () =>
      reject(new Error(`the database has not responded within ${OPEN_MS / 1000} s`)),
    );
  });
}

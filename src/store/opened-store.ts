/** An open, migrated database and the queue that works on it. */
import type { Instant } from '../runbook/model/instant.ts';
import type { AuditLine } from './audit/audit.ts';
import type { AuditKeys } from './audit/audit-key.ts';
import { beginKey } from './audit/begin-key.ts';
import { type Db, openEmbedded, openPostgres } from './database/db.ts';
import { migrate } from './database/migrate.ts';
import { drawOpenCards } from './draw-open-cards.ts';
import { openQueue, type Queue, type QueueOptions } from './queue.ts';
import type { JobHandlers, JobName } from './queue-jobs.ts';

export interface OpeningOptions extends Pick<QueueOptions, 'onError' | 'onFailed' | 'targets'> {
  /** URL of the PostgreSQL database. Without it, the embedded database in `directory` is used. */
  readonly databaseUrl?: string;
  readonly directory: string;
  /**
   * Jobs that may be sent without `start`, for a bot on the same PostgreSQL.
   * An embedded database serves only one process.
   */
  readonly sends?: ReadonlySet<JobName>;
  /** Receives each audit line after it commits. In the log, the line becomes an anchor outside the database. */
  onAuditLine?(line: AuditLine): void;
  now(): Instant;
}

export interface OpenedStore {
  readonly db: Db;
  /** Null when this process sends no jobs. */
  readonly queue: Queue | null;
  /** Waits up to `withinMs` for running jobs. */
  close(withinMs: number): Promise<void>;
}

const RECOVER_MS = 30_000;

/** `handlers` run the jobs; null for a process that runs none. Rejects if the database cannot be opened. */
export async function openDatabase(
  options: OpeningOptions,
  keys: AuditKeys,
  handlers: JobHandlers | null,
): Promise<OpenedStore> {
  const { databaseUrl, directory, onError, onAuditLine = () => {}, now } = options;
  const db =
    databaseUrl === undefined ? await openEmbedded(directory) : openPostgres(databaseUrl, { onError });
  try {
    await migrate(db);
    if (!handlers) return opened(db, await openSender(db, options), null);
    await beginKey(db, keys, now(), onAuditLine);
    const queue = await openWorker(db, options, handlers);
    const askForRecovery = () => void queue.askForRecovery().catch(onError);
    const recovering = setInterval(askForRecovery, RECOVER_MS);
    askForRecovery();
    return opened(db, queue, recovering);
  } catch (error) {
    await db.close();
    throw error;
  }
}

function opened(db: Db, queue: Queue | null, recovering: NodeJS.Timeout | null): OpenedStore {
  return {
    db,
    queue,
    async close(withinMs) {
      if (recovering) clearInterval(recovering);
      await queue?.stop(withinMs);
      await db.close();
    },
  };
}

async function openSender(db: Db, { databaseUrl, sends, onError }: OpeningOptions): Promise<Queue | null> {
  return sends && databaseUrl !== undefined ? openQueue(db.bossOptions, { onError, sendsOnly: true }) : null;
}

async function openWorker(
  db: Db,
  { onError, onFailed, targets }: OpeningOptions,
  handlers: JobHandlers,
): Promise<Queue> {
  const queue = await openQueue(db.bossOptions, {
    onError,
    ...(onFailed ? { onFailed } : {}),
    ...(targets ? { targets } : {}),
  });
  try {
    await queue.workAll(handlers);
    await queue.takeHandedOver();
  } catch (error) {
    // Without this, every further attempt would leak its connections.
    await queue.stop(0).catch(onError);
    throw error;
  }
  // Cards that an earlier version drew are still correct, so a failure here must not stop the start.
  await drawOpenCards(db, queue).catch(onError);
  return queue;
}

/** The whole store: opened, migrated and worked by its queue; and opened again while it is out of reach. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionStore } from '../operations/ports/action-store.ts';
import type { LedgerProof } from '../operations/ports/audit-proof.ts';
import { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { IncidentStore } from '../operations/ports/incident-store.ts';
import type { QueueState } from '../operations/ports/queue-state.ts';
import type { RefusalSeen } from '../operations/ports/slack-refusals.ts';
import type { Instant } from '../runbook/model/evidence.ts';
import { createActionStore } from './actions/action-store.ts';
import { type AuditLine, lastLine } from './audit/audit.ts';
import { auditKeysOf } from './audit/audit-key.ts';
import { beginKey } from './audit/begin-key.ts';
import { type Db, lockDirectory, openEmbedded, openPostgres } from './database/db.ts';
import { asFault } from './database/fault.ts';
import { lookAtDatabase } from './database/look.ts';
import { migrate } from './database/migrate.ts';
import { drawOpenCards } from './draw-open-cards.ts';
import { createIncidentStore } from './incidents/incident-store.ts';
import { copyLedger } from './proof/ledger-copy.ts';
import { type LedgerCopy, proveLedger } from './proof/proof.ts';
import { type FailedJob, openQueue, type Queue, queueStates } from './queue.ts';
import type { JobHandlers, JobName } from './queue-jobs.ts';
import { noteRefusal } from './slack-refusals.ts';

export interface StoreOptions {
  /** PostgreSQL; none: the embedded database in `directory`. */
  readonly databaseUrl?: string;
  readonly directory: string;
  /** Jobs that are sent without `start`, for a bot on the same PostgreSQL; of an embedded database there is no other process. */
  readonly sends?: ReadonlySet<JobName>;
  /** The targets that the runbook file names: jobs of others are left to processes that name them. Left out: all. */
  readonly targets?: readonly string[];
  onError(error: Error): void;
  onFailed?(job: FailedJob): void;
  /** Each line of the audit, once it is committed: kept in the log, it is an anchor outside of the database. */
  told?(line: AuditLine): void;
  /** Keys of the audit: the first one makes lines, the others check what they made before it. */
  readonly auditKeys?: readonly string[];
  now(): Instant;
}

export interface Store {
  /** Opens the database when it is not open yet. */
  readonly actionStore: ActionStore;
  readonly incidentStore: IncidentStore;
  /** The ledger itself, once the database is open and migrated. */
  open(): Promise<ActionStore>;
  /** Keeps what Slack refused; nothing while no database is open. Rejects when it could not be kept. */
  noteRefusal(refusal: RefusalSeen, at: Instant): Promise<void>;
  /** Holds the whole ledger against its audit. */
  prove(): Promise<LedgerProof>;
  /** Of the key that the audit's last line carries; null: it carries none. */
  lastKeyId(): Promise<string | null>;
  /** The whole ledger, as it is at this moment. */
  copy(): Promise<LedgerCopy>;
  /**
   * Begins to work, and tries again every ten seconds while the database is out of reach. Resolves once the embedded
   * database is open: opening it takes seconds in which the process answers nobody. A server's is not waited for.
   */
  start(handlers: JobHandlers): Promise<void>;
  /** null when a change can be written down now, else why not. Whoever asks within some seconds shares one look. Never rejects. */
  check(): Promise<DatabaseFault | null>;
  /** How each of the queues does; those of which no job waits are left out. Rejects when it cannot be read. */
  queues(): Promise<readonly QueueState[]>;
  /** Begins the workers that look at the targets anew. */
  restartWatch(): Promise<void>;
  stop(withinMs: number): Promise<void>;
}

interface OpenedStore {
  readonly db: Db;
  readonly actionStore: ActionStore;
  readonly incidentStore: IncidentStore;
  readonly queue: Queue | null;
}

const AGAIN_MS = 10_000;
const RECOVER_MS = 30_000;
/** Opening it anew takes longer than anybody waits for an answer. */
const SOON_MS = 2_500;
/** Strangers may ask as often as they like. */
const LOOK_HOLDS_MS = 2_000;

/**
 * Throws when the embedded database is in use by another process; a PostgreSQL out of reach is no reason to throw.
 * Without `start` no job is done (the terminal), and an embedded database is made at its first use only: it takes
 * seconds and hundreds of megabytes, and a diagnosis does not need it.
 */
export function openStore(options: StoreOptions): Store {
  const { databaseUrl, directory, sends, targets, onError, onFailed, told = () => {}, now } = options;
  const keys = auditKeysOf(options.auditKeys ?? []);
  const lock = databaseUrl === undefined ? lockDirectory(directory) : null;
  let handlers: JobHandlers | null = null;
  let opening: Promise<OpenedStore> | null = null;
  let isOpen = false;
  /** Why the last try to open it failed. */
  let fault: DatabaseFault | null = null;
  let again: NodeJS.Timeout | undefined;
  let recovering: NodeJS.Timeout | undefined;

  async function open(): Promise<OpenedStore> {
    const db =
      databaseUrl === undefined ? await openEmbedded(directory) : openPostgres(databaseUrl, { onError });
    try {
      await migrate(db);
      if (handlers) await beginKey(db, keys, now(), told);
      const queue = handlers ? await work(db, handlers) : await sender(db);
      fault = null;
      isOpen = true;
      return {
        db,
        queue,
        actionStore: createActionStore(db, handlers ? queue : onlySending(queue), told, keys),
        incidentStore: createIncidentStore(db, handlers ? queue : null, told, keys),
      };
    } catch (error) {
      await db.close();
      throw error;
    }
  }

  async function sender(db: Db): Promise<Queue | null> {
    return sends && databaseUrl !== undefined
      ? openQueue(db.bossOptions, { onError, sendsOnly: true })
      : null;
  }

  function onlySending(queue: Queue | null): Pick<Queue, 'enqueue'> | null {
    if (!queue) return null;
    return {
      enqueue: async (sql, name, ...job) => {
        if (sends?.has(name)) await queue.enqueue(sql, name, ...job);
      },
    };
  }

  async function work(db: Db, handlers: JobHandlers): Promise<Queue> {
    const queue = await openQueue(db.bossOptions, {
      onError,
      ...(onFailed ? { onFailed } : {}),
      ...(targets ? { targets } : {}),
    });
    try {
      await queue.workAll(handlers);
      await queue.takeHandedOver();
    } catch (error) {
      // Each further try would leave its connections behind.
      await queue.stop(0).catch(onError);
      throw error;
    }
    // Cards as an earlier version drew them are right all the same.
    await drawOpenCards(db, queue).catch(onError);
    const ask = () => void queue.askForRecovery().catch(onError);
    recovering = setInterval(ask, RECOVER_MS);
    ask();
    return queue;
  }

  /** One opening for all who ask; one that failed is tried again by the next. */
  function opened(): Promise<OpenedStore> {
    opening ??= open().catch((error: unknown) => {
      opening = null;
      fault = faultOf(error);
      throw fault;
    });
    return opening;
  }

  /** A bot answers people: they do not wait for a server that does not open. The embedded one is here, and only slow. */
  function openedSoon(): Promise<OpenedStore> {
    const mayHang = handlers && databaseUrl !== undefined && !isOpen;
    return mayHang ? Promise.race([opened(), silence(() => fault)]) : opened();
  }

  async function begin(): Promise<void> {
    try {
      await opened();
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
      again = setTimeout(begin, AGAIN_MS);
    }
  }

  const look = sharedFor(LOOK_HOLDS_MS, async () => {
    if (opening === null) return fault;
    return openedSoon().then(({ db }) => lookAtDatabase(db), faultOf);
  });

  return {
    actionStore: lazily(async () => (await openedSoon()).actionStore),
    incidentStore: lazily(async () => (await openedSoon()).incidentStore),
    open: async () => (await opened()).actionStore,
    async noteRefusal(refusal, at) {
      if (opening !== null) await noteRefusal((await openedSoon()).db, refusal, at);
    },
    prove: async () => proveLedger(await copyLedger((await opened()).db), keys),
    lastKeyId: async () => (await lastLine((await opened()).db.sql))?.seal?.keyId ?? null,
    copy: async () => copyLedger((await opened()).db),
    async start(given) {
      handlers = given;
      const began = begin();
      if (databaseUrl === undefined) await began;
    },
    check: look,
    queues: async () => queueStates((await openedSoon()).db.sql),
    restartWatch: async () => (await openedSoon()).queue?.restart('watch'),
    async stop(withinMs) {
      clearTimeout(again);
      clearInterval(recovering);
      const within = sleep(withinMs + CLOSE_MS, null, { ref: false });
      const open = await Promise.race([opening?.catch(() => null), within]);
      // A database that hangs hangs here, too: what it holds is given back by its own limits.
      await Promise.race([open && end(open, withinMs), within]);
      lock?.release();
    },
  };
}

const CLOSE_MS = 1_000;

async function end({ db, queue }: OpenedStore, withinMs: number): Promise<void> {
  await queue?.stop(withinMs);
  await db.close();
}

function faultOf(error: unknown): DatabaseFault {
  const fault = asFault(error);
  if (fault instanceof DatabaseFault) return fault;
  return new DatabaseFault('refused', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

/** `known`: why the last try failed. */
async function silence(known: () => DatabaseFault | null): Promise<never> {
  await sleep(SOON_MS, undefined, { ref: false });
  throw known() ?? new DatabaseFault('silent', `not open after ${SOON_MS / 1_000} s`);
}

/** Who asks while one is under way, or shortly after, gets the same answer. `work` never rejects. */
function sharedFor<T>(ms: number, work: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | null = null;
  let until = Number.POSITIVE_INFINITY;
  return () => {
    if (last && performance.now() < until) return last;
    until = Number.POSITIVE_INFINITY;
    last = work().finally(() => {
      until = performance.now() + ms;
    });
    return last;
  };
}

/** The same, each of its methods after the opening. */
function lazily<T extends object>(open: () => Promise<T>): T {
  return new Proxy(Object.create(null), {
    get:
      (_target, name) =>
      async (...given: unknown[]) => {
        const opened = await open();
        const method: unknown = Reflect.get(opened, name);
        if (typeof method !== 'function') throw new Error(`there is no ${String(name)}`);
        return Reflect.apply(method, opened, given);
      },
  });
}

/** The whole store: opened, migrated and served by its queue, and opened again while the database is out of reach. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionStore } from '../operations/ports/action-store.ts';
import type { LedgerProof } from '../operations/ports/audit-proof.ts';
import { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { IncidentStore } from '../operations/ports/incident-store.ts';
import type { QueueState } from '../operations/ports/queue-state.ts';
import type { RefusalSeen } from '../operations/ports/slack-refusals.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { createActionStore } from './actions/action-store.ts';
import { lastLine } from './audit/audit.ts';
import { auditKeysOf } from './audit/audit-key.ts';
import { type Db, lockDirectory } from './database/db.ts';
import { asFault } from './database/fault.ts';
import { lookAtDatabase } from './database/look.ts';
import { createIncidentStore, type IncidentJobs } from './incidents/incident-store.ts';
import { type OpenedStore, type OpeningOptions, openDatabase } from './opened-store.ts';
import { copyLedger } from './proof/ledger-copy.ts';
import { type LedgerCopy, proveLedger } from './proof/proof.ts';
import { type Queue, queueStates } from './queue.ts';
import type { JobHandlers } from './queue-jobs.ts';
import { noteRefusal } from './slack-refusals.ts';

export interface StoreOptions extends OpeningOptions {
  /** Keys of the audit: the first one seals new lines, the others check lines that they sealed earlier. */
  readonly auditKeys?: readonly string[];
}

export interface Store {
  /** Opens the database when it is not open yet. */
  readonly actionStore: ActionStore;
  readonly incidentStore: IncidentStore;
  /** The ledger itself, once the database is open and migrated. */
  open(): Promise<ActionStore>;
  /** Keeps what Slack refused; does nothing while no database is open. Rejects when it could not be kept. */
  noteRefusal(refusal: RefusalSeen, at: Instant): Promise<void>;
  /** Checks the whole ledger against its audit. */
  prove(): Promise<LedgerProof>;
  /** The id of the key that sealed the audit's last line; null when none did. */
  lastKeyId(): Promise<string | null>;
  /** The whole ledger, as it is now. */
  copy(): Promise<LedgerCopy>;
  /**
   * Begins to work, and tries again every ten seconds while the database is out of reach. Resolves once the embedded
   * database is open: opening it takes seconds in which the process answers nobody. It does not wait for a server.
   */
  start(handlers: JobHandlers): Promise<void>;
  /** Null when a change can be written down now, else why not. Callers within some seconds share one look. Never rejects. */
  check(): Promise<DatabaseFault | null>;
  /** The state of each queue that has waiting jobs. Rejects when it cannot be read. */
  queues(): Promise<readonly QueueState[]>;
  /** Restarts the workers that look at the targets. */
  restartWatch(): Promise<void>;
  stop(withinMs: number): Promise<void>;
}

const AGAIN_MS = 10_000;
/** Opening the database again takes longer than anybody waits for an answer. */
const SOON_MS = 2_500;
/** Strangers may ask as often as they like. */
const LOOK_HOLDS_MS = 2_000;

/**
 * Throws when the embedded database is in use by another process, but not when PostgreSQL is out of reach. Without `start`
 * no job is done (the terminal), and an embedded database is created at its first use only: that takes seconds and hundreds
 * of megabytes, and a diagnosis does not need it.
 */
export function openStore(options: StoreOptions): Store {
  const { databaseUrl, directory, onError, told } = options;
  const keys = auditKeysOf(options.auditKeys ?? []);
  const lock = databaseUrl === undefined ? lockDirectory(directory) : null;
  let handlers: JobHandlers | null = null;
  let again: NodeJS.Timeout | undefined;
  const opener = createOpener(
    () => openDatabase(options, keys, handlers),
    () => handlers !== null && databaseUrl !== undefined,
  );
  const { now: opened, soon } = opener;
  const db = lazyDb(soon);
  const actionStore = createActionStore(
    db,
    lazyActionJobs(opened, options.sends, () => handlers),
    told,
    keys,
  );
  const incidentStore = createIncidentStore(
    db,
    lazyIncidentJobs(soon, () => handlers),
    told,
    keys,
  );

  async function begin(): Promise<void> {
    try {
      await opened();
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
      again = setTimeout(begin, AGAIN_MS);
    }
  }

  return {
    actionStore,
    incidentStore,
    async open() {
      await opened();
      return actionStore;
    },
    async noteRefusal(refusal, at) {
      if (opener.isBegun()) await noteRefusal((await soon()).db, refusal, at);
    },
    prove: async () => proveLedger(await copyLedger((await opened()).db), keys),
    lastKeyId: async () => (await lastLine((await opened()).db.sql))?.seal?.keyId ?? null,
    copy: async () => copyLedger((await opened()).db),
    async start(given) {
      handlers = given;
      const began = begin();
      if (databaseUrl === undefined) await began;
    },
    check: sharedFor(LOOK_HOLDS_MS, async () =>
      opener.isBegun() ? soon().then(({ db: found }) => lookAtDatabase(found), faultOf) : opener.fault(),
    ),
    queues: async () => queueStates((await soon()).db.sql),
    restartWatch: async () => (await soon()).queue?.restart('watch'),
    async stop(withinMs) {
      clearTimeout(again);
      await opener.close(withinMs);
      lock?.release();
    },
  };
}

interface Opener {
  /** The open database. Rejects with a fault. */
  now(): Promise<OpenedStore>;
  /** The same, but rejects within seconds while a server does not answer: a bot answers people, who do not wait for it. */
  soon(): Promise<OpenedStore>;
  isBegun(): boolean;
  /** Why the last try failed; null when none did. */
  fault(): DatabaseFault | null;
  close(withinMs: number): Promise<void>;
}

const CLOSE_MS = 1_000;

/** One opening for all callers; the next caller tries again one that failed. `mayHang`: a server may not answer. */
function createOpener(open: () => Promise<OpenedStore>, mayHang: () => boolean): Opener {
  let opening: Promise<OpenedStore> | null = null;
  let isOpen = false;
  let fault: DatabaseFault | null = null;

  async function openOnce(): Promise<OpenedStore> {
    try {
      const store = await open();
      fault = null;
      isOpen = true;
      return store;
    } catch (error) {
      opening = null;
      fault = faultOf(error);
      throw fault;
    }
  }

  function now(): Promise<OpenedStore> {
    opening ??= openOnce();
    return opening;
  }

  return {
    now,
    // The embedded database is here, and only slow.
    soon: () => (mayHang() && !isOpen ? Promise.race([now(), silence(() => fault)]) : now()),
    isBegun: () => opening !== null,
    fault: () => fault,
    async close(withinMs) {
      const within = sleep(withinMs + CLOSE_MS, null, { ref: false });
      const store = await Promise.race([opening?.catch(() => null), within]);
      // A database that hangs would hang here as well: its own limits release what it holds.
      await Promise.race([store?.close(withinMs), within]);
    },
  };
}

/** Opens the database at its first use. */
function lazyDb(open: () => Promise<OpenedStore>): Pick<Db, 'sql' | 'tx'> {
  return {
    sql: async (...statement) => (await open()).db.sql(...statement),
    tx: async (work) => (await open()).db.tx(work),
  };
}

/** A process that does no jobs sends only those that it is allowed to. */
function lazyActionJobs(
  open: () => Promise<OpenedStore>,
  sends: OpeningOptions['sends'],
  handlers: () => JobHandlers | null,
): Pick<Queue, 'enqueue'> {
  return {
    enqueue: async (sql, name, ...job) => {
      if (handlers() || sends?.has(name)) await (await open()).queue?.enqueue(sql, name, ...job);
    },
  };
}

/** A process that does no jobs sends none about incidents. */
function lazyIncidentJobs(
  open: () => Promise<OpenedStore>,
  handlers: () => JobHandlers | null,
): IncidentJobs {
  const queue = async () => (handlers() ? (await open()).queue : null);
  return {
    enqueue: async (...job) => (await queue())?.enqueue(...job),
    askForLooks: async (...targets) => (await queue())?.askForLooks(...targets),
    askForLook: async (...look) => (await queue())?.askForLook(...look),
  };
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

/** Callers during one call of `work`, or shortly after it, share its answer. `work` never rejects. */
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

/** The whole store. It opens and migrates the database, runs its queue, and reopens the database after an outage. */

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
  /** Keys of the audit. The first one seals new lines; the others verify lines that they sealed earlier. */
  readonly auditKeys?: readonly string[];
}

export interface Store {
  /** Opens the database on first use. */
  readonly actionStore: ActionStore;
  readonly incidentStore: IncidentStore;
  /** Resolves with the ledger itself once the database is open and migrated. */
  open(): Promise<ActionStore>;
  /**
   * Stores a refusal from Slack. Does nothing while no database is open,
   * and rejects if the refusal could not be stored.
   */
  noteRefusal(refusal: RefusalSeen, at: Instant): Promise<void>;
  /** Checks the whole ledger against its audit. */
  prove(): Promise<LedgerProof>;
  /** Returns the id of the key that sealed the audit's last line, or null if it has no seal. */
  lastKeyId(): Promise<string | null>;
  /** Returns the whole ledger as it is now. */
  copy(): Promise<LedgerCopy>;
  /**
   * Starts working, and retries every ten seconds while the database is unreachable. Resolves once the embedded
   * database is open, because opening it blocks the process for seconds. It does not wait for a server.
   */
  start(handlers: JobHandlers): Promise<void>;
  /**
   * Returns null if a change can be recorded now, or why it cannot.
   * Calls within a few seconds share one check. Never rejects.
   */
  check(): Promise<DatabaseFault | null>;
  /** Returns the state of each queue that has waiting jobs. Rejects if it cannot be read. */
  queues(): Promise<readonly QueueState[]>;
  /** See `Queue.verifySooner`. */
  verifySooner(target: string): Promise<void>;
  /** Restarts the workers that look at the targets. */
  restartWatch(): Promise<void>;
  stop(withinMs: number): Promise<void>;
}

const AGAIN_MS = 10_000;
/** Nobody waits for a response as long as it takes to reopen the database, so a request fails after this time. */
const SOON_MS = 2_500;
/** A public route triggers this check, so results are shared for this long. */
const LOOK_HOLDS_MS = 2_000;

/**
 * Throws if another process is using the embedded database, but not if PostgreSQL is unreachable. Without `start` no
 * jobs run (the terminal), and an embedded database is created only on first use: creating it takes seconds and
 * hundreds of megabytes, and a diagnosis does not need it.
 */
export function openStore(options: StoreOptions): Store {
  const { databaseUrl, directory, onError, onAuditLine } = options;
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
    onAuditLine,
    keys,
  );
  const incidentStore = createIncidentStore(
    db,
    lazyIncidentJobs(soon, () => handlers),
    onAuditLine,
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
    verifySooner: async (target) => (await soon()).queue?.verifySooner(target),
    restartWatch: async () => (await soon()).queue?.restart('watch'),
    async stop(withinMs) {
      clearTimeout(again);
      await opener.close(withinMs);
      lock?.release();
    },
  };
}

interface Opener {
  /** Resolves with the open database, or rejects with a DatabaseFault. */
  now(): Promise<OpenedStore>;
  /**
   * Like `now`, but rejects within seconds if a server does not respond,
   * because the bot's users do not wait that long.
   */
  soon(): Promise<OpenedStore>;
  isBegun(): boolean;
  /** Returns why the last attempt failed, or null if it succeeded. */
  fault(): DatabaseFault | null;
  close(withinMs: number): Promise<void>;
}

const CLOSE_MS = 1_000;

/**
 * Shares one opening between all callers. After a failure, the next caller tries again. `mayHang` is true for a
 * server, which may not respond.
 */
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
    // The embedded database is local: it is only slow, so wait for it.
    soon: () => (mayHang() && !isOpen ? Promise.race([now(), silence(() => fault)]) : now()),
    isBegun: () => opening !== null,
    fault: () => fault,
    async close(withinMs) {
      const within = sleep(withinMs + CLOSE_MS, null, { ref: false });
      const store = await Promise.race([opening?.catch(() => null), within]);
      // A hung database would hang here too. The server's own limits release what it holds.
      await Promise.race([store?.close(withinMs), within]);
    },
  };
}

/** Opens the database on first use. */
function lazyDb(open: () => Promise<OpenedStore>): Pick<Db, 'sql' | 'tx'> {
  return {
    sql: async (...statement) => (await open()).db.sql(...statement),
    tx: async (work) => (await open()).db.tx(work),
  };
}

/** A process that runs no jobs sends only those that it is allowed to send. */
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

/** A process that runs no jobs sends none about incidents. */
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

/** `known` returns why the last attempt failed. */
async function silence(known: () => DatabaseFault | null): Promise<never> {
  await sleep(SOON_MS, undefined, { ref: false });
  throw known() ?? new DatabaseFault('silent', `not open after ${SOON_MS / 1_000} s`);
}

/** Calls during one run of `work`, or shortly after it, share its result. `work` never rejects. */
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

/**
 * The ledger at the terminal: the team's if it can be opened,
 * or a local one, so that nobody has to wait for a database.
 */

import type { ActingStore } from '../../operations/ports/action-store.ts';
import type { LedgerProof } from '../../operations/ports/audit-proof.ts';
import { restoredBy } from '../../runbook/actions/lifecycle.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { formationsIn } from '../actions/kept-formations.ts';
import { type AuditFile, auditPath, openAuditFile } from '../audit/audit-file.ts';
import { auditKeysOf } from '../audit/audit-key.ts';
import { hasEmbedded } from '../database/db.ts';
import type { LedgerCopy } from '../proof/proof.ts';
import type { JobName } from '../queue-jobs.ts';
import { openStore, type Store } from '../store.ts';
import { createLocalActionStore, forgetIn } from './local-action-store.ts';

export interface TerminalStoreOptions {
  readonly databaseUrl?: string;
  readonly directory: string;
  /** A dyno's disk is lost when the dyno ends, so no embedded database is created there. */
  readonly isDyno: boolean;
  /** Keys of the audit. The first one seals new lines; the others verify lines that they sealed earlier. */
  readonly auditKeys: readonly string[];
  now(): Instant;
  /** Returns a signal that aborts after this many milliseconds. */
  expire(ms: number): AbortSignal;
  onError(error: Error): void;
  /** Called once if the local audit file does not accept a line. */
  onLost(why: string): void;
}

export interface TerminalStore {
  readonly actionStore: ActingStore;
  /** Says why this is not the team's ledger, and where changes are logged. Null when it is the team's. */
  readonly offlineNotice: string | null;
  /** A warning for the operator about the audit lines of this change, or null. */
  readonly warning: string | null;
  close(): Promise<void>;
}

/**
 * PostgreSQL counts as unreachable after this time, because the app may be down. The embedded database is local and
 * only slow, so it has no limit.
 */
const OPEN_MS = 10_000;
const CLOSE_MS = 3_000;

/**
 * Jobs that are left to the running bot: it draws the card, posts in its thread, and watches. The terminal itself
 * sends the change and verifies it.
 */
const SENDS: ReadonlySet<JobName> = new Set(['draw', 'tell', 'care']);

const NO_DISK =
  'DATABASE_URL is not set, and a dyno loses its disk when it ends: the record of this change will be lost with it.';

/** Never rejects. */
export async function openAtTerminal(options: TerminalStoreOptions): Promise<TerminalStore> {
  const path = auditPath(options.directory);
  const file = openAuditFile(path, options.onLost, auditKeysOf(options.auditKeys));
  if (options.isDyno && options.databaseUrl === undefined) return offline(file, NO_DISK);
  const opened = await openTeams(options);
  if (typeof opened !== 'string')
    return {
      actionStore: withKept(opened.actionStore, file),
      offlineNotice: null,
      warning: await unkeyed(opened.store, options.auditKeys),
      close: () => opened.store.stop(CLOSE_MS),
    };
  const words = `The ledger cannot be opened: ${opened}. Continuing without it; logging to ${path}. I can't check for other changes in progress.`;
  return offline(file, words);
}

/** An emergency stop must not wait for a missing key. */
async function unkeyed(store: Store, keys: readonly string[]): Promise<string | null> {
  const keyId = keys.length > 0 ? null : await store.lastKeyId();
  return keyId === null
    ? null
    : `The audit is keyed (key id ${keyId}), and AUDIT_KEY is not set here: history --verify will flag the lines of this change.`;
}

function offline(file: AuditFile, words: string): TerminalStore {
  return {
    actionStore: createLocalActionStore(file),
    offlineNotice: words,
    warning: null,
    close: async () => {},
  };
}

interface Teams {
  readonly store: Store;
  readonly actionStore: ActingStore;
}

/** Returns the team's store, opened, or the reason it could not be opened. */
async function openTeams(options: TerminalStoreOptions): Promise<Teams | string> {
  try {
    const store = openStore({ ...options, sends: SENDS });
    try {
      const opening = store.open();
      const isHere = options.databaseUrl === undefined;
      return { store, actionStore: await (isHere ? opening : Promise.race([opening, late(options)])) };
    } catch (error) {
      // Do not wait for a store that hangs.
      store.stop(0).catch(options.onError);
      throw error;
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function late({ expire }: TerminalStoreOptions): Promise<never> {
  return new Promise((_resolve, reject) => {
    const words = `not open after ${OPEN_MS / 1000} s`;
    expire(OPEN_MS).addEventListener('abort', () => reject(new Error(words)));
  });
}

/** Also restores the formation of an app that was stopped while the ledger was unreachable. */
function withKept(actionStore: ActingStore, file: AuditFile): ActingStore {
  return {
    ...actionStore,
    savedFormations: async (app) => [
      ...(await actionStore.savedFormations(app)),
      ...formationsIn(file.lines(), app),
    ],
    async move(id, step) {
      const moved = await actionStore.move(id, step);
      const processType = moved && step.name === 'succeed' ? restoredBy(moved) : null;
      if (moved && processType !== null)
        forgetIn(file, moved.app, [{ processType, since: Number.POSITIVE_INFINITY }], step.at);
      return moved;
    },
    async forgetFormations(app, seen, at) {
      await actionStore.forgetFormations(app, seen, at);
      forgetIn(file, app, seen, at);
    },
  };
}

export interface History {
  readonly actionStore: ActingStore;
  /** Checks the whole ledger against its audit. */
  prove(): Promise<LedgerProof>;
  copy(): Promise<LedgerCopy>;
  close(): Promise<void>;
}

/** Opens the team's ledger for reading. Returns null if nothing was written yet, and throws if it cannot be opened. */
export async function openHistory(options: TerminalStoreOptions): Promise<History | null> {
  const { databaseUrl, directory } = options;
  if (databaseUrl === undefined && !hasEmbedded(directory)) return null;
  const teams = await openTeams(options);
  if (typeof teams === 'string') throw new Error(teams);
  const { actionStore, store } = teams;
  return { actionStore, prove: store.prove, copy: store.copy, close: () => store.stop(CLOSE_MS) };
}

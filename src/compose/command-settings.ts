/** Builds what each terminal command needs. Only commands that need a ledger or a driver open it. */

import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActSetting, OpenedSession } from '../cli/act.ts';
import type { CommandContext } from '../cli/context.ts';
import type { ExportSetting } from '../cli/export.ts';
import type { HistorySetting } from '../cli/history.ts';
import type { IncidentSetting } from '../cli/incident-context.ts';
import type { Terminal } from '../cli/output.ts';
import type { FileSetting } from '../cli/verify-file.ts';
import { type Checked, type Config, readAuditKeys, readConfig } from '../config.ts';
import { createLog, type Logger } from '../log.ts';
import { createTerminalSession } from '../operations/actions/terminal-session.ts';
import {
  createDiagnosisService,
  type DiagnosisServiceDeps,
} from '../operations/diagnosis/diagnosis-service.ts';
import type { ActingStore } from '../operations/ports/action-store.ts';
import { terminalActor } from '../runbook/model/actor.ts';
import { createRedactor, type Redactor } from '../runbook/redaction/redact.ts';
import { auditPath, verifyAuditFile } from '../store/audit/audit-file.ts';
import { auditKeysOf } from '../store/audit/audit-key.ts';
import type { TerminalStoreOptions } from '../store/terminal/actions.ts';
import { exportedRecords, proveExported } from './exported-ledger.ts';
import { incidentSetting, watchesAtTerminal } from './incident-terminal.ts';
import { rememberingAtTerminal } from './remembering-terminal.ts';
import { createTerminal, interruption } from './terminal.ts';
import { createOutside, createWrite, doableKinds } from './upstreams.ts';

const { stdin, stderr } = process;

export interface Base {
  readonly config: Config;
  readonly redactor: Redactor;
  readonly terminal: Terminal;
  readonly log: Logger;
}

export function openBase(): Checked<Base> {
  const config = readConfig();
  if (!config.ok) return config;
  const redactor = createRedactor({ secrets: config.value.secrets });
  const log = createLog(stderr.isTTY ? 'silent' : 'error', redactor, stderr);
  return {
    ok: true,
    value: { config: config.value, redactor, log, terminal: createTerminal(redactor) },
  };
}

/** For commands that read. */
export function openSetting(): Checked<CommandContext> {
  const base = openBase();
  if (!base.ok) return base;
  const { config, redactor, terminal, log } = base.value;
  const reading: DiagnosisServiceDeps = {
    outside: createOutside(config, log),
    facts: config.facts,
    redactor,
    now: Date.now,
    elapsed: () => performance.now(),
    expire: AbortSignal.timeout,
    progress: (answered, of) =>
      terminal.progress(`Querying Heroku, GitHub and the app: ${answered} of ${of} responded`),
  };
  const diagnosisService = createDiagnosisService(reading);
  const watches = watchesAtTerminal(base.value);
  const remembering = rememberingAtTerminal(base.value, reading);
  return { ok: true, value: { terminal, facts: config.facts, diagnosisService, watches, remembering } };
}

/** For commands about incidents. */
export function openIncidents(): Checked<IncidentSetting> {
  const base = openBase();
  return base.ok ? { ok: true, value: incidentSetting(base.value) } : base;
}

/** For commands that change something. */
export function openActing(): Checked<ActSetting> {
  const base = openBase();
  if (!base.ok) return base;
  const { terminal, config } = base.value;
  const open = async (): Promise<OpenedSession> => {
    const { openAtTerminal } = await import('../store/terminal/actions.ts');
    const store = await openAtTerminal(storeOptions(base.value));
    return {
      session: createSession(base.value, store.actionStore, interruption(terminal)),
      offlineNotice: store.offlineNotice,
      warning: store.warning,
      whoContinues: whoContinues(config, store.offlineNotice),
      close: store.close,
    };
  };
  return { ok: true, value: { terminal, facts: config.facts, open } };
}

export function openPast(): Checked<HistorySetting> {
  const base = openBase();
  if (!base.ok) return base;
  const { terminal, config } = base.value;
  const open: HistorySetting['open'] = async () => {
    const { openHistory } = await import('../store/terminal/actions.ts');
    const history = await openHistory(storeOptions(base.value));
    if (!history) return null;
    return {
      ...history,
      settle: createSession(base.value, history.actionStore, new AbortController().signal).settle,
    };
  };
  const path = auditPath(config.RAXX_DATA_DIR);
  const local: HistorySetting['local'] = () => {
    const proof = verifyAuditFile(path, auditKeysOf(config.auditKeys));
    return proof && { ...proof, path };
  };
  return { ok: true, value: { terminal, facts: config.facts, open, local } };
}

export function openExport(): Checked<ExportSetting> {
  const base = openBase();
  if (!base.ok) return base;
  const { terminal, redactor } = base.value;
  return { ok: true, value: { terminal, records: exportedRecords(storeOptions(base.value), redactor) } };
}

/** For an exported ledger, which needs the audit keys and no other configuration. */
export function openExported(): Checked<FileSetting> {
  const keys = readAuditKeys();
  if (!keys.ok) return keys;
  const terminal = createTerminal(createRedactor({ secrets: keys.value }));
  return { ok: true, value: { terminal, prove: proveExported(keys.value, stdin) } };
}

function createSession({ config, redactor, log }: Base, actionStore: ActingStore, interrupted: AbortSignal) {
  return createTerminalSession({
    actionStore,
    outside: createOutside(config, log),
    write: createWrite(config, log),
    facts: config.facts,
    redactor,
    // The holder of the credentials decides, so HEROKU_API_KEY may also set that one variable.
    canDo: new Set([...doableKinds(config), 'boot_timeout']),
    // Only one process at a time can open the embedded database, and this one has it.
    isAlone: config.DATABASE_URL === undefined,
    who: terminalActor(userInfo().username, hostname()),
    interrupted,
    now: Date.now,
    expire: AbortSignal.timeout,
    wait: (ms) => sleep(ms, undefined, { signal: interrupted }).catch(() => undefined),
  });
}

function storeOptions({ config, log, terminal }: Base): TerminalStoreOptions {
  const { DATABASE_URL, RAXX_DATA_DIR, DYNO, auditKeys } = config;
  return {
    ...(DATABASE_URL === undefined ? {} : { databaseUrl: DATABASE_URL }),
    directory: RAXX_DATA_DIR,
    isDyno: DYNO !== undefined,
    auditKeys,
    now: Date.now,
    expire: AbortSignal.timeout,
    onError: (error) => log.error({ err: error }, 'database or queue error'),
    onLost: (why) =>
      terminal.err(`The local audit file can't be written (${why}): this change is not recorded anywhere.\n`),
  };
}

function whoContinues({ DATABASE_URL }: Config, offlineNotice: string | null): string {
  if (offlineNotice !== null) return 'No bot is following it: check again with npx raxx diagnose.';
  return DATABASE_URL === undefined
    ? 'npx raxx history checks again and shows the result.'
    : 'A running bot keeps checking; npx raxx history checks again and shows the result.';
}

/** What each command of the terminal is given. Ledgers and drivers are opened only by commands that need them. */

import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActSetting, OpenedSession } from '../cli/act.ts';
import type { Ask } from '../cli/confirm.ts';
import type { CommandContext } from '../cli/context.ts';
import type { ExportSetting } from '../cli/export.ts';
import type { HistorySetting } from '../cli/history.ts';
import type { IncidentSetting } from '../cli/incident-context.ts';
import type { Terminal } from '../cli/output.ts';
import { createPaint } from '../cli/paint.ts';
import type { FileSetting } from '../cli/verify-file.ts';
import {
  type Checked,
  type Config,
  notSet,
  readAuditKeys,
  readConfig,
  readSlackSettings,
} from '../config.ts';
import { createLog, type Logger } from '../log.ts';
import { createTerminalSession } from '../operations/actions/terminal-session.ts';
import {
  createDiagnosisService,
  type DiagnosisServiceDeps,
} from '../operations/diagnosis/diagnosis-service.ts';
import { type Checkup, checkBudget, checkOutside } from '../operations/diagnosis/doctor.ts';
import type { ActingStore } from '../operations/ports/action-store.ts';
import { refusalCheckups } from '../operations/ports/slack-refusals.ts';
import { unapprovable } from '../runbook/actions/approval-rules.ts';
import { terminalActor } from '../runbook/model/actor.ts';
import { asRecord } from '../runbook/model/record.ts';
import { createRedactor, type Redactor } from '../runbook/redaction/redact.ts';
import { redactJson } from '../runbook/redaction/redact-json.ts';
import { printable, printableJson } from '../runbook/text/harmless.ts';
import { auditPath, verifyAuditFile } from '../store/audit/audit-file.ts';
import { auditKeysOf } from '../store/audit/audit-key.ts';
import type { TerminalStoreOptions } from '../store/terminal/actions.ts';
import { createPurses } from '../upstream/budget.ts';
import { exportedRecords, proveExported } from './exported-ledger.ts';
import { incidentSetting, watchesAtTerminal } from './incident-terminal.ts';
import { rememberingAtTerminal } from './remembering-terminal.ts';
import { createOutside, createWrite, doableKinds } from './upstreams.ts';

const { stdin, stdout, stderr } = process;

/** `redactor`: null where no secrets are known. No control characters but our own colours reach the terminal. */
export function createTerminal(redactor: Redactor | null): Terminal {
  const clean = (text: string) => printable(redactor ? redactor.text(text) : text);
  const answer = (text: string) => printable(redactor ? redactJson(text, redactor, 2) : text);
  const overwrite = (text: string) => void stderr.write(`\r\u001b[2K${text}`);
  return {
    out: (text) => void stdout.write(answer(text)),
    record: (value) => void stdout.write(`${printableJson(redactor ? redactor.deep(value) : value)}\n`),
    err: (text) => void stderr.write(clean(text)),
    progress: (text) => {
      if (stderr.isTTY) overwrite(text);
    },
    step: (text) => {
      const words = clean(text);
      if (!stderr.isTTY) stderr.write(`${words}\n`);
      // A text that is longer than a line cannot be overwritten, so it stays.
      else overwrite(words.length < stderr.columns ? words : `${words}\n`);
    },
    // In a pipe isTTY is undefined, which picocolors would take as "detect it yourself".
    paint: createPaint(stdout.isTTY === true && stdout.hasColors()),
  };
}

interface Base {
  readonly config: Config;
  readonly redactor: Redactor;
  readonly terminal: Terminal;
  readonly log: Logger;
}

function openBase(): Checked<Base> {
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
      terminal.progress(`Asking Heroku, GitHub and the app: ${answered} of ${of} answered`),
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
    // The holder of the credentials decides, so HEROKU_API_KEY may set that one variable, too.
    canDo: new Set([...doableKinds(config), 'boot_timeout']),
    // The embedded database belongs to one process at a time, which is this one.
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

/** The first Ctrl-C stops as soon as it is known what was sent; a second one ends the process at once. */
function interruption(terminal: Terminal): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      terminal.progress('');
      terminal.err('Stopping once the request is confirmed…\n');
      controller.abort();
    });
  }
  return controller.signal;
}

/** Null when stdin is not a terminal. */
export function questioner(): Ask | null {
  if (!stdin.isTTY) return null;
  return (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input: stdin, output: stderr });
      lines.once('close', () => resolve(null));
      lines.question(question, (answer) => {
        resolve(answer);
        lines.close();
      });
    });
}

/** Checks everything that can be checked without changing anything. Never rejects. */
export async function checkEverything(): Promise<{ terminal: Terminal; checkups: readonly Checkup[] }> {
  const base = openBase();
  if (!base.ok) {
    const checkups = base.faults.map(({ path, words }): Checkup => ({ status: 'fail', about: path, words }));
    return { terminal: createTerminal(null), checkups };
  }
  const { config, log, terminal } = base.value;
  terminal.progress('Asking Heroku, GitHub, the database and Slack…');
  const { facts } = config;
  const purses = createPurses({ now: Date.now });
  const outside = createOutside(config, log, purses);
  const parts = await Promise.all([
    checkOutside({ outside, facts, now: Date.now, expire: AbortSignal.timeout }),
    checkStore(config),
    checkSlackSettings(config),
  ]);
  terminal.progress('');
  const warnings = [
    ...unapprovable(facts).map((words): Checkup => ({ status: 'warn', about: 'Approvals', words })),
    ...[...config.shortSecrets, ...notSet(config)].map(
      ({ path, words }): Checkup => ({ status: 'warn', about: path, words }),
    ),
  ];
  const hours = [purses.heroku, purses.github].map((purse) => checkBudget(purse.now()));
  return { terminal, checkups: [...parts.flat(), ...hours, ...warnings] };
}

async function checkStore({ DATABASE_URL, RAXX_DATA_DIR, DYNO }: Config): Promise<Checkup[]> {
  const about = 'Database';
  if (DYNO !== undefined && DATABASE_URL === undefined)
    return [
      {
        status: 'fail',
        about,
        words: 'DATABASE_URL is not set, and the disk of a dyno is lost at least once a day',
      },
    ];
  const { checkDatabase } = await import('../store/database/check.ts');
  const { refusals = [], ...seen } = await checkDatabase(DATABASE_URL, RAXX_DATA_DIR);
  return [{ about, ...seen }, ...refusalCheckups(refusals)];
}

async function checkSlackSettings({ facts }: Config): Promise<Checkup[]> {
  const slack = readSlackSettings();
  if (!slack)
    return [{ status: 'warn', about: 'Slack', words: 'not checked: SLACK_BOT_TOKEN is not set here' }];
  if (!slack.ok) return slack.faults.map(({ path, words }) => ({ status: 'fail', about: path, words }));
  const { checkSlack } = await import('../slack/delivery/doctor.ts');
  const { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl } = slack.value;
  return checkSlack({ botToken, apiUrl, facts });
}

/** The version of this program: `0.1.0`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = asRecord(JSON.parse(text));
  return String(version);
}

export function readManifest(): string {
  return readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8');
}

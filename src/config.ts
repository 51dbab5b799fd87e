/**
 * The whole configuration, checked at once: environment variables and `runbook.yml`.
 * Only this file reads `process.env`.
 */
import { readFileSync } from 'node:fs';
import querystring from 'node:querystring';
import {
  parseAuditKeys,
  parseDatabaseUrl,
  parseShared,
  parseSlack,
  type SharedSettings,
  type SlackSettings,
  type Variables,
} from './config/environment.ts';
import type { Checked, Fault } from './config/fault.ts';
import { notSet } from './config/optional.ts';
import { parseRunbook } from './config/runbook-file.ts';
import type { Facts } from './runbook/model/runbook-config.ts';
import { SHORTEST_SECRET } from './runbook/redaction/configured.ts';

export { type Checked, type Fault, notSet };

/** Settings of the terminal: credentials for Heroku and GitHub and the team's facts, but nothing for Slack. */
export interface Config extends SharedSettings {
  readonly facts: Facts;
  /** The exact value of every configured secret, for the redactor. */
  readonly secrets: readonly string[];
  /** The audit keys. The first one seals new lines; the others verify lines that they sealed earlier. */
  readonly auditKeys: readonly string[];
  /** Secrets that are too short to be redacted. */
  readonly shortSecrets: readonly Fault[];
}

export interface BotConfig extends Config, SlackSettings {}

/** The exit status of a misconfigured process (sysexits: EX_CONFIG). */
export const EXIT_CONFIG = 78;

/** Variables whose values are redacted wherever they appear. */
const SECRETS = [
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'HEROKU_API_KEY',
  'HEROKU_WRITE_API_KEY',
  'HEROKU_WEBHOOK_SECRET',
  'GITHUB_TOKEN',
  'GITHUB_APP_PRIVATE_KEY',
  'GITHUB_ADMIN_TOKEN',
  'GITHUB_WEBHOOK_SECRET',
  'DATABASE_URL',
  'METRICS_TOKEN',
  'AUDIT_KEY',
  'HEARTBEAT_URL',
];

/** Reads and checks what the terminal needs. Returns all faults at once; an unreadable file is one of them. */
export function readConfig(variables: Variables = process.env): Checked<Config> {
  const shared = parseShared(variables);
  const facts = readFacts(runbookPath(variables));
  if (shared.ok && facts.ok) {
    const named = secretsOf(variables);
    const secrets = named.map(({ value }) => value);
    const shortSecrets = tooShort(named);
    const auditKeys = shared.value.AUDIT_KEY ?? [];
    return { ok: true, value: { ...shared.value, facts: facts.value, secrets, shortSecrets, auditKeys } };
  }
  return { ok: false, faults: [...faults(shared), ...faults(facts)] };
}

/** Reads the same plus Slack's credentials, and on Heroku requires a database that outlives the dyno. */
export function readBotConfig(variables: Variables = process.env): Checked<BotConfig> {
  const config = readConfig(variables);
  const slack = parseSlack(variables);
  const lost = variables.DYNO && !variables.DATABASE_URL?.trim() ? faults(parseDatabaseUrl(variables)) : [];
  if (config.ok && slack.ok && lost.length === 0)
    return { ok: true, value: { ...config.value, ...slack.value } };
  return { ok: false, faults: [...faults(slack), ...faults(config), ...lost] };
}

/** Reads the database's URL, for the release phase. */
export function readDatabaseUrl(variables: Variables = process.env): Checked<string> {
  return parseDatabaseUrl(variables);
}

/** Reads the audit keys. Verifying an exported ledger needs nothing else. */
export function readAuditKeys(variables: Variables = process.env): Checked<readonly string[]> {
  return parseAuditKeys(variables);
}

/** Reads Slack's settings for the terminal, which can do without them. Null when they are not set here. */
export function readSlackSettings(variables: Variables = process.env): Checked<SlackSettings> | null {
  const isSet = ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'].some((name) => variables[name]?.trim());
  return isSet ? parseSlack(variables) : null;
}

/** Reads the team's facts from the file at `path`. Each fault's path begins with the file's name. */
export function readFacts(path: string): Checked<Facts> {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch {
    return {
      ok: false,
      faults: [{ path, words: 'should be a readable file: the runbook (see the README, or set RUNBOOK)' }],
    };
  }
  const parsed = parseRunbook(source);
  if (parsed.ok) return parsed;
  return { ok: false, faults: parsed.faults.map((fault) => ({ ...fault, path: `${path}: ${fault.path}` })) };
}

/** Returns one line per fault, as printed before exit 78. */
export function faultLines(found: readonly Fault[]): string {
  return found.map(({ path, words }) => `${path} ${words}\n`).join('');
}

/** Returns the path of the runbook file, for commands that need nothing else. */
export function runbookPath(variables: Variables = process.env): string {
  return variables.RUNBOOK || 'runbook.yml';
}

function faults<T>(checked: Checked<T>): readonly Fault[] {
  return checked.ok ? [] : checked.faults;
}

interface NamedSecret {
  readonly name: string;
  readonly value: string;
}

function secretsOf(variables: Variables): NamedSecret[] {
  const whole = SECRETS.map((name) => ({ name, value: variables[name]?.trim() ?? '' }));
  // The database's password is a separate secret, because drivers quote it without the rest of the URL.
  const database = variables.DATABASE_URL ?? '';
  const password = URL.canParse(database) ? new URL(database).password : '';
  const name = 'The password in DATABASE_URL';
  const keys = (variables.AUDIT_KEY ?? '')
    .split(',')
    .map((key) => ({ name: 'AUDIT_KEY', value: key.trim() }));
  const parts = [password, querystring.unescape(password)].map((value) => ({ name, value }));
  return [...whole, ...keys, ...parts].filter(({ value }) => value !== '');
}

/** Redacting such a short value everywhere would black out ordinary words. */
function tooShort(secrets: readonly NamedSecret[]): Fault[] {
  const short = secrets.filter(({ value }) => value.length < SHORTEST_SECRET);
  const words = `has fewer than ${SHORTEST_SECRET} characters, too few to be redacted: set a longer one`;
  return [...new Set(short.map(({ name }) => name))].map((path) => ({ path, words }));
}

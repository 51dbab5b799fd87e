/** The environment variables: what each should look like, and how they become settings. */
import { z } from 'zod';
import { baseUrl } from './base-url.ts';
import { type Checked, checkWith, type Fault } from './fault.ts';

/** A credential: text without white space. */
const secret = (should: string) => z.string({ error: should }).regex(/^\S+$/, { error: should });
const herokuToken = 'should be a Heroku API token (heroku authorizations:create)';

const SHORTEST_AUDIT_KEY = 32;
const auditKeyShould = `should be a key of at least ${SHORTEST_AUDIT_KEY} bytes (openssl rand -hex 32), or several separated by commas, the current one first`;
const byteLength = (text: string) => new TextEncoder().encode(text).length;

const shared = z.object({
  HEROKU_API_KEY: secret(herokuToken),
  HEROKU_WRITE_API_KEY: secret(herokuToken).optional(),
  HEROKU_API_URL: baseUrl.default('https://api.heroku.com'),
  HEROKU_STATUS_URL: baseUrl.default('https://status.heroku.com'),
  HEROKU_WEBHOOK_SECRET: secret('should be a secret without spaces').optional(),
  GITHUB_TOKEN: secret('should be a GitHub token (github_pat_… or ghp_…)').optional(),
  GITHUB_APP_ID: z.string().regex(/^\d+$/, { error: 'should be the number of a GitHub App' }).optional(),
  GITHUB_APP_PRIVATE_KEY: z
    .string()
    .regex(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+-----END [A-Z ]*PRIVATE KEY-----/, {
      error: 'should be a private key in PEM form (its newlines may be written as \\n)',
    })
    .optional(),
  GITHUB_APP_INSTALLATION_ID: z
    .string()
    .regex(/^\d+$/, { error: "should be the number of the App's installation" })
    .optional(),
  GITHUB_ADMIN_TOKEN: secret('should be a GitHub token').optional(),
  GITHUB_API_URL: baseUrl.default('https://api.github.com'),
  GITHUB_WEBHOOK_SECRET: secret('should be a secret without spaces').optional(),
  DATABASE_URL: z
    .string()
    .refine((text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol), {
      error: 'should be postgres://user:password@host:port/database',
    })
    .optional(),
  RAXX_DATA_DIR: z.string().default('.data'),
  /** The name of the dyno, set by Heroku. */
  DYNO: z.string().optional(),
  RUNBOOK: z.string().default('runbook.yml'),
  METRICS_TOKEN: secret('should be a secret without spaces').optional(),
  AUDIT_KEY: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    .refine((keys) => keys.every((key) => /^\S+$/.test(key) && byteLength(key) >= SHORTEST_AUDIT_KEY), {
      error: auditKeyShould,
    })
    .optional(),
  HEARTBEAT_URL: z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      error: 'should be a URL',
    })
    .optional(),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'should be a port: a number from 0 to 65535' })
    .transform(Number)
    .refine((port) => port <= 65_535, { error: 'should be a port: a number from 0 to 65535' })
    .default(3000),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'should be one of trace, debug, info, warn, error, fatal, silent',
    })
    .default('info'),
});

const slack = z.object({
  SLACK_BOT_TOKEN: z
    .string({ error: 'should be a bot token: xoxb-…' })
    .regex(/^xox[a-z][.\w-]*-\S+$/, { error: 'should be a bot token: xoxb-…' }),
  SLACK_SIGNING_SECRET: secret("should be the signing secret of the app's Basic Information page"),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-\S+$/, { error: 'should be an app-level token: xapp-…' })
    .optional(),
  SLACK_API_URL: baseUrl.default('https://slack.com/api').transform((url) => `${url}/`),
});

export type GitHubAuth =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      readonly privateKey: string;
      readonly installationId: string;
    };

export type SharedSettings = Omit<
  z.infer<typeof shared>,
  'GITHUB_TOKEN' | 'GITHUB_APP_ID' | 'GITHUB_APP_PRIVATE_KEY' | 'GITHUB_APP_INSTALLATION_ID'
> & { readonly githubAuth: GitHubAuth };
export type SlackSettings = z.infer<typeof slack>;

export type Variables = Readonly<Record<string, string | undefined>>;

/** Treats an empty variable as unset, because that is how people unset one in a dashboard. */
function withoutEmpty(variables: Variables): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined && value.trim() !== '') kept[name] = value.trim();
  }
  return kept;
}

export function parseShared(variables: Variables): Checked<SharedSettings> {
  const given = withoutEmpty(variables);
  const checked = checkWith(shared, given);
  const faults = [...(checked.ok ? [] : checked.faults), ...githubFaults(given)];
  if (!checked.ok || faults.length > 0) return { ok: false, faults };
  const { GITHUB_TOKEN, GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, GITHUB_APP_INSTALLATION_ID, ...rest } =
    checked.value;
  const githubAuth: GitHubAuth =
    GITHUB_TOKEN === undefined
      ? {
          kind: 'app',
          appId: GITHUB_APP_ID ?? '',
          privateKey: (GITHUB_APP_PRIVATE_KEY ?? '').replaceAll('\\n', '\n'),
          installationId: GITHUB_APP_INSTALLATION_ID ?? '',
        }
      : { kind: 'token', token: GITHUB_TOKEN };
  return { ok: true, value: { ...rest, githubAuth } };
}

/** GitHub needs a token, or every part of an App. Each missing part of an App is a fault. */
function githubFaults(given: Record<string, string>): Fault[] {
  if (given.GITHUB_TOKEN !== undefined) return [];
  const parts = ['GITHUB_APP_ID', 'GITHUB_APP_PRIVATE_KEY', 'GITHUB_APP_INSTALLATION_ID'];
  const missing = parts.filter((name) => given[name] === undefined);
  if (missing.length === parts.length) {
    return [{ path: 'GITHUB_TOKEN', words: `should be a GitHub token, or set ${parts.join(', ')}` }];
  }
  return missing.map((path) => ({
    path,
    words: 'should be set too: the other parts of the GitHub App are',
  }));
}

/** Reads only the database's URL, which the release phase and a bot on Heroku require. */
export function parseDatabaseUrl(variables: Variables): Checked<string> {
  const checked = checkWith(shared.pick({ DATABASE_URL: true }), withoutEmpty(variables));
  if (!checked.ok) return checked;
  const { DATABASE_URL } = checked.value;
  return DATABASE_URL === undefined
    ? { ok: false, faults: [NO_DATABASE] }
    : { ok: true, value: DATABASE_URL };
}

const NO_DATABASE: Fault = {
  path: 'DATABASE_URL',
  words:
    'should be set on Heroku (heroku addons:create heroku-postgresql:essential-0): a dyno loses its disk daily, and with it the embedded database',
};

export function parseSlack(variables: Variables): Checked<SlackSettings> {
  return checkWith(slack, withoutEmpty(variables));
}

/** Reads only the audit keys, to verify an exported ledger. Returns an empty list if the variable is not set. */
export function parseAuditKeys(variables: Variables): Checked<readonly string[]> {
  const checked = checkWith(shared.pick({ AUDIT_KEY: true }), withoutEmpty(variables));
  return checked.ok ? { ok: true, value: checked.value.AUDIT_KEY ?? [] } : checked;
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultLines, readBotConfig, readConfig } from '../../src/config.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';

const RUNBOOK = join(import.meta.dirname, '../../runbook.yml');
const terminal = { HEROKU_API_KEY: 'HRKU-key', GITHUB_TOKEN: 'ghp_token', RUNBOOK };
const bot = { ...terminal, SLACK_BOT_TOKEN: 'xoxb-1-token', SLACK_SIGNING_SECRET: 'signing' };

function lines(variables: Record<string, string>): string[] {
  const config = readBotConfig(variables);
  return config.ok ? [] : faultLines(config.faults).trim().split('\n');
}

describe('the environment', () => {
  it('has the contract’s defaults', () => {
    const config = readBotConfig(bot);
    expect(config).toMatchObject({
      ok: true,
      value: {
        SLACK_API_URL: 'https://slack.com/api/',
        HEROKU_API_URL: 'https://api.heroku.com',
        HEROKU_STATUS_URL: 'https://status.heroku.com',
        GITHUB_API_URL: 'https://api.github.com',
        RAXX_DATA_DIR: '.data',
        PORT: 3000,
        LOG_LEVEL: 'info',
        githubAuth: { kind: 'token', token: 'ghp_token' },
      },
    });
  });

  it('requires a database that outlives the dyno for a bot on Heroku, but not for the terminal', () => {
    const onHeroku = { ...bot, DYNO: 'web.1' };
    expect(lines(onHeroku)).toEqual([
      'DATABASE_URL should be set on Heroku (heroku addons:create heroku-postgresql:essential-0): a dyno loses its disk daily, and with it the embedded database',
    ]);
    expect(lines({ ...onHeroku, DATABASE_URL: 'postgres://u:p@host/d' })).toEqual([]);
    expect(lines({ ...onHeroku, DATABASE_URL: 'mysql://u:p@host/d' })).toHaveLength(1);
    expect(readConfig({ ...terminal, DYNO: 'run.1' })).toMatchObject({ ok: true });
  });

  it('needs no Slack for the terminal', () => {
    expect(readConfig(terminal)).toMatchObject({ ok: true });
    expect(readBotConfig(terminal)).toMatchObject({ ok: false });
  });

  it('names every missing variable at once, with what it should look like', () => {
    expect(lines({ RUNBOOK })).toEqual([
      'SLACK_BOT_TOKEN should be a bot token: xoxb-…',
      "SLACK_SIGNING_SECRET should be the signing secret of the app's Basic Information page",
      'HEROKU_API_KEY should be a Heroku API token (heroku authorizations:create)',
      'GITHUB_TOKEN should be a GitHub token, or set GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, GITHUB_APP_INSTALLATION_ID',
    ]);
  });

  it.each([
    ['a Slack token of another kind', { SLACK_BOT_TOKEN: 'hunter2' }, /^SLACK_BOT_TOKEN should be/],
    [
      'plain http to a far host',
      { HEROKU_API_URL: 'http://hunter2.example' },
      /^HEROKU_API_URL should be an https URL/,
    ],
    ['a port beyond the last one', { PORT: '70000' }, /^PORT should be a port/],
    ['a log level that pino does not know', { LOG_LEVEL: 'hunter2' }, /^LOG_LEVEL should be one of/],
    ['another database', { DATABASE_URL: 'mysql://u:hunter2@h/d' }, /^DATABASE_URL should be postgres:/],
    [
      'half a GitHub App',
      { GITHUB_TOKEN: '', GITHUB_APP_ID: '1' },
      /^GITHUB_APP_PRIVATE_KEY should be set too/,
    ],
    [
      'a private key that is none',
      {
        GITHUB_TOKEN: '',
        GITHUB_APP_ID: '1',
        GITHUB_APP_INSTALLATION_ID: '2',
        GITHUB_APP_PRIVATE_KEY: 'hunter2',
      },
      /^GITHUB_APP_PRIVATE_KEY should be a private key/,
    ],
    [
      'a runbook file that is not there',
      { RUNBOOK: '/no/such/file.yml' },
      /^\/no\/such\/file\.yml should be a readable file/,
    ],
  ])('refuses %s without repeating it', (_, change, fault) => {
    const found = lines({ ...bot, ...change });
    expect(found.some((line) => fault.test(line))).toBe(true);
    expect(found.join('\n')).not.toContain('hunter2');
  });

  it('accepts http on loopback, treats an empty variable as unset, and drops a trailing slash', () => {
    const config = readConfig({ ...terminal, HEROKU_API_URL: 'http://127.0.0.1:4500/', LOG_LEVEL: ' ' });
    expect(config).toMatchObject({
      ok: true,
      value: { HEROKU_API_URL: 'http://127.0.0.1:4500', LOG_LEVEL: 'info' },
    });
  });

  it('restores the newlines of a private key written in one line', () => {
    const GITHUB_APP_PRIVATE_KEY = '-----BEGIN RSA PRIVATE KEY-----\\nabc\\n-----END RSA PRIVATE KEY-----';
    const app = {
      HEROKU_API_KEY: 'k',
      RUNBOOK,
      GITHUB_APP_ID: '1',
      GITHUB_APP_INSTALLATION_ID: '2',
      GITHUB_APP_PRIVATE_KEY,
    };
    const config = readConfig(app);
    expect(config.ok && config.value.githubAuth).toMatchObject({
      kind: 'app',
      privateKey: expect.stringContaining('\nabc\n'),
    });
  });

  it('hands every secret to the redactor, including the database password on its own', () => {
    const config = readConfig({
      ...terminal,
      DATABASE_URL: 'postgres://u:p%40ss-word@h:5432/d',
      METRICS_TOKEN: 'metrics-token',
      AUDIT_KEY: `${'n'.repeat(32)}, ${'o'.repeat(32)}`,
    });
    expect(config.ok && config.value.secrets).toEqual(
      expect.arrayContaining([
        'HRKU-key',
        'ghp_token',
        'metrics-token',
        'p%40ss-word',
        'p@ss-word',
        'n'.repeat(32),
      ]),
    );
  });

  it('accepts one or several audit keys, each of 32 bytes or more', () => {
    const keys = (AUDIT_KEY: string) => {
      const config = readConfig({ ...terminal, AUDIT_KEY });
      return config.ok ? config.value.auditKeys : config.faults.map(({ path, words }) => `${path} ${words}`);
    };
    const [one, two] = ['n'.repeat(32), 'ö'.repeat(16)];
    expect(keys('')).toEqual([]);
    expect(keys(one)).toEqual([one]);
    expect(keys(`${one}, ${two}`)).toEqual([one, two]);
    for (const wrong of ['n'.repeat(31), `${one},`, `${one},short`, `${one} ${one}`])
      expect(keys(wrong)).toEqual([expect.stringMatching(/^AUDIT_KEY should be a key of at least 32 bytes/)]);
  });

  it('names secrets that are too short to be redacted, instead of redacting them everywhere', () => {
    const config = readBotConfig({
      ...bot,
      SLACK_SIGNING_SECRET: 'long-enough',
      DATABASE_URL: 'postgres://u:short@h:5432/d',
      METRICS_TOKEN: 'prod',
    });
    expect(config.ok && config.value.shortSecrets.map(({ path }) => path)).toEqual([
      'METRICS_TOKEN',
      'The password in DATABASE_URL',
    ]);
    const { text } = createRedactor({ secrets: config.ok ? config.value.secrets : [] });
    expect(text('raxx-api-prod is up')).toBe('raxx-api-prod is up');
  });

  it('names the file of a fault in the runbook', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'raxx-config-')), 'mine.yml');
    writeFileSync(file, 'version: 2\n');
    expect(lines({ ...bot, RUNBOOK: file })).toContain(`${file}: version should be 1`);
  });
});

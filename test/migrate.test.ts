/** The release phase: the schema is brought up to date before the new code starts. */
import { PG_MIGRATE_LOCK_ID } from 'node-pg-migrate';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { DATABASES, freshPostgres } from './support/databases.ts';
import { runToEnd } from './support/run.ts';

describe('the migration without a database', () => {
  it('exits with 78 and names the variable', async () => {
    const ended = await runToEnd(['src/migrate.ts'], {});
    expect(ended.code).toBe(78);
    expect(ended.err).toContain('DATABASE_URL should be set on Heroku');
  });

  it('exits with 1 when the database is out of reach, and does not print its password', async () => {
    const ended = await runToEnd(['src/migrate.ts'], {
      DATABASE_URL: 'postgres://u:pass-4711@127.0.0.1:9/d',
    });
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('The database was not migrated') });
    expect(ended.err).not.toContain('pass-4711');
  });
});

const skip = DATABASES.find(({ name }) => name === 'PostgreSQL')?.skip ?? null;
describe.skipIf(skip !== null)(`the migration on PostgreSQL${skip === null ? '' : ` (${skip})`}`, () => {
  it('can be run by two processes at once, and again', async () => {
    const env = { DATABASE_URL: await freshPostgres() };
    const both = await Promise.all([runToEnd(['src/migrate.ts'], env), runToEnd(['src/migrate.ts'], env)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ out }) => out).sort()).toEqual([
      expect.stringMatching(/^Migrated: 0001_ledger/),
      'The database is up to date.\n',
    ]);
    expect((await runToEnd(['src/migrate.ts'], env)).out).toBe('The database is up to date.\n');
  });

  it('names a session that has held the migration lock for a minute, and how to end it', {
    timeout: 90_000,
  }, async () => {
    const url = await freshPostgres();
    const vanished = new pg.Client({ connectionString: url, application_name: 'raxx-chatops' });
    await vanished.connect();
    const [{ pid }] = (
      await vanished.query(`select pg_backend_pid() as pid, pg_advisory_lock(${PG_MIGRATE_LOCK_ID})`)
    ).rows;
    const ended = await runToEnd(['src/migrate.ts'], { DATABASE_URL: url });
    expect(ended.code).toBe(1);
    expect(ended.err).toContain(`session ${pid} (raxx-chatops, idle) has held the migration lock`);
    expect(ended.err).toContain(`heroku pg:kill ${pid}`);
    await vanished.query(`select pg_advisory_unlock(${PG_MIGRATE_LOCK_ID})`);
    expect((await runToEnd(['src/migrate.ts'], { DATABASE_URL: url })).code).toBe(0);
    await vanished.end();
  });

  it.each<readonly [what: string, break_: string, words: RegExp]>([
    [
      'that is there and not listed',
      `delete from migrations where name = '0003_slack_refusals' or name > '0003'`,
      /0003_slack_refusals failed and was rolled back: relation "slack_refusals" already exists.*insert into migrations \(name, run_on\) values \('0003_slack_refusals', now\(\)\)/s,
    ],
    [
      'that is listed and not there',
      `drop table standing, watches; delete from migrations where name > '0006'`,
      /0006_standing failed.*"watches" does not exist.*heroku pg:backups:restore/s,
    ],
    [
      'that is missing before a later one',
      `delete from migrations where name = '0002_incidents'`,
      /0002_incidents failed.*insert into migrations/s,
    ],
  ])('says how to recover from a migration %s', async (_what, break_, words) => {
    const url = await freshPostgres();
    await runToEnd(['src/migrate.ts'], { DATABASE_URL: url });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(break_);
    await client.end();
    const ended = await runToEnd(['src/migrate.ts'], { DATABASE_URL: url });
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(words);
  });
});

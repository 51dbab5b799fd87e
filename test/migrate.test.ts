/** The release phase: the schema is brought up to date before the new code starts. */
import { describe, expect, it } from 'vitest';
import { DATABASES, freshPostgres } from './support/databases.ts';
import { runToEnd } from './support/run.ts';

describe('without a database', () => {
  it('ends with 78, naming the variable', async () => {
    const ended = await runToEnd(['src/migrate.ts'], {});
    expect(ended.code).toBe(78);
    expect(ended.err).toContain('DATABASE_URL should be set on Heroku');
  });

  it('ends with 1 when it is out of reach, without its password', async () => {
    const ended = await runToEnd(['src/migrate.ts'], {
      DATABASE_URL: 'postgres://u:pass-4711@127.0.0.1:9/d',
    });
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('The database was not migrated') });
    expect(ended.err).not.toContain('pass-4711');
  });
});

const skip = DATABASES.find(({ name }) => name === 'PostgreSQL')?.skip ?? null;
describe.skipIf(skip !== null)(`on PostgreSQL${skip === null ? '' : ` (${skip})`}`, () => {
  it('may be run by two at once, and again', async () => {
    const env = { DATABASE_URL: await freshPostgres() };
    const both = await Promise.all([runToEnd(['src/migrate.ts'], env), runToEnd(['src/migrate.ts'], env)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ out }) => out).sort()).toEqual([
      expect.stringMatching(/^Migrated: 0001_ledger/),
      'The database is up to date.\n',
    ]);
    expect((await runToEnd(['src/migrate.ts'], env)).out).toBe('The database is up to date.\n');
  });
});

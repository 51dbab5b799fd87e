/** A database in trouble: each change ends within the time that a person waits, says what is wrong, and leaves nothing behind. */
import { connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseFault } from '../../src/operations/ports/database-fault.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import { type Db, openPostgres } from '../../src/store/database/db.ts';
import { asFault, asUnsure } from '../../src/store/database/fault.ts';
import { lookAtDatabase } from '../../src/store/database/look.ts';
import { migrate } from '../../src/store/database/migrate.ts';
import { freshPostgres, openMigrated } from '../support/databases.ts';

const kindOf = (error: unknown) => (error instanceof DatabaseFault ? error.kind : null);

describe('an error of a driver', () => {
  it.each<readonly [said: object, kind: string | null]>([
    [{ code: '55P03', message: 'canceling statement due to lock timeout' }, 'locked'],
    [{ code: '57014', message: 'canceling statement due to statement timeout' }, 'silent'],
    [{ code: '25006', message: 'cannot execute INSERT in a read-only transaction' }, 'read_only'],
    [{ code: '53100', message: 'could not extend file: No space left on device' }, 'full'],
    [{ code: '53300', message: 'too many connections for role' }, 'busy'],
    [{ code: '57P01', message: 'terminating connection due to administrator command' }, 'unreachable'],
    [{ code: '08006', message: 'connection failure' }, 'unreachable'],
    [{ code: '28P01', message: 'password authentication failed' }, 'refused'],
    [{ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }, 'unreachable'],
    [{ message: 'Connection terminated unexpectedly' }, 'unreachable'],
    [{ message: 'timeout exceeded when trying to connect' }, 'silent'],
    [{ code: '23505', message: 'duplicate key value' }, null],
    [{ message: 'a fault of ours' }, null],
  ])('%j is the fault %s', (said, kind) => {
    expect(kindOf(asFault(Object.assign(new Error(), said)))).toBe(kind);
  });

  it('is unsure for a COMMIT without an answer, and not for a refused one', () => {
    expect(kindOf(asUnsure(new Error('Connection terminated unexpectedly')))).toBe('unsure');
    expect(kindOf(asUnsure(Object.assign(new Error(), { code: '53100' })))).toBe('full');
  });
});

describe('the embedded database', () => {
  it('accepts the change that a look makes', async () => {
    const db = await openMigrated();
    expect(await lookAtDatabase(db)).toBeNull();
    await db.sql('drop table standing');
    expect(await lookAtDatabase(db)).toBeInstanceOf(DatabaseFault);
    await db.close();
  });
});

const SERVER = process.env.TEST_DATABASE_URL;
describe.skipIf(!SERVER)(SERVER ? 'PostgreSQL' : 'PostgreSQL: TEST_DATABASE_URL names no server', () => {
  let url: string;
  let db: Db;
  let other: pg.Client;
  beforeEach(async () => {
    url = await freshPostgres();
    db = openPostgres(url, { onError: () => {} });
    await migrate(db);
    other = new pg.Client({ connectionString: url, application_name: 'psql' });
    await other.connect();
  });
  afterEach(async () => {
    await other.end();
    await db.close();
  });

  const note = (on: Db = db) => createActionStore(on, null).note(null, 'refused', 'U1', { words: 'no' }, 0);
  const lines = async () => (await other.query('select seq from audit')).rowCount;

  async function failing(work: () => Promise<unknown>): Promise<{ kind: string | null; ms: number }> {
    const startedAt = performance.now();
    const error = await work().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { kind: kindOf(error), ms: performance.now() - startedAt };
  }

  it.each([
    'lock table audit in access exclusive mode',
    'lock table audit in share mode',
    'select pg_advisory_xact_lock(7241001)',
  ])(
    'refuses a change within three seconds while another session holds a lock (%s), and names that session',
    async (lock) => {
      await other.query(`begin; ${lock}`);
      const { kind, ms } = await failing(note);
      expect(kind).toBe('locked');
      expect(ms).toBeLessThan(3_000);
      const fault = await lookAtDatabase(db);
      expect(fault?.kind).toBe('locked');
      expect(fault?.message).toMatch(/session \d+ \(psql, idle in transaction\) has held it for 0 min/);
      await other.query('rollback');
      await note();
      expect(await lookAtDatabase(db)).toBeNull();
      expect(await lines()).toBe(1);
    },
  );

  it('accepts changes while it is vacuumed or indexed', async () => {
    await other.query('begin; lock table audit in share update exclusive mode');
    await note();
    expect(await lookAtDatabase(db)).toBeNull();
    await other.query('rollback');
  });

  it('can still be read, and is not ready, once it is read-only', async () => {
    const name = new URL(url).pathname.slice(1);
    await other.query(`alter database ${name} set default_transaction_read_only = on`);
    const anew = openPostgres(url, { onError: () => {} });
    expect((await failing(() => note(anew))).kind).toBe('read_only');
    expect((await lookAtDatabase(anew))?.kind).toBe('read_only');
    expect(await createActionStore(anew, null).recent(1)).toEqual([]);
    await anew.close();
  });

  it('loses the change but no process when it drops the connection midway', async () => {
    const killing = db.tx(async (sql) => {
      const [{ pid } = {}] = await sql('select pg_backend_pid() as pid');
      await other.query('select pg_terminate_backend($1)', [pid]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await sql('select 1');
    });
    await expect(killing).rejects.toMatchObject({ kind: 'unreachable' });
    await note();
    expect(await lines()).toBe(1);
  });

  it('does not write a change while it hangs, or says that this is unknown', async () => {
    const line = await openLine(url);
    const far = openPostgres(line.url, { onError: () => {} });
    const hangs = (when: 'before' | 'at') =>
      failing(() =>
        far.tx(async (sql) => {
          await sql(
            `insert into snoozes (target, until, by_whom, at, severity) values ('prod', now(), 'U1', now(), 1)`,
          );
          line.pause();
          if (when === 'before') await sql('select 1');
        }),
      );
    const before = await hangs('before');
    expect(before.kind).toBe('silent');
    expect(before.ms).toBeLessThan(3_000);
    expect((await other.query('select * from snoozes')).rowCount).toBe(0);
    line.go();
    expect((await hangs('at')).kind).toBe('unsure');
    line.close();
    await far.close();
  });

  it('says in time that it is out of connections', async () => {
    const held = Array.from({ length: 3 }, () => db.tx((sql) => sql('select pg_sleep(2.2)')));
    const { kind, ms } = await failing(note);
    // The last one of the three may end in time.
    expect(['silent', null]).toContain(kind);
    expect(ms).toBeLessThan(3_000);
    await Promise.allSettled(held);
  });

  it('adds a line after one that was added without our lock', async () => {
    await note();
    await other.query('begin');
    await other.query(
      `insert into audit (seq, at, event, who, detail, previous_hash, hash) values (2, now(), 'x', 'y', '{}', 'a', 'b')`,
    );
    const noting = note();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await other.query('commit');
    await noting;
    expect(await lines()).toBe(3);
  });
});

/** A connection to the server that can be cut without either side noticing. */
async function openLine(url: string) {
  const sockets = new Set<Socket>();
  let isPaused = false;
  const to = new URL(url);
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    for (const [one, next] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('data', (bytes) => {
        if (!isPaused) next.write(bytes);
      });
      // Closing the connection does not get through either.
      one.on('close', () => void next.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const near = new URL(url);
  near.hostname = '127.0.0.1';
  near.port = `${port}`;
  return {
    url: near.toString(),
    pause: () => {
      isPaused = true;
    },
    go: () => {
      isPaused = false;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

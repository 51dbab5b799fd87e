/** The whole bot while its database hangs or is locked by another session: people learn at once what they can do, and SIGTERM ends it. */
import { createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotProcess, startBotProcess } from '../support/bot-process.ts';
import { freshPostgres } from '../support/databases.ts';
import { LONG } from '../support/long.ts';

/** Slack has to show an answer within this time, or people click again. */
const A_PERSON_WAITS_MS = 3_000;
/** The test's own processes share the machine. */
const BUSY_MS = 1_000;

describe.skipIf(LONG !== null)(
  LONG ?? 'a database that takes the connection and never answers',
  { timeout: 60_000 },
  () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => void sockets.add(socket));
    let bot: BotProcess;
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      bot = await startBotProcess({ DATABASE_URL: `postgres://u:pass-4711@127.0.0.1:${port}/d` });
    });
    afterAll(async () => {
      await bot.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    });

    it('makes the bot not ready, and strangers see only that', async () => {
      const { status, text } = await bot.get('/readyz');
      expect({ status, text }).toEqual({ status: 503, text: "Database: it didn't respond in time" });
    });

    it('leaves the manual command of a stop', async () => {
      await bot.command('stop prod it burns');
      const told = await bot.told(/By hand/, A_PERSON_WAITS_MS + BUSY_MS);
      expect(told).toContain("My database is unavailable (it didn't respond in time)");
      expect(told).toContain('heroku ps:scale web=0 --app raxx-api-prod');
      expect(told).not.toMatch(/127\.0\.0\.1|pass-4711/);
    });

    it('leaves an escalation with a page and whom to call', async () => {
      await bot.command('escalate prod users cannot log in');
      await bot.posted(/raxx-api-prod: escalated manually: users cannot log in/, A_PERSON_WAITS_MS + BUSY_MS);
      expect(await bot.told(/I paged Kristerpher once/)).toContain(
        'Contact Kristerpher directly as well: ops@raxx.app.',
      );
    });

    it('leaves status, diagnose and logs working', async () => {
      await bot.command('logs prod');
      await bot.told(/^Log of raxx-api-prod/);
      await bot.command('diagnose prod');
      await bot.posted(/healthy/i);
      await bot.command('status prod');
      await bot.told(/^raxx-api-prod.*healthy/i);
    });

    it('does not keep SIGTERM waiting', async () => {
      const { ms } = await bot.stop();
      expect(ms).toBeLessThan(25_000);
    });
  },
);

const SERVER = process.env.TEST_DATABASE_URL;
describe.skipIf(!SERVER)(
  SERVER ? 'a database that another session holds' : 'a held database: TEST_DATABASE_URL names no server',
  { timeout: 180_000 },
  () => {
    let bot: BotProcess;
    let other: pg.Client;
    beforeAll(async () => {
      const url = await freshPostgres();
      bot = await startBotProcess({ DATABASE_URL: url });
      other = new pg.Client({ connectionString: url, application_name: 'psql' });
      await other.connect();
    });
    afterAll(async () => {
      await other.end();
      await bot.close();
    });

    it('leaves the manual command of a click, and is reported once, with the session that holds it and how to end that', async () => {
      await expect.poll(async () => (await bot.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
      await bot.command('restart prod');
      await bot.posted(/Proposed: Restart/i);
      await other.query('begin; lock table audit in share mode');
      await bot.click('approve');
      const told = await bot.told(/By hand/, A_PERSON_WAITS_MS + BUSY_MS);
      expect(told).toContain('another session holds a lock');
      expect(told).toContain('heroku ps:restart --process-type web --app raxx-api-prod');
      await bot.command('stop prod');
      await bot.told(/heroku ps:scale web=0 --app raxx-api-prod/, A_PERSON_WAITS_MS + BUSY_MS);
      expect(await bot.get('/readyz')).toEqual({
        status: 503,
        text: 'Database: another session holds a lock',
      });
      const [{ pid }] = (await other.query('select pg_backend_pid() as pid')).rows;
      expect(await bot.posted(/My database is unavailable/, 60_000)).toContain(`heroku pg:kill ${pid}`);
      await other.query('rollback');
      await bot.posted(/My database is back/, 40_000);
      const said = bot.slack.messages
        .all()
        .filter(({ text }) => text.startsWith('My database is unavailable'));
      expect(said.filter(({ onlyFor }) => onlyFor === undefined)).toHaveLength(1);
      await bot.click('approve');
      await bot.posted(/Restart.*raxx-api-prod/i);
    });

    it('does not keep SIGTERM waiting', async () => {
      await other.query('begin; lock table actions, watches in access exclusive mode');
      await bot.command('stop prod');
      await bot.command('history');
      const { ms } = await bot.stop();
      expect(ms).toBeLessThan(25_000);
      await other.query('rollback');
    });
  },
);

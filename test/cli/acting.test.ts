/** The changing commands of the terminal, end to end: the real program as a process, against a local world and a real ledger. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LOCAL_TOKENS } from '../../sandbox/outside.ts';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import { startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack } from '../../sandbox/slack/slack.ts';
import type { World } from '../../sandbox/world.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import { type Db, lockDirectory, openPostgres } from '../../src/store/database/db.ts';
import { migrate } from '../../src/store/database/migrate.ts';
import { DATABASES, freshPostgres } from '../support/databases.ts';
import { draft, NOW } from '../support/draft.ts';
import { embeddedFolder } from '../support/embedded-folder.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { LONG } from '../support/long.ts';
import { runToEnd, start } from '../support/run.ts';

/** These tests start processes with an embedded database each, while other tests run beside them. */
const MOST_MS = 60_000;

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
/** Where the ledger is. */
let at: Record<string, string>;

function play(id: string): void {
  const scenario = loadScenario(id);
  world = buildWorld(scenario, Date.now());
  world.github.deploys = { ...world.github.deploys, phase: 0, hiddenFor: 0 };
}

/** Creating an embedded database takes seconds, so tests share one where they can. */
let shared: string;

beforeAll(async () => {
  play('healthy');
  local = await startLocalWorld(() => world);
  shared = await embeddedFolder();
}, MOST_MS);
afterAll(async () => {
  await local.close();
  rmSync(shared, { recursive: true, force: true });
});
beforeEach(() => {
  play('healthy');
  local.outside.heroku.arrived.length = 0;
  local.outside.github.arrived.length = 0;
  at = { RAXX_DATA_DIR: shared };
});

/** A fresh directory, without a database. */
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'raxx-acting-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What the process has printed so far. */
function listen({ stdout, stderr }: ChildProcess): () => string {
  let said = '';
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return () => said;
}

async function raxx(...args: readonly string[]) {
  const ended = await runToEnd(['src/cli.ts', ...args], { ...local.env, ...at });
  for (const token of Object.values(LOCAL_TOKENS)) expect(ended.out + ended.err).not.toContain(token);
  expect(ended.out + ended.err).not.toContain('\u001b');
  return ended;
}

const MEANT = ['--yes-i-mean', 'raxx-api-prod'];

const writes = () =>
  [...local.outside.heroku.arrived, ...local.outside.github.arrived]
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/log-sessions'))
    .map(({ method, path }) => `${method} ${path}`);

describe('a changing command without the app’s name', () => {
  it.each([
    ['there is no terminal', ['stop', 'prod'], 'pass --yes-i-mean raxx-api-prod'],
    ['another app is named', ['stop', 'prod', '--yes-i-mean', 'prod'], '"prod" is not raxx-api-prod'],
    ['the target does not exist', ['stop', 'prdo', ...MEANT], 'Did you mean prod?'],
    ['two targets are named', ['stop', 'prod', 'staging', ...MEANT], 'Which one: prod, staging?'],
    ['the fix does not exist', ['fix', 'everything', 'prod', ...MEANT], 'Allowed choices are boot_timeout'],
    ['the version is malformed', ['rollback', 'prod', 'last', ...MEANT], 'Expected a version such as v41.'],
  ])('exits with 64 when %s, without a request to the outside', async (_name, args, words) => {
    const ended = await raxx(...args);
    expect(ended.code).toBe(64);
    expect(ended.err).toContain(words);
    expect(local.outside.heroku.arrived).toEqual([]);
  });
});

describe('a change at the terminal', { timeout: 2 * MOST_MS }, () => {
  it('stops and restores with one ledger, and shows both in the history', async () => {
    const stopped = await raxx('stop', 'prod', 'it', 'burns', ...MEANT);
    expect(stopped).toMatchObject({ code: 0 });
    expect(stopped.out).toContain('\n    Scale web to 0. The app and its data are kept.\n');
    expect(stopped.out).toContain('Why\n    it burns');
    expect(stopped.out).toContain(
      '✓ done: Stop raxx-api-prod (web from 1 to 0)\n  No dynos on raxx-api-prod.',
    );
    expect(stopped.out).toContain('Next: npx raxx restore prod');
    expect(stopped.err).toContain('Checking once more, then sending…\n');
    expect(writes()).toEqual(['PATCH /apps/raxx-api-prod/formation']);

    const again = await raxx('stop', 'prod', ...MEANT);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('There is nothing to stop') });

    const restored = await raxx('restore', 'production', ...MEANT, '--json');
    expect(restored.code).toBe(0);
    expect(JSON.parse(restored.out)).toMatchObject({
      schema: 1,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: 'restore',
      state: 'succeeded',
      outcome: { words: expect.stringContaining('web.1 up') },
      asked_by: expect.stringMatching(/^terminal .+@.+$/),
      audit: expect.stringMatching(/^[0-9a-f]{32}$/),
    });

    const history = await raxx('history', 'prod');
    expect(history.code).toBe(0);
    expect(history.out).toMatch(
      /done: Restore raxx-api-prod.*terminal .*\n.*done: Stop raxx-api-prod.*“it burns”/,
    );
    const walked = await raxx('history', '--verify');
    expect(walked.code).toBe(0);
    expect(walked.out).toMatch(/The audit is intact: 10 lines, the last one [0-9a-f]{32}\./);
    expect(walked.out).not.toContain('local');
  });

  it('only shows the plan with --plan', async () => {
    const planned = await raxx('stop', 'raxx-api-prod', 'because', 'it', 'burns', '--plan');
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.out).toContain('Stop raxx-api-prod (web from 1 to 0)');
    expect(planned.out).toContain('By hand\n    heroku ps:scale web=0 --app raxx-api-prod');
    expect(planned.out).toContain('Why\n    it burns');
    expect(planned.out).toContain('Dry run: nothing was done.');
    const json = await raxx('deploy', 'prod', '--plan', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ state: 'planned', kind: 'deploy', app: 'raxx-api-prod' });
    const none = await raxx('rollback', 'prod', 'v9999', '--plan');
    expect(none.code).toBe(1);
    expect(none.err).not.toContain('By hand');
    expect(writes()).toEqual([]);
  });
});

describe.skipIf(LONG !== null)(LONG ?? 'each command', { timeout: MOST_MS }, () => {
  it.each([
    ['restart', 'healthy', ['restart', 'prod'], 'DELETE /apps/raxx-api-prod/formations/web'],
    ['rollback', 'healthy', ['rollback', 'prod', 'v98'], 'POST /apps/raxx-api-prod/releases'],
    ['fix rollback', 'healthy', ['fix', 'rollback', 'prod'], 'POST /apps/raxx-api-prod/releases'],
    ['fix boot_timeout', 'healthy', ['fix', 'boot_timeout', 'prod'], 'PATCH /apps/raxx-api-prod/config-vars'],
    ['fix resize', 'healthy', ['fix', 'resize', 'prod'], 'PATCH /apps/raxx-api-prod/formation'],
    [
      'fix unfreeze',
      'freeze-stuck',
      ['fix', 'unfreeze', 'prod'],
      'PUT /repos/raxx-app/TradeMasterAPI/actions/secrets/DEPLOY_FREEZE_OVERRIDE',
    ],
    [
      'fix create_gate',
      'gate-missing',
      ['fix', 'create_gate', 'prod'],
      'PUT /repos/raxx-app/TradeMasterAPI/environments/production',
    ],
  ])('sends one write and reports its true end (%s)', async (_name, scenario, args, write) => {
    play(scenario);
    const ended = await raxx(...args, ...MEANT);
    expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('✓ done: ') });
    expect(writes()[0]).toBe(write);
  });

  it('needs no second Heroku token for boot_timeout, but a token of its own for unfreeze', async () => {
    at = { ...at, HEROKU_WRITE_API_KEY: '', GITHUB_ADMIN_TOKEN: '' };
    expect(await raxx('fix', 'boot_timeout', 'prod', ...MEANT)).toMatchObject({ code: 0 });
    play('freeze-stuck');
    const freeze = await raxx('fix', 'unfreeze', 'prod', ...MEANT);
    expect(freeze).toMatchObject({ code: 1, err: expect.stringContaining('GITHUB_ADMIN_TOKEN is not set') });
  });

  it('follows a deploy to its release, with a line for each change', async () => {
    const ended = await raxx('deploy', 'staging', '--yes-i-mean', 'raxx-api-staging');
    expect(ended.out).toMatch(/✓ done: Redeploy [0-9a-f]{8} \(main, already live\) to raxx-api-staging/);
    expect(ended.code).toBe(0);
    const said = ended.err.split('\n').filter((line) => line !== '');
    expect(new Set(said).size).toBe(said.length);
    expect(writes()).toHaveLength(1);
  });

  it('exits with 1 and the reason when it is refused', async () => {
    world.faults.push({
      service: 'heroku',
      path: '/apps/raxx-api-prod/formation',
      method: 'PATCH',
      play: { status: 403, body: { id: 'forbidden', message: 'You do not have access' } },
    });
    const ended = await raxx('stop', 'prod', ...MEANT, '--json');
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.out)).toMatchObject({
      state: 'failed',
      outcome: { words: expect.stringContaining('Refused') },
    });
  });
});

describe('an interrupted command', { timeout: 2 * MOST_MS }, () => {
  it('says what is known, and the history shows the end', async () => {
    // Its health URL never recovers, so there is something to wait for.
    play('stopped');
    world.app = { answer: { status: 500 } };
    const child = start(['src/cli.ts', 'restore', 'prod', ...MEANT], { ...local.env, ...at });
    const said = listen(child);
    // It shows meanwhile what is seen.
    await vi.waitFor(() => expect(said()).toMatch(/Accepted; now: .*HTTP 500/), MOST_MS);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(2);
    expect(said()).toContain('… interrupted: Restore raxx-api-prod');
    expect(said()).toContain('npx raxx history checks again and shows the result.');
    expect(writes()).toEqual(['PATCH /apps/raxx-api-prod/formation']);
    // The sender said that it stopped looking, so the history looks at once instead of waiting for the write to time out.
    expect((await raxx('history')).out).toContain('sent, waiting for confirmation: Restore raxx-api-prod');
    world.app = { answer: { status: 200 } };
    expect((await raxx('history')).out).toContain('done: Restore raxx-api-prod');
  });
});

describe.skipIf(LONG !== null)(LONG ?? 'a ledger that cannot be opened', { timeout: MOST_MS }, () => {
  it('does not prevent a stop, which is noted in a file where a restore finds what it saved', async () => {
    at = { RAXX_DATA_DIR: freshFolder() };
    const lock = lockDirectory(at.RAXX_DATA_DIR ?? '');
    onTestFinished(() => lock.release());
    Object.assign(world.heroku.apps['raxx-api-prod']?.formation[0] ?? {}, { size: 'Standard-1X' });
    const stopped = await raxx('stop', 'prod', 'it burns', ...MEANT);
    expect(stopped.code).toBe(0);
    const path = join(at.RAXX_DATA_DIR ?? '', 'terminal-audit.jsonl');
    expect(stopped.err).toContain(`is in use by another process. Continuing without it; logging to ${path}`);
    expect(stopped.out).toContain('No dynos on raxx-api-prod.');
    const events = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const names = events.map(({ event }) => event);
    expect(names.filter((name) => name !== 'formation_kept')).toEqual([
      'proposed',
      'approved',
      'executing',
      'sent',
      'succeeded',
    ]);
    // A refused stop saves nothing.
    expect(names.indexOf('formation_kept')).toBeGreaterThan(names.indexOf('executing'));
    expect(events[1]).toMatchObject({
      who: expect.stringMatching(/^terminal .+@.+$/),
      detail: { words: 'approvals not asked' },
    });

    const restored = await raxx('restore', 'prod', ...MEANT);
    expect(restored.out).toContain('Scale web to 1 × Standard-1X (as saved by the stop).');
    expect(restored.code).toBe(0);

    const history = await raxx('history', '--verify');
    expect(history.code).toBe(0);
    expect(history.out).toContain(`${path}, 12 lines.\nThat file is intact: 12 lines`);
    writeFileSync(path, readFileSync(path, 'utf8').replace('it burns', 'it burnt'));
    const changed = await raxx('history', '--verify');
    expect(changed).toMatchObject({ code: 1, out: expect.stringContaining('line 1 was changed') });
  });

  it('is reported by the history, which knows nothing else then', async () => {
    const lock = lockDirectory(shared);
    onTestFinished(() => lock.release());
    const history = await raxx('history');
    expect(history).toMatchObject({ code: 2, out: '' });
    expect(history.err).toContain('The ledger could not be read: the embedded database in');
  });

  it('does not prevent a change even if the file cannot be written, either', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'taken'), '');
    at = { RAXX_DATA_DIR: join(folder, 'taken') };
    const stopped = await raxx('stop', 'prod', ...MEANT);
    expect(stopped).toMatchObject({ code: 0, out: expect.stringContaining('No dynos on raxx-api-prod.') });
    expect(stopped.err).toContain("The local audit file can't be written");
  });

  it('is announced up front on a dyno whose disk will be lost, where reading works', async () => {
    at = { RAXX_DATA_DIR: freshFolder(), DYNO: 'run.1234' };
    const stopped = await raxx('stop', 'prod', ...MEANT);
    expect(stopped).toMatchObject({
      code: 0,
      err: expect.stringContaining('the record of this change will be lost with it'),
    });
    expect((await raxx('status', 'staging')).code).toBe(0);
  });

  it('may be a PostgreSQL that is down', async () => {
    at = { RAXX_DATA_DIR: freshFolder(), DATABASE_URL: 'postgres://raxx:pass-4711@127.0.0.1:9/raxx' };
    const stopped = await raxx('stop', 'prod', ...MEANT);
    expect(stopped).toMatchObject({ code: 0, err: expect.stringContaining('The ledger cannot be opened: ') });
    expect(stopped.err + stopped.out).not.toContain('pass-4711');
  });
});

const postgres = DATABASES.find(({ name }) => name === 'PostgreSQL');
const why = postgres?.skip ?? null;
describe.skipIf(why !== null)(
  `the bot's PostgreSQL${why === null ? '' : ` (${why})`}`,
  { timeout: MOST_MS },
  () => {
    let db: Db;
    beforeEach(async () => {
      const url = await freshPostgres();
      db = openPostgres(url, { onError: () => {} });
      onTestFinished(() => db.close());
      at = { RAXX_DATA_DIR: freshFolder(), DATABASE_URL: url };
    });

    it('contains the action, which the bot draws but does not send or verify', async () => {
      const stopped = await raxx('stop', 'prod', ...MEANT);
      expect(stopped).toMatchObject({ code: 0, err: expect.not.stringContaining('ledger') });
      const [row] = await createActionStore(db, null).recent(1);
      expect(row).toMatchObject({ kind: 'stop', state: 'succeeded', origin: 'terminal', approvals: [] });
      const jobs = await db.sql('select distinct name from queue.job order by name');
      // Its end is posted to the thread of its card.
      expect(jobs).toEqual([{ name: 'draw' }, { name: 'tell' }]);
    });

    it('has the card drawn by the running bot, whose log has the hashes of its own lines', async () => {
      // It has expired: the bot says so when it starts.
      await migrate(db);
      await createActionStore(db, null).propose(draft({ kind: 'restart' }));
      const slack = createSlack();
      const token = 'xoxb-1-test-token';
      const scopes = ['chat:write', 'users:read', 'users:read.email', 'channels:read', 'groups:read'];
      const slackServer = await startSlack(slack, { token, scopes });
      onTestFinished(() => slackServer.close());
      const bot = start(['src/main.ts'], {
        ...local.env,
        ...at,
        PORT: '0',
        SLACK_BOT_TOKEN: token,
        SLACK_SIGNING_SECRET: 'signing-secret',
        SLACK_API_URL: slackServer.apiUrl,
      });
      onTestFinished(async () => {
        const gone = once(bot, 'exit');
        bot.kill('SIGTERM');
        await gone;
      });
      const logged = listen(bot);
      expect((await raxx('stop', 'prod', ...MEANT)).code).toBe(0);
      await vi.waitFor(
        () =>
          expect(slack.messages.all().map(({ text }) => text)).toContainEqual(
            expect.stringMatching(
              /^Done: Stop raxx-api-prod \(web from 1 to 0\), .* UTC\. No dynos on raxx-api-prod\.$/,
            ),
          ),
        MOST_MS,
      );
      expect(JSON.stringify(slack.messages.all())).toContain('(approvals not asked)');
      await vi.waitFor(async () => {
        const [old] = (await createActionStore(db, null).recent(2)).filter(
          ({ state }) => state === 'expired',
        );
        const last = old?.trail.at(-1);
        expect(logged()).toContain(
          `"audit":{"seq":${last?.seq},"event":"expired","who":"bot","action":"${old?.id}","hash":"${last?.hash}"}`,
        );
      }, MOST_MS);
    });

    it('supersedes the proposal in Slack, and waits for a change in progress', async () => {
      await migrate(db);
      const actionStore = createActionStore(db, null);
      const fresh = { askedAt: Date.now(), expiresAt: Date.now() + 600_000 };
      const proposed = await actionStore.propose(draft({ ...fresh, kind: 'restart' }));
      const busy = await actionStore.propose(draft({ ...fresh, kind: 'resize' }));
      if (!proposed.ok || !busy.ok) throw new Error('there is one already');
      await actionStore.approve(busy.action.id, 'U2', false, Date.now());
      const refused = await raxx('restart', 'prod', ...MEANT);
      expect(refused.code).toBe(1);
      expect(refused.err).toContain('Another change to raxx-api-prod is in progress: ');
      expect(await actionStore.find(proposed.action.id)).toMatchObject({ state: 'proposed' });
      await actionStore.move(busy.action.id, { name: 'overtake', who: 'U2', by: '', at: Date.now() });
      expect((await raxx('restart', 'prod', ...MEANT)).code).toBe(0);
      expect(await actionStore.find(proposed.action.id)).toMatchObject({
        state: 'superseded',
        outcome: { words: expect.stringContaining('done from the terminal instead') },
      });
    });

    it.each([
      ['changed', `update audit set who = 'U9' where seq = 2`, ['line 2 was changed']],
      ['removed', 'delete from audit where seq = 2', ['line 2 is missing: the next one is 3']],
      [
        'reordered',
        'update audit set seq = case seq when 2 then 1003 else 1002 end where seq in (2, 3); update audit set seq = seq - 1000 where seq > 1000',
        ['line 2 was changed', 'line 3 was changed', 'line 4 does not follow the one before'],
      ],
    ])('reveals a line that was %s', async (_name, change, faults) => {
      await migrate(db);
      const actionStore = createActionStore(db, null);
      for (const who of ['U1', 'U2', 'U3', 'U4'])
        await actionStore.note(null, 'refused', who, { words: 'no' }, NOW);
      expect((await raxx('history', '--verify')).out).toContain('The audit is intact: 4 lines');
      await db.sql('alter table audit disable trigger all');
      for (const statement of change.split(';')) await db.sql(statement);
      const walked = await raxx('history', '--verify', '--json');
      expect(walked.code).toBe(1);
      const { audit } = JSON.parse(walked.out);
      expect(audit.faults.map(({ words }: { words: string }) => words)).toEqual(faults);
    });
  },
);

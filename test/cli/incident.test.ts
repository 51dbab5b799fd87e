/** Incidents at the terminal: the real program as a process, on a ledger of its own; and what it writes, on both databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { runEscalate } from '../../src/cli/escalate.ts';
import { runIncident, runIncidents } from '../../src/cli/incident.ts';
import type { IncidentSetting, OpenedIncidents } from '../../src/cli/incident-context.ts';
import { createPaint } from '../../src/cli/paint.ts';
import { runWatchdog } from '../../src/cli/watchdog.ts';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import { NO_CHANGES } from '../../src/runbook/model/change.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import { type Db, lockDirectory, openEmbedded, openPostgres } from '../../src/store/database/db.ts';
import { migrate } from '../../src/store/database/migrate.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import { openQueue } from '../../src/store/queue.ts';
import { openIncidentsAtTerminal } from '../../src/store/terminal/incidents.ts';
import { DATABASES, freshPostgres } from '../support/databases.ts';
import { embeddedFolder } from '../support/embedded-folder.ts';
import { testFacts } from '../support/facts.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { runToEnd } from '../support/run.ts';

const NOW = Date.parse('2026-05-01T03:00:00Z');
const WHO = 'terminal ops@host';

let out = '';
let err = '';
beforeEach(() => {
  out = '';
  err = '';
});

function settingOn(opened: OpenedIncidents, now = NOW): IncidentSetting {
  let ids = 0;
  return {
    terminal: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      progress: () => {},
      record: (value) => {
        out += `${JSON.stringify(value)}\n`;
      },
      step: () => {},
      paint: createPaint(false),
    },
    facts: testFacts,
    open: async () => opened,
    who: WHO,
    now: () => now,
    randomId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  };
}

const looked = (at: number) => ({
  target: 'prod',
  app: 'raxx-api-prod',
  revision: 0,
  at,
  asked: { now: null, before: null },
  saw: true,
});

describe.each(DATABASES)('raxx on $name', ({ skip, open }) => {
  describe.skipIf(skip !== null)(skip ?? 'with a database', () => {
    let db: Db;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(() => db.sql('truncate watches, snoozes, incidents, wakes, pings'));
    afterAll(() => db.close());

    const opened = (isShared: boolean): OpenedIncidents => ({
      ok: true,
      incidentStore: createIncidentStore(db, null),
      actionStore: createActionStore(db, null),
      isShared,
      close: async () => {},
    });
    const escalate = (reason: string, isShared = true) =>
      runEscalate('prod', reason, settingOn(opened(isShared)));

    it('records an escalation with who and why, and pages', async () => {
      const incidentStore = createIncidentStore(db, null);
      await incidentStore.keepQuiet(looked(NOW - 30_000), NOTHING_KNOWN);
      expect(await escalate('logins fail')).toBe(0);
      expect(out).toMatch(
        /^Escalated: the bot is paging Kristerpher now, then every 10 min until someone acknowledges \(incident [0-9a-f]{8}\)\.\n$/,
      );
      const [incident] = await incidentStore.open();
      expect(incident).toMatchObject({
        target: 'prod',
        pings: 1,
        picture: { title: 'raxx-api-prod: escalated manually: logins fail' },
      });
      expect(incident?.trail.map(({ event, who }) => `${event} ${who}`)).toEqual([
        `opened ${WHO}`,
        'pinged bot',
      ]);
    });

    it.each([
      ['a bot has not looked for long', NOW - 600_000, true, 'the last look was 10 min ago'],
      ['the ledger is this terminal’s alone', NOW - 30_000, false, 'the last look was 30 s ago'],
    ])('says whom to call when %s', async (_name, at, isShared, words) => {
      await createIncidentStore(db, null).keepQuiet(looked(at), NOTHING_KNOWN);
      expect(await escalate('it burns', isShared)).toBe(1);
      expect(err).toContain(`no bot seems to be running on this ledger; ${words}`);
      expect(err).toContain('Contact Kristerpher directly: ops@raxx.app, or in Slack in #MooseQuest.');
      expect(await createIncidentStore(db, null).open()).toHaveLength(1);
    });

    it('does nothing without a reason, or for a target that does not exist', async () => {
      expect(await escalate('  ')).toBe(64);
      expect(await runEscalate('prdo', 'x', settingOn(opened(true)))).toBe(64);
      expect(err).toContain('Did you mean prod?');
      expect(await createIncidentStore(db, null).open()).toEqual([]);
    });

    it('lists incidents, and finds one by its first characters', async () => {
      await escalate('logins fail');
      const [incident] = await createIncidentStore(db, null).open();
      const id = incident?.id ?? '';
      const show = (more: object) =>
        runIncident(
          { id: null, markdown: false, json: false, ...more },
          settingOn(opened(true), NOW + 60_000),
        );
      out = '';
      expect(await show({})).toBe(0);
      expect(out).toBe(
        `${id.slice(0, 8)}  2026-05-01 03:00:00 UTC  raxx-api-prod  open for 1 min: raxx-api-prod: escalated manually: logins fail · no owner\n`,
      );
      const listed = out;
      out = '';
      const setting = settingOn(opened(true), NOW + 60_000);
      expect(await runIncidents('production', false, setting)).toBe(0);
      expect(out).toBe(listed);
      out = '';
      expect(await runIncidents('staging', true, setting)).toBe(0);
      expect(JSON.parse(out)).toEqual({ schema: 1, incidents: [] });
      expect(await runIncidents('prdo', false, setting)).toBe(64);
      out = '';
      expect(await show({ id: id.slice(0, 8).toUpperCase() })).toBe(0);
      expect(out).toContain('OPEN for 1 min');
      expect(out).toMatch(
        /2026-05-01 03:00:00 UTC {2}opened: Escalated manually: logins fail \(terminal ops@host\) {2}[0-9a-f]{8}/,
      );
      out = '';
      expect(await show({ id, markdown: true })).toBe(0);
      expect(out).toMatch(/^# Postmortem: raxx-api-prod: escalated manually: logins fail/);
      out = '';
      expect(await show({ id, json: true })).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ schema: 1, id, state: 'open', pings: 1, timeline: [{}, {}] });
      out = '';
      expect(await show({ json: true })).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ schema: 1, incidents: [{ id }] });
    });

    it('lists an incident with its beginning in the log, and its length from then on', async () => {
      await escalate('logins fail');
      const incidentStore = createIncidentStore(db, null);
      const [incident] = await incidentStore.open();
      const onset = { lastWell: null, firstFailing: NOW - 4 * 60_000, by: 'log' } as const;
      const changes = { ...NO_CHANGES, state: 'failing', onset } as const;
      await incidentStore.keepChanges(incident?.id ?? '', changes, null, NOW);
      out = '';
      expect(await runIncidents('prod', false, settingOn(opened(true), NOW + 60_000))).toBe(0);
      expect(out).toContain('  2026-05-01 02:56:00 UTC  raxx-api-prod  open for 5 min: ');
    });

    it('exits with 1 from the watchdog when a target was not seen for three rounds, and says since when', async () => {
      const incidentStore = createIncidentStore(db, null);
      const bark = (json = false) => runWatchdog(json, settingOn(opened(true)));
      await incidentStore.keepQuiet(looked(NOW - 30_000), NOTHING_KNOWN);
      expect(await bark()).toBe(1);
      expect(out).toContain(
        '✓ prod: watched, last look 30 s ago\n✗ staging: not looked at yet; a look is due every 60 s',
      );
      await incidentStore.keepQuiet({ ...looked(NOW), target: 'staging' }, NOTHING_KNOWN);
      expect(await bark()).toBe(0);
      out = '';
      expect(await bark(true)).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ schema: 1, targets: [{ target: 'prod', watched: true }, {}] });
    });

    it('says that an id is malformed, or does not exist', async () => {
      const show = (id: string | null, markdown = false) =>
        runIncident({ id, markdown, json: false }, settingOn(opened(true)));
      expect(await show('prod')).toBe(64);
      expect(await show('00000000')).toBe(64);
      expect(err).toContain('There is no incident 00000000. raxx incidents lists them.');
      expect(await show(null, true)).toBe(64);
      expect(await show(null)).toBe(0);
      expect(out).toBe('No incidents yet.\n');
    });
  });
});

it('without the ledger, an escalation says whom to call, and incidents are unknown', async () => {
  const none: OpenedIncidents = {
    ok: false,
    isThere: true,
    why: 'the database has not responded within 5 s',
  };
  expect(await runEscalate('prod', 'it burns', settingOn(none))).toBe(1);
  expect(err).toBe(
    'Nobody was paged: the database has not responded within 5 s. Contact Kristerpher directly: ops@raxx.app, or in Slack in #MooseQuest.\n',
  );
  const wish = { id: null, markdown: false, json: false };
  expect(await runIncident(wish, settingOn(none))).toBe(2);
  expect(await runWatchdog(false, settingOn(none))).toBe(2);
});

describe('the ledger from the terminal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'raxx-incident-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const at = (more: object = {}) =>
    openIncidentsAtTerminal({
      directory: folder,
      sends: true,
      auditKeys: [],
      expire: AbortSignal.timeout,
      onError: () => {},
      ...more,
    });

  it('is not created where there is none', async () => {
    expect(await at()).toMatchObject({ ok: false, isThere: false });
  });

  it('is left to the bot that has it open, and is not migrated', { timeout: 60_000 }, async () => {
    const db = await openEmbedded(folder);
    await db.close();
    const lock = lockDirectory(folder);
    expect(await at()).toMatchObject({ ok: false, isThere: true, why: expect.stringContaining('in use') });
    lock.release();
    expect(await at()).toMatchObject({
      ok: false,
      why: 'the ledger is older than this program: start the bot of this version once',
    });
    const again = await openEmbedded(folder);
    await migrate(again);
    await again.close();
    const opened = await at();
    expect(opened).toMatchObject({ ok: true, isShared: false });
    if (opened.ok) await opened.close();
    lockDirectory(folder).release();
  });

  it('is not waited for when it does not answer', async () => {
    const gone = await at({ databaseUrl: 'postgres://127.0.0.1:1/none' });
    expect(gone).toMatchObject({ ok: false, isThere: true });
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as AddressInfo;
    const slow = await at({
      databaseUrl: `postgres://127.0.0.1:${port}/none`,
      expire: () => AbortSignal.timeout(20),
    });
    expect(slow).toMatchObject({ ok: false, why: 'the database has not responded within 5 s' });
    silent.close();
  });

  const [, postgres] = DATABASES;
  it.skipIf(postgres?.skip !== null)('sends the job that pages to a running bot', async () => {
    const url = await freshPostgres();
    const db = openPostgres(url, { onError: () => {} });
    await migrate(db);
    const bot = await openQueue(db.bossOptions, { onError: () => {} });
    const { promise, resolve } = Promise.withResolvers<string>();
    await bot.work('ping', async ({ incidentId }) => resolve(incidentId));
    const opened = await at({ databaseUrl: url });
    await createIncidentStore(db, null).keepQuiet(looked(NOW), NOTHING_KNOWN);
    expect(await runEscalate('prod', 'it burns', settingOn(opened))).toBe(0);
    const [incident] = await createIncidentStore(db, null).open();
    expect(await promise).toBe(incident?.id);
    await bot.stop(2_000);
    await db.close();
  });
});

describe('raxx, as a process', () => {
  let world: World;
  let local: Awaited<ReturnType<typeof startLocalWorld>>;
  let folder: string;
  beforeAll(async () => {
    const healthy = loadScenario('healthy');
    world = buildWorld(healthy, Date.now());
    local = await startLocalWorld(() => world);
    folder = await embeddedFolder();
    const db = await openEmbedded(folder);
    await createIncidentStore(db, null).keepQuiet(looked(Date.now() - 3_600_000), NOTHING_KNOWN);
    await db.close();
  });
  afterAll(async () => {
    await local.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const raxx = (...args: string[]) =>
    runToEnd(['src/cli.ts', ...args], { ...local.env, RAXX_DATA_DIR: folder, CI: '1' });

  it('escalates, lists, and shows the incident in status, but not in the JSON of status', {
    timeout: 60_000,
  }, async () => {
    const escalated = await raxx('escalate', 'prod', 'logins', 'fail');
    expect(escalated).toMatchObject({ code: 1, out: '' });
    expect(escalated.err).toContain('Recorded as incident');
    expect(escalated.err).toContain('the last look was 1 h ago. Contact Kristerpher directly: ops@raxx.app');
    const listed = await raxx('incident');
    expect(listed).toMatchObject({
      code: 0,
      out: expect.stringContaining('escalated manually: logins fail'),
    });
    const draft = await raxx('incident', listed.out.slice(0, 8), '--markdown');
    expect(draft.out).toContain('## Action items');
    const status = await raxx('status', 'prod');
    expect(status.out).toMatch(/incident raxx-api-prod: escalated manually: logins fail · since/);
    expect(status.out).toMatch(/owner +none \(1 page\)/);
    expect(status.out).toMatch(/watch +no good check since .* \(1 h\)/);
    const json = JSON.parse((await raxx('status', 'prod', '--json')).out);
    expect(Object.keys(json.targets[0]).toSorted()).toEqual([
      'app',
      'dynos',
      'health',
      'release',
      'target',
      'verdict',
    ]);
  });

  it('is silent about a missing ledger, and prints one line about one that is in use', {
    timeout: 60_000,
  }, async () => {
    const empty = join(folder, 'empty');
    const none = await runToEnd(['src/cli.ts', 'status', 'prod'], { ...local.env, RAXX_DATA_DIR: empty });
    expect(none.out).not.toMatch(/watch|Incidents/);
    const lock = lockDirectory(folder);
    const used = await raxx('status', 'prod');
    lock.release();
    expect(used.code).toBe(0);
    expect(used.out).toMatch(/Incidents and the watch are not shown: the embedded database in .* is in use/);
  });

  it('needs a reason', async () => {
    expect(await raxx('escalate', 'prod')).toMatchObject({ code: 64 });
  });
});

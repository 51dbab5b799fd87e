/** The watch on a scripted world, minute by minute: each look is that of a process that was just started. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCatchUp } from '../../src/operations/catch-up.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import { failureKey } from '../../src/runbook/model/incident.ts';
import { phraseText } from '../../src/runbook/text/phrase.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import type { Db } from '../../src/store/database/db.ts';
import { openMigrated } from '../support/databases.ts';
import {
  contextOf,
  detail,
  dyno,
  environment,
  goodRequest,
  incident as herokuIncident,
  http,
  job,
  logWindow,
  NOW,
  release,
  run,
  seen,
  unseen,
  web,
} from '../support/evidence.ts';
import { figure } from '../support/figure.ts';
import { rollback as action } from '../support/incident.ts';
import { LONG } from '../support/long.ts';
import { emptyBook, startWatching, type Watching } from '../support/watching.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let db: Db;
let watching: Watching;
beforeAll(async () => {
  db = await openMigrated();
});
afterAll(() => db.close());
beforeEach(async () => {
  await emptyBook(db);
  watching = startWatching(db);
});

const slow: Partial<Evidence> = { health: seen({ kind: 'timeout', detail: 'no answer', ms: 5000 }) };
const crashed: Partial<Evidence> = { dynos: seen([dyno('crashed', 30_000)]), health: http(503) };
/** For two hours from `hour` on, Heroku repeats it. */
const memoryAt = (hour: number): Partial<Evidence> => ({
  logs: seen(
    logWindow(
      `${hour * 3600 - 40} heroku[web.1]: Process running mem=620M(121.0%)`,
      ...Array.from(
        { length: 120 },
        (_, minute) => `${hour * 3600 + minute * 60 - 40} heroku[web.1]: Error R14 (Memory quota exceeded)`,
      ),
    ),
  ),
});
const memory = memoryAt(0);
const failedRunAt = (createdAt: number): Partial<Evidence> => ({
  runs: seen([run(9, { conclusion: 'failure', createdAt }), run(7)]),
  runDetails: seen([
    detail(9, {
      jobs: ['success', 'failure'].map((conclusion, index) =>
        job(index === 0 ? 'freeze-check' : 'deploy', conclusion, {
          startedAt: createdAt,
          completedAt: createdAt,
        }),
      ),
    }),
    detail(7),
  ]),
});
const failedRun = failedRunAt(NOW);
const platform: Partial<Evidence> = {
  platform: seen({ systems: [{ system: 'Apps', status: 'red' }], incidents: [herokuIncident()] }),
};
const newest = async () => {
  const found = await watching.incidentStore.newest('prod');
  if (!found) throw new Error('no incident');
  return found;
};
const events = async () => (await newest()).trail.map(({ event }) => event);
/** `0`, `10`: the minutes of the pages to the person. */
const pings = () =>
  watching.sent.filter((line) => line.includes('ping person')).map((line) => Number(line.split(' ')[0]));

describe('a quiet day', () => {
  it('has cheap looks, and every tenth is a whole one', async () => {
    await watching.pass(21 * MINUTE);
    const cheap = watching.asked.filter((count) => count === 4).length;
    expect(watching.asked).toHaveLength(21);
    expect(watching.asked.length - cheap).toBe(3);
    expect(watching.asked[0]).toBeGreaterThan(10);
    expect(watching.sent).toEqual([]);
    expect(await watching.incidentStore.newest('prod')).toBeNull();
  });
});

describe('an incident', () => {
  it('opens at the second sighting, not at the first', async () => {
    await watching.pass(2 * MINUTE);
    watching.world(slow);
    await watching.pass(MINUTE);
    expect(await watching.incidentStore.newest('prod')).toBeNull();
    await watching.pass(MINUTE);
    expect(await newest()).toMatchObject({
      state: 'open',
      since: NOW + 3 * MINUTE,
      picture: { verdict: 'down', failure: { kind: 'verdict', verdict: 'down' } },
    });
  });

  const requests = (...ago: readonly number[]) => seen(logWindow(...ago.map(goodRequest)));

  it('keeps the requests of the hour before it from the look that opens it', async () => {
    watching.world({ ...slow, logs: requests(900, 300, 60) });
    await watching.pass(2 * MINUTE);
    const { lastHour, openedAt, picture } = await newest();
    expect(lastHour?.bins.at(-1)?.to).toBe(openedAt);
    expect(lastHour?.bins.map((bin) => bin.requests)).toEqual([0, 1, 1]);
    watching.world({ ...crashed, logs: requests(30, 20, 10) });
    await watching.pass(10 * MINUTE);
    const later = await newest();
    expect(later.picture.cause).not.toBe(picture.cause);
    expect(later.lastHour).toEqual(lastHour);
  });

  it.each<readonly [string, Evidence['logs']]>([
    ['was not read', unseen('unreachable', 'no log')],
    ['has no requests', seen(logWindow('-3000 heroku[web.1]: State changed from starting to up'))],
    ['covers less than five minutes', requests(60)],
  ])('keeps no requests where the log %s', async (_name, logs) => {
    watching.world({ ...slow, logs });
    await watching.pass(2 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'open', lastHour: null });
  });

  it('does not open when the second look is good', async () => {
    watching.world(slow);
    await watching.pass(MINUTE);
    watching.world({});
    await watching.pass(10 * MINUTE);
    expect(await watching.incidentStore.newest('prod')).toBeNull();
    expect(watching.sent).toEqual([]);
  });

  it('opens at once when Heroku says that it crashed', async () => {
    watching.world(crashed);
    await watching.pass(MINUTE);
    expect(await newest()).toMatchObject({ state: 'open' });
  });

  it('resolves when two looks were well, with one quiet line and no page', async () => {
    watching.world(slow);
    await watching.pass(3 * MINUTE);
    const before = watching.sent.length;
    watching.world({});
    await watching.pass(MINUTE);
    expect(await newest()).toMatchObject({ state: 'open' });
    await watching.pass(MINUTE);
    expect(await newest()).toMatchObject({ state: 'resolved', resolvedAt: NOW + 5 * MINUTE });
    await watching.pass(HOUR);
    expect(watching.sent.slice(before)).toEqual([]);
    expect((await events()).at(-1)).toBe('resolved');
  });

  it('is one incident, however often the app flaps', async () => {
    for (let round = 0; round < 60; round += 1) {
      watching.world(round % 3 === 0 ? slow : {});
      await watching.pass(MINUTE);
    }
    for (let round = 0; round < 20; round += 1) {
      watching.world(round % 5 < 2 ? slow : {});
      await watching.pass(MINUTE);
    }
    expect(await watching.incidentStore.recent(9)).toHaveLength(1);
  });

  it('gets a line when the failure mode changes', async () => {
    watching.world(slow);
    await watching.pass(3 * MINUTE);
    watching.world({ ...slow, environments: seen([environment('staging')]) });
    await watching.pass(3 * MINUTE);
    expect(await events()).toContain('changed');
    expect((await newest()).picture.failure).toMatchObject({ kind: 'mode', id: 'E' });
    expect(await watching.incidentStore.recent(9)).toHaveLength(1);
  });

  it.each<[string, Partial<Evidence>, string]>([
    ['mode E, a missing gate,', { environments: seen([environment('staging')]) }, 'mode E/'],
    ['mode B, memory,', memory, 'mode B/R14'],
  ])('finds %s within ten looks', async (_name, world, failure) => {
    await watching.pass(2 * MINUTE);
    watching.world(world);
    await watching.pass(11 * MINUTE);
    const found = await newest();
    expect([found.state, failureKey(found.picture.failure)]).toEqual(['open', failure]);
  });

  it('is not resolved by looks that could not see', async () => {
    watching.world(memory);
    await watching.pass(12 * MINUTE);
    watching.world({ logs: unseen('timeout', 'no log') });
    await watching.pass(10 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'open' });
  });
});

describe('a change outside the bot', () => {
  const stopped: Partial<Evidence> = { dynos: seen([]), formation: web(0), health: http(503) };

  it('opens an incident when it is a stop, as a stop through the bot does not', async () => {
    await watching.pass(2 * MINUTE);
    watching.actions.push(action({ kind: 'stop', sentAt: NOW, endedAt: NOW + 5_000 }));
    watching.world(stopped);
    await watching.pass(5 * MINUTE);
    expect(await watching.incidentStore.newest('prod')).toBeNull();
    watching.actions.length = 0;
    await watching.pass(11 * MINUTE);
    expect(await newest()).toMatchObject({
      picture: { title: 'raxx-api-prod was stopped, but not through the bot' },
    });
  });

  it('is reported once when it is a release or a run that nobody approved here, and opens nothing', async () => {
    await watching.pass(2 * MINUTE);
    watching.world({
      dynos: seen([{ ...dyno('up'), releaseVersion: 43 }]),
      releases: seen([release(43, { current: true }), release(42)]),
      runs: seen([run(9, { createdAt: NOW - HOUR }), run(7)]),
      runDetails: seen([detail(9), detail(7)]),
    });
    await watching.pass(30 * MINUTE);
    expect(watching.sent).toEqual([
      '3 notice: Not through the bot: ops@raxx.app released v43 of raxx-api-prod (Deploy 4f070743).',
      expect.stringMatching(
        /^3 notice: Not through the bot: kris dispatched a deploy to production \(run 9 succeeded\): https/,
      ),
    ]);
    expect(await watching.incidentStore.newest('prod')).toBeNull();
  });
});

describe('the four conditions', () => {
  it('1: a run that failed past the gate pages at once, and once per run', async () => {
    await watching.pass(2 * MINUTE);
    watching.world(failedRun);
    await watching.pass(MINUTE);
    expect(pings()).toEqual([3]);
    await watching.incidents.acknowledge(
      (await newest()).id,
      { id: 'U1', isOperator: true, isApprover: true },
      false,
    );
    // A run that is unseen for a while and seen again is the same run.
    watching.world({ runs: unseen(), runDetails: unseen() });
    await watching.pass(5 * MINUTE);
    watching.world(failedRun);
    await watching.pass(10 * MINUTE);
    expect(pings()).toEqual([3]);
  });

  it('2: memory pages when the fix did not help in time, and a restart of the bot does not reset the timer', async () => {
    watching.world(memory);
    await watching.pass(30 * MINUTE);
    expect(pings()).toEqual([]);
    await watching.pass(12 * MINUTE);
    expect(pings()).toEqual([31, 41]);
  });

  it('2: stops counting when it is resolved', async () => {
    watching.world(memory);
    await watching.pass(25 * MINUTE);
    watching.world({});
    await watching.pass(60 * MINUTE);
    expect(pings()).toEqual([]);
    expect((await newest()).state).toBe('resolved');
  });

  it('3: an incident of Heroku pages at once, and once per incident', async () => {
    watching.world(platform);
    await watching.pass(MINUTE);
    expect(pings()).toEqual([1]);
    await watching.incidents.acknowledge(
      (await newest()).id,
      { id: 'U1', isOperator: true, isApprover: true },
      false,
    );
    watching.world({});
    await watching.pass(5 * MINUTE);
    watching.world(platform);
    await watching.pass(20 * MINUTE);
    expect(pings()).toEqual([1]);
  });

  it('4: unreachable while Heroku is green pages when the incident opens', async () => {
    watching.world(slow);
    await watching.pass(2 * MINUTE);
    expect(pings()).toEqual([2]);
    expect(watching.sent.at(-1)).toMatch(/App unreachable for 1 min while Heroku's status is green\.$/);
  });

  it('4: a crash that explains it gets its time first', async () => {
    watching.world({
      ...crashed,
      logs: seen(
        logWindow(
          '-30 heroku[web.1]: Error R10 (Boot timeout) -> x',
          '-20 heroku[web.1]: Error R10 (Boot timeout) -> x',
        ),
      ),
    });
    await watching.pass(30 * MINUTE);
    expect(pings()).toEqual([]);
    await watching.pass(2 * MINUTE);
    expect(pings()).toEqual([31]);
  });

  it('none of them: down while the status page cannot be read pages after two sightings', async () => {
    watching.world({ ...slow, platform: unseen('unreachable', 'Heroku status page: refused') });
    await watching.pass(2 * MINUTE);
    expect(pings()).toEqual([2]);
    expect(watching.sent.at(-1)).toContain('Down, platform state unknown (Heroku status page: refused)');
  });
});

describe('pages', () => {
  const { target: prod } = contextOf('prod');
  const KRIS = { id: 'U1', isOperator: true, isApprover: true };

  it('are repeated until someone acknowledges, and come again without a resolution', async () => {
    watching.world(slow);
    await watching.pass(25 * MINUTE);
    expect(pings()).toEqual([2, 12, 22]);
    const { id } = await newest();
    expect(await watching.incidents.acknowledge(id, KRIS, false)).toMatchObject({ ok: true });
    expect(await watching.incidents.acknowledge(id, KRIS, false)).toMatchObject({ ok: false });
    await watching.pass(29 * MINUTE);
    expect(pings()).toEqual([2, 12, 22]);
    await watching.pass(12 * MINUTE);
    expect(pings()).toEqual([2, 12, 22, 55, 65]);
    expect(watching.sent.find((line) => line.startsWith('55 ping person'))).toContain(
      'Acknowledged 30 min ago and still not resolved',
    );
  });

  it('go to the channel and to the person', async () => {
    watching.world(slow);
    await watching.pass(2 * MINUTE);
    expect(watching.sent.map((line) => line.split(':')[0])).toEqual(['2 ping channel', '2 ping person']);
  });

  it('are sent once when two processes look and page at the same time', async () => {
    watching.processes = 2;
    watching.world(slow);
    await watching.pass(25 * MINUTE);
    expect(pings()).toEqual([2, 12, 22]);
    expect(await watching.incidentStore.recent(9)).toHaveLength(1);
    expect(await events()).toEqual(['opened', 'pinged', 'changes', 'pinged', 'pinged']);
  });

  it('come at once for a new condition, although the incident is acknowledged', async () => {
    watching.world(slow);
    await watching.pass(2 * MINUTE);
    await watching.incidents.acknowledge((await newest()).id, KRIS, false);
    watching.world({ ...slow, ...failedRun });
    await watching.pass(2 * MINUTE);
    expect(pings()).toEqual([2, 3]);
    expect(watching.sent.at(-1)).toMatch(
      /New since it was acknowledged: Run \d+ failed after the required-reviewer gate/,
    );
    // It is one incident and keeps its owner; a call by hand has to be acknowledged again.
    expect(await newest()).toMatchObject({ acknowledged: { by: KRIS.id }, pings: 2 });
    await watching.incidents.escalate(prod, 'nobody answers', KRIS);
    await watching.pass(MINUTE);
    expect(await newest()).toMatchObject({ acknowledged: null, pings: 3 });
  });

  it('are held back by a snooze, which ends early when it gets worse', async () => {
    watching.world({ releases: seen([release(43, { status: 'failed' }), release(42, { current: true })]) });
    await watching.pass(3 * MINUTE);
    expect(await watching.incidents.snooze(prod, 2 * HOUR, KRIS)).toMatchObject({ ok: true });
    await watching.pass(30 * MINUTE);
    expect(pings()).toEqual([]);
    watching.world(slow);
    await watching.pass(3 * MINUTE);
    expect(watching.sent.join('\n')).toContain('Snooze ended early');
    expect(pings()).not.toEqual([]);
    const past = { incidentStore: watching.incidentStore, actionStore: createActionStore(db, null) };
    const { shown } = await readCatchUp(past, watching.now() - HOUR, watching.now());
    expect(shown.map(({ words }) => phraseText(words))).toContain('snooze ended early: it got worse.');
  });

  it('can be called by hand, and that incident waits for an acknowledgement', async () => {
    await watching.pass(2 * MINUTE);
    await watching.incidents.escalate(prod, 'orders are missing', KRIS);
    await watching.pass(25 * MINUTE);
    expect(pings()).toEqual([2, 12, 22]);
    await watching.incidents.acknowledge((await newest()).id, KRIS, false);
    await watching.pass(3 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'resolved' });
  });
});

describe('a bot that cannot see', () => {
  it('says so once, calls nothing well or down, and says when it can see again', async () => {
    await watching.pass(2 * MINUTE);
    watching.world({
      dynos: unseen('unauthorized', 'Heroku dynos: HTTP 401'),
      formation: unseen('unauthorized', 'Heroku formation: HTTP 401'),
    });
    await watching.pass(60 * MINUTE);
    watching.world({});
    await watching.pass(10 * MINUTE);
    expect(watching.sent).toEqual([
      expect.stringMatching(
        /^4 notice: Can't see Heroku \(Heroku dynos: HTTP 401\)\. I don't know whether raxx-api-prod and raxx-api-staging are up/,
      ),
      expect.stringMatching(/^63 notice: I can see Heroku again after 1 h/),
    ]);
    expect(await watching.incidentStore.newest('prod')).toBeNull();
  });

  const lost = (why: 'unauthorized' | 'unreachable' | 'forbidden') => unseen(why, `GitHub: ${why}`);
  const noGitHub = (why: 'unauthorized' | 'unreachable') => ({
    repository: lost(why),
    runs: lost(why),
    runDetails: lost(why),
    deployments: lost(why),
    environments: lost(why),
    workflows: lost(why),
    freezeSecret: lost(why),
  });

  it.each(['unauthorized', 'unreachable'] as const)(
    'says once that GitHub is %s, still watches the app, and says when it sees again',
    async (why) => {
      await watching.pass(2 * MINUTE);
      watching.world(noGitHub(why));
      await watching.pass(60 * MINUTE);
      watching.world({});
      await watching.pass(15 * MINUTE);
      expect(watching.sent).toEqual([
        expect.stringMatching(new RegExp(`^4 notice: Can't see GitHub \\(GitHub: ${why}\\)`)),
        expect.stringMatching(/^63 notice: I can see GitHub again after 1 h/),
      ]);
      expect(await watching.incidentStore.newest('prod')).toBeNull();
      watching.world(crashed);
      await watching.pass(3 * MINUTE);
      expect((await watching.incidentStore.newest('prod'))?.state).toBe('open');
    },
  );

  it('sees an app go down while GitHub is away, and reports GitHub for one target only', async () => {
    watching.world({ ...noGitHub('unauthorized'), ...crashed });
    await watching.pass(3 * MINUTE);
    await watching.look('staging');
    await watching.look('staging');
    expect((await watching.incidentStore.newest('prod'))?.state).toBe('open');
    expect(watching.sent.filter((words) => words.includes('GitHub'))).toHaveLength(1);
  });

  it('is not blind for one missing permission, or for one lost look', async () => {
    watching.world({ environments: lost('forbidden'), freezeSecret: lost('forbidden') });
    await watching.pass(30 * MINUTE);
    watching.world(noGitHub('unreachable'));
    await watching.pass(MINUTE);
    watching.world({});
    await watching.pass(30 * MINUTE);
    expect(watching.sent).toEqual([]);
  });
});

describe.skipIf(LONG !== null)(LONG ?? 'a week', () => {
  it('of trouble reports each thing once, and on time', { timeout: 120_000 }, async () => {
    // A look every five minutes makes two thousand looks a week.
    watching = startWatching(db, (facts) => ({ ...facts, watch: { everySeconds: 300 } }));
    const started = performance.now();
    const script: readonly [hour: number, world: Partial<Evidence>][] = [
      [5, slow],
      [6, {}],
      [30, platform],
      [33, {}],
      [50, memoryAt(50)],
      [52, {}],
      [80, failedRunAt(NOW + 80 * HOUR)],
      [120, {}],
      [140, crashed],
      [141, {}],
      [168, {}],
    ];
    let at = 0;
    for (const [hour, world] of script) {
      await watching.pass((hour - at) * HOUR);
      at = hour;
      watching.world(world);
    }
    const all = await watching.incidentStore.recent(20);
    expect(all.map(({ picture, state }) => `${state} ${failureKey(picture.failure)}`).toReversed()).toEqual([
      'resolved down',
      'resolved 3:1',
      'resolved mode B/R14',
      'resolved 1:9/1',
      'resolved down',
    ]);
    // Nobody acknowledged: each page is repeated while its condition lasts. A failed run counts for a day.
    const troubled: readonly [from: number, to: number][] = [
      [5, 6.2],
      [30, 33.2],
      [50.5, 52.2],
      [80, 104.2],
      [140, 141.2],
    ];
    const hours = pings().map((minute) => minute / 60);
    const within = troubled.map(([from, to]) => hours.filter((hour) => hour >= from && hour <= to).length);
    expect(within.every((count) => count > 0)).toBe(true);
    expect(within.reduce((sum, count) => sum + count, 0)).toBe(hours.length);
    const seconds = (performance.now() - started) / 1000;
    figure(
      `a week of ${watching.asked.length} looks in ${seconds.toFixed(1)} s: ${all.length} incidents, ${pings().length} pings`,
    );
  });
});

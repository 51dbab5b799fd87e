/** Intended changes and others: deploys, restarts and stops with real boot times, crash loops, and apps that are off. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import { type Before, watchStep } from '../../src/runbook/incidents/watch-step.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import type { Dyno } from '../../src/runbook/model/heroku.ts';
import { failureKey } from '../../src/runbook/model/incident.ts';
import type { Instant } from '../../src/runbook/model/instant.ts';
import { RECOVERED_MS } from '../../src/runbook/model/recovery.ts';
import type { Db } from '../../src/store/database/db.ts';
import { openMigrated } from '../support/databases.ts';
import {
  app,
  contextOf,
  dyno,
  environment,
  evidence,
  incident as herokuIncident,
  http,
  logWindow,
  NOW,
  release,
  routerError,
  seen,
  unseen,
  web,
} from '../support/evidence.ts';
import { rollback as action } from '../support/incident.ts';
import { emptyBook, startWatching, type Watching } from '../support/watching.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const KRIS = { id: 'U1', isOperator: true, isApprover: true };

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

/** `web.1` in this state since then. */
function web1(state: string, at: Instant, releaseVersion = 42): Dyno {
  return { ...dyno(state), updatedAt: at, createdAt: at, releaseVersion };
}

/** The router holds requests while nothing has bound the port, and the probe gives up first. */
const held = seen({ kind: 'timeout', detail: 'no answer', ms: 5_000 } as const);
const pings = () => watching.sent.filter((line) => line.includes('ping person'));
const minutes = () => pings().map((line) => Number(line.split(' ')[0]));
const newest = () => watching.incidentStore.newest('prod');

interface Boot {
  readonly at: Instant;
  readonly seconds: number;
  readonly becomes?: 'up' | 'crashed';
  readonly version?: number;
}

/** Requests are held from `at` on; the dyno starts some seconds later, and is then up or crashed. */
function booting({ at, seconds, becomes = 'up', version = 42 }: Boot) {
  const releases =
    version === 42
      ? {}
      : { releases: seen([release(version, { current: true, createdAt: at }), release(42)]) };
  return (now: Instant): Partial<Evidence> => {
    const starts = at + 4 * SECOND;
    const ends = starts + seconds * SECOND;
    if (now < at) return {};
    if (now < starts) return { ...releases, dynos: seen([]), health: held };
    if (now < ends) return { ...releases, dynos: seen([web1('starting', starts, version)]), health: held };
    const dynos = seen([web1(becomes, ends, version)]);
    return becomes === 'up' ? { ...releases, dynos } : { ...releases, dynos, health: http(503) };
  };
}

/** Webhooks come in bursts: each makes a look. */
async function passWithHints(ms: number, everyMs: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += everyMs) {
    await watching.pass(everyMs);
    await watching.look();
  }
}

describe('an intended change', () => {
  it.each([
    ['a deploy that boots in 10 s', { seconds: 10, version: 43 }],
    ['a deploy that boots in 40 s', { seconds: 40, version: 43 }],
    ['a deploy that boots in 60 s', { seconds: 60, version: 43 }],
    ['a restart outside the bot', { seconds: 10 }],
    ['a restart that boots in 60 s', { seconds: 60 }],
  ])('pages nobody: %s', async (_name, boot) => {
    await watching.pass(2 * MINUTE);
    const at = watching.now() + 20 * SECOND;
    watching.world(booting({ at, ...boot }));
    await watching.pass(20 * SECOND);
    await passWithHints(2 * MINUTE, 2 * SECOND);
    await watching.pass(20 * MINUTE);
    expect(await newest()).toBeNull();
    expect(pings()).toEqual([]);
  });

  it.each(['rollback', 'restart', 'restore', 'boot_timeout', 'resize'] as const)(
    'pages nobody while a %s through the bot is being verified, however long that takes',
    async (kind) => {
      await watching.pass(2 * MINUTE);
      const at = watching.now();
      watching.actions.push(action({ kind, state: 'executing', sentAt: at, endedAt: null }));
      watching.world(booting({ at, seconds: 75 }));
      await passWithHints(80 * SECOND, 2 * SECOND);
      watching.actions[0] = action({ kind, sentAt: at, endedAt: watching.now() });
      await watching.pass(20 * MINUTE);
      expect(await newest()).toBeNull();
    },
  );

  it('becomes an incident at once when Heroku says that the boot crashed, and pages once', async () => {
    await watching.pass(2 * MINUTE);
    const at = watching.now();
    watching.world(booting({ at, seconds: 50, version: 43, becomes: 'crashed' }));
    await passWithHints(50 * SECOND, 5 * SECOND);
    expect(await newest()).toBeNull();
    await passWithHints(10 * SECOND, 5 * SECOND);
    expect(await newest()).toMatchObject({ state: 'open' });
    await watching.pass(5 * MINUTE);
    expect(pings()).toHaveLength(1);
  });

  it('becomes an incident when the app is still starting after Heroku’s boot limit', async () => {
    await watching.pass(2 * MINUTE);
    const at = watching.now();
    watching.world(booting({ at, seconds: 600 }));
    await watching.pass(MINUTE);
    expect(await newest()).toBeNull();
    await watching.pass(2 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'open' });
    expect(pings()).toHaveLength(1);
  });

  it('becomes an incident when its window ends and the app does not answer', async () => {
    await watching.pass(2 * MINUTE);
    const at = watching.now();
    watching.actions.push(action({ kind: 'restart', state: 'executing', sentAt: at, endedAt: null }));
    watching.world((now) => ({ dynos: seen([web1('up', Math.min(now, at + 5_000))]), health: held }));
    await watching.pass(2 * MINUTE);
    expect(await newest()).toBeNull();
    watching.actions[0] = action({
      kind: 'restart',
      state: 'unconfirmed',
      sentAt: at,
      endedAt: at + 180_000,
    });
    await watching.pass(3 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'open' });
  });

  it('does not explain a boot that follows a crash', async () => {
    await watching.pass(2 * MINUTE);
    const at = watching.now();
    watching.world({ dynos: seen([web1('crashed', at)]), health: http(503) });
    await watching.pass(MINUTE);
    const opened = await newest();
    expect(opened).toMatchObject({ state: 'open' });
    watching.world((now) => ({ dynos: seen([web1('starting', now - 20 * SECOND)]), health: held }));
    await watching.pass(12 * MINUTE);
    expect(await newest()).toMatchObject({ id: opened?.id, state: 'open', wellSince: null });
    expect(pings().length).toBeGreaterThan(0);
  });

  it('does not hide a missing gate', async () => {
    await watching.pass(2 * MINUTE);
    const at = watching.now();
    const boot = booting({ at, seconds: 60, version: 43 });
    watching.world((now) => ({ ...boot(now), environments: seen([environment('staging')]) }));
    await watching.pass(12 * MINUTE);
    expect(await newest()).toMatchObject({ picture: { failure: { kind: 'mode', id: 'E' } } });
    expect(pings()).toEqual([]);
  });
});

describe('two sightings', () => {
  it('are two looks at least 30 s apart, however many webhooks come', async () => {
    await watching.pass(2 * MINUTE);
    watching.world({ health: held });
    for (let count = 0; count < 20; count += 1) {
      await watching.pass(SECOND);
      await watching.look();
    }
    expect(await newest()).toBeNull();
    await watching.pass(12 * SECOND);
    await watching.look();
    expect(await newest()).toMatchObject({ state: 'open' });
  });

  it('are needed to call an app well, too', async () => {
    watching.world({ health: held });
    await watching.pass(3 * MINUTE);
    watching.world({});
    for (let count = 0; count < 20; count += 1) {
      await watching.pass(SECOND);
      await watching.look();
    }
    expect(await newest()).toMatchObject({ state: 'open' });
    await watching.pass(MINUTE);
    expect(await newest()).toMatchObject({ state: 'resolved' });
  });
});

describe('a recovered app', () => {
  const crashedAt = NOW + 2 * MINUTE;

  it('has been up for more than five minutes without a restart', async () => {
    await watching.pass(2 * MINUTE);
    watching.world({ dynos: seen([web1('crashed', crashedAt)]), health: http(503) });
    await watching.pass(MINUTE);
    const upAt = watching.now() + 10 * SECOND;
    watching.world((now) => (now < upAt ? {} : { dynos: seen([web1('up', upAt)]) }));
    watching.world({ dynos: seen([web1('up', upAt)]) });
    await watching.pass(MINUTE);
    expect(await newest()).toMatchObject({ state: 'open', wellSince: NOW + 4 * MINUTE, failures: 1 });
    await watching.pass(4 * MINUTE);
    expect(watching.now() - upAt).toBeLessThan(RECOVERED_MS);
    expect(await newest()).toMatchObject({ state: 'open' });
    await watching.pass(2 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'resolved', wellSince: NOW + 4 * MINUTE });
  });

  /** It crashes every five minutes, is up again 90 s later, and answers in between. */
  const loop = (now: Instant): Partial<Evidence> => {
    const into = (now - crashedAt) % (5 * MINUTE);
    const crash = now - into;
    return into < 1.5 * MINUTE
      ? { dynos: seen([web1('crashed', crash)]), health: http(503) }
      : { dynos: seen([web1('up', crash + 1.5 * MINUTE)]) };
  };

  /** What Heroku logs about it: each boot is killed after a minute. */
  function loopLines(now: Instant): string[] {
    const lines: string[] = [];
    for (let crash = crashedAt; crash <= now; crash += 5 * MINUTE) {
      const at = (crash - NOW) / SECOND;
      lines.push(
        `${at} heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch`,
        `${at} heroku[web.1]: Process exited with status 137`,
        routerError(-at - 1, 'H10', 'App crashed').replace(/^--/, ''),
        `${at} heroku[web.1]: State changed from ${crash === crashedAt ? 'starting' : 'up'} to crashed`,
      );
      if (crash + 1.5 * MINUTE > now) break;
      lines.push(
        `${at + 60} heroku[web.1]: State changed from crashed to starting`,
        `${at + 90} heroku[web.1]: State changed from starting to up`,
      );
    }
    return lines;
  }

  it('pages nobody after two crashes and a restart: the card says what is still to be proven', async () => {
    await watching.pass(2 * MINUTE);
    const upAt = crashedAt + 29 * MINUTE;
    const at = (time: Instant) => (time - NOW) / SECOND;
    const log = (now: Instant) =>
      seen(
        logWindow(
          `${at(crashedAt) - 30} heroku[web.1]: Process exited with status 1`,
          `${at(crashedAt) - 30} heroku[web.1]: State changed from up to crashed`,
          `${at(crashedAt) - 20} heroku[web.1]: State changed from crashed to starting`,
          `${at(crashedAt)} heroku[web.1]: Process exited with status 1`,
          `${at(crashedAt)} heroku[web.1]: State changed from starting to crashed`,
          ...(now < upAt
            ? []
            : [
                `${at(upAt) - 10} heroku[web.1]: State changed from crashed to starting`,
                `${at(upAt)} heroku[web.1]: State changed from starting to up`,
              ]),
        ),
      );
    watching.world((now) =>
      now < upAt
        ? { dynos: seen([web1('crashed', crashedAt)]), health: http(503), logs: log(now) }
        : { dynos: seen([web1('up', upAt)]), logs: log(now) },
    );
    await watching.pass(30 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'open', failures: 1, wellSince: expect.any(Number) });
    const before = pings().length;
    await watching.pass(10 * MINUTE);
    expect(pings()).toHaveLength(before);
    expect(await newest()).toMatchObject({ state: 'resolved' });
  });

  // Two hours of looks take two seconds here, and much longer on a busy machine.
  it('is not one that dies every five minutes: that is one incident, whose timer runs out and pages', {
    timeout: 60_000,
  }, async () => {
    await watching.pass(2 * MINUTE);
    watching.world((now) => ({ ...loop(now), logs: seen(logWindow(...loopLines(now))) }));
    await watching.pass(2 * HOUR);
    expect(await watching.incidentStore.recent(9)).toHaveLength(1);
    expect(await newest()).toMatchObject({ state: 'open', since: crashedAt + MINUTE });
    expect(minutes()[0]).toBe(33);
  });

  it('is not one that crashes without an explanation: that is one incident, which says how often', async () => {
    await watching.pass(2 * MINUTE);
    watching.world(loop);
    await watching.pass(HOUR);
    expect(await watching.incidentStore.recent(9)).toHaveLength(1);
    const found = await newest();
    expect(found?.failures).toBeGreaterThan(10);
    expect(pings().at(-1)).toMatch(/it has gone down \d+ times/);
  });

  it('alone resets the first sightings: failing looks and single boots do not', () => {
    const look = (world: Partial<Evidence>, at: Instant, before: Before) => {
      const context = { ...contextOf(), now: at };
      const all = evidence(world);
      const diagnosis = diagnose(all, context, { tookMs: 1, limits: [], firstSeen: before.memory.firstSeen });
      const isOurs = { release: () => false, run: () => false };
      const step = watchStep(before, {
        evidence: all,
        diagnosis,
        context,
        actions: [],
        isOurs,
        crashedAt: null,
      });
      return { ...before, memory: step.memory };
    };
    const crash = (at: Instant) => ({ dynos: seen([web1('crashed', at)]), health: http(503) });
    let before: Before = { memory: NOTHING_KNOWN, incident: null, snooze: null };
    for (const minute of [1, 2, 3, 4]) before = look(crash(NOW), NOW + minute * MINUTE, before);
    before = look({ dynos: seen([web1('up', NOW + 4.5 * MINUTE)]) }, NOW + 5 * MINUTE, before);
    before = look(crash(NOW + 6 * MINUTE), NOW + 7 * MINUTE, before);
    expect(before.memory.firstSeen).toEqual({ unreachable: NOW + MINUTE });
    before = look({}, NOW + 20 * MINUTE, before);
    expect(before.memory.firstSeen).toEqual({});
  });

  it('that fails again keeps the acknowledgement and the worst sighting of its incident', async () => {
    await watching.pass(2 * MINUTE);
    watching.world({ dynos: seen([web1('crashed', crashedAt)]), health: http(503) });
    await watching.pass(2 * MINUTE);
    const opened = await newest();
    await watching.incidents.acknowledge(opened?.id ?? '', KRIS, false);
    watching.world({});
    await watching.pass(10 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'resolved' });
    watching.world({ releases: seen([release(43, { status: 'failed' }), release(42, { current: true })]) });
    await watching.pass(12 * MINUTE);
    const back = await newest();
    expect(back).toMatchObject({
      id: opened?.id,
      state: 'open',
      failures: 2,
      acknowledged: { by: KRIS.id },
      picture: { verdict: 'degraded' },
      worst: { verdict: 'down' },
    });
  });
});

describe('an app that is off', () => {
  const off: Partial<Evidence> = { dynos: seen([]), formation: web(0), health: http(503) };
  const crash: Partial<Evidence> = { dynos: seen([web1('crashed', NOW)]), health: http(503) };
  const stop = (at: Instant) =>
    action({ kind: 'stop', reason: 'too many errors', sentAt: at, endedAt: at + 3 * SECOND });

  it('that was stopped through the bot ends the pages: its incident stays open and says by whom and why', async () => {
    watching.world(crash);
    await watching.pass(5 * MINUTE);
    expect(pings().length).toBeGreaterThan(0);
    const before = pings().length;
    watching.actions.push(stop(watching.now()));
    watching.world(off);
    await watching.look();
    const stopped = await newest();
    expect(stopped).toMatchObject({
      state: 'open',
      stopped: { by: 'U0KRIS001', reason: 'too many errors' },
      worst: { verdict: 'down' },
    });
    expect(stopped?.wakes.filter(({ overAt }) => overAt === null)).toEqual([]);
    await watching.pass(6 * HOUR);
    expect(pings()).toHaveLength(before);
    expect(await newest()).toMatchObject({ state: 'open' });
    watching.actions.unshift(action({ kind: 'restore', sentAt: watching.now(), endedAt: watching.now() }));
    watching.world({ dynos: seen([web1('up', watching.now())]) });
    await watching.pass(10 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'resolved' });
    expect(pings()).toHaveLength(before);
  });

  it('pages nobody between the stop and the next look', async () => {
    watching.world(crash);
    await watching.pass(4 * MINUTE);
    const before = pings().length;
    watching.actions.push(stop(watching.now()));
    watching.world(off);
    await watching.pass(30 * MINUTE);
    expect(pings()).toHaveLength(before);
  });

  it.each<[string, Partial<Evidence>]>([
    ['the formation', { formation: unseen('timeout', 'no formation') }],
    ['the slug', { releases: unseen('timeout', 'no releases') }],
    ['the app', { app: unseen('timeout', 'no app') }],
    ['the status page', { platform: unseen('unreachable', 'no page') }],
    ['the dynos', { dynos: unseen('timeout', 'no dynos') }],
    ['the formation and the dynos', { formation: unseen('timeout', 'x'), dynos: unseen('timeout', 'x') }],
  ])('never pages because %s could not be read', async (_name, lost) => {
    watching.actions.push(stop(NOW));
    watching.world(off);
    await watching.pass(3 * MINUTE);
    watching.world({ ...off, ...lost });
    for (let count = 0; count < 30; count += 1) {
      await watching.pass(MINUTE);
      await watching.look();
    }
    expect(await newest()).toBeNull();
    expect(pings()).toEqual([]);
  });

  it('that is in maintenance never pages because the app could not be read', async () => {
    watching.world({ app: seen(app({ maintenance: true })), health: http(503) });
    await watching.pass(2 * MINUTE);
    watching.world({ app: unseen('timeout', 'no app'), health: http(503) });
    await watching.pass(10 * MINUTE);
    expect(pings()).toEqual([]);
  });

  it('is an incident when its deployed code has no such process type: nobody switched it off', async () => {
    watching.world({
      dynos: seen([]),
      formation: seen([{ type: 'worker', quantity: 1, size: 'Basic', command: 'work' }]),
      health: http(503),
    });
    await watching.pass(3 * MINUTE);
    expect(await newest()).toMatchObject({ state: 'open', picture: { verdict: 'down' } });
  });

  it('is not an outage when it was never deployed', async () => {
    watching.world({
      dynos: seen([]),
      formation: seen([]),
      health: http(502),
      app: seen(app({ slugSize: null })),
      slug: seen(null),
      releases: seen([release(1, { current: true, slugId: null, description: 'Initial release' })]),
    });
    await watching.pass(HOUR);
    expect(await newest()).toBeNull();
    expect(pings()).toEqual([]);
  });

  it.each<[string, (at: Instant) => Partial<Evidence>]>([
    ['the watch saw it run', () => off],
    [
      'the log says so',
      (at) => ({
        ...off,
        logs: seen(
          logWindow(
            `${(at - NOW) / 1000} app[api]: Scaled to web@0:Basic worker@1:Basic by user eve@raxx.app`,
          ),
        ),
      }),
    ],
    [
      'the formation has changed since',
      (at) => ({
        ...off,
        formation: seen([{ type: 'web', quantity: 0, size: 'Basic', command: 'x', updatedAt: at }]),
      }),
    ],
  ])(
    'is an incident when it was stopped outside the bot, although the bot had stopped it before: %s',
    async (name, world) => {
      watching.actions.push(stop(NOW - 2 * HOUR));
      if (name === 'the watch saw it run') await watching.pass(5 * MINUTE);
      watching.world(world(watching.now()));
      await watching.pass(3 * MINUTE);
      expect(await newest()).toMatchObject({
        state: 'open',
        stopped: null,
        picture: { title: 'raxx-api-prod was stopped, but not through the bot' },
      });
    },
  );

  it('still counts as stopped through the bot when it got a release meanwhile', async () => {
    watching.actions.push(stop(NOW - 2 * HOUR));
    watching.world({
      ...off,
      formation: seen([{ type: 'web', quantity: 0, size: 'Basic', command: 'y', updatedAt: NOW - HOUR }]),
      releases: seen([release(43, { current: true, createdAt: NOW - HOUR }), release(42)]),
    });
    await watching.pass(15 * MINUTE);
    expect(await newest()).toBeNull();
  });
});

describe('a snooze', () => {
  const { target: prod } = contextOf('prod');
  const memory = (code: string) => (now: Instant) => ({
    logs: seen(
      logWindow(`${(now - NOW) / SECOND - 20} heroku[web.1]: Error ${code} (Memory quota exceeded)`),
    ),
  });

  it('is not ended by a timer that runs out', async () => {
    watching.world(memory('R14'));
    await watching.pass(5 * MINUTE);
    await watching.incidents.snooze(prod, 2 * HOUR, KRIS);
    await watching.pass(HOUR);
    expect(pings()).toEqual([]);
    expect(watching.sent.join('\n')).not.toContain('ended early');
    await watching.pass(HOUR + 2 * MINUTE);
    expect(pings()).toHaveLength(1);
    expect(pings()[0]).toContain('R14 (memory) for 2 h; the standard fix did not resolve it');
  });

  it('ends when the failure mode gets worse', async () => {
    watching.world(memory('R14'));
    await watching.pass(5 * MINUTE);
    await watching.incidents.snooze(prod, 2 * HOUR, KRIS);
    watching.world(memory('R15'));
    await watching.pass(5 * MINUTE);
    expect(watching.sent.join('\n')).toContain('Snooze ended early: it got worse.');
  });
});

describe('a spike of memory', () => {
  it('that has ended before the first look pages nobody and opens nothing', async () => {
    watching.world({
      logs: seen(
        logWindow(
          '-840 heroku[web.1]: Error R14 (Memory quota exceeded)',
          '-820 heroku[web.1]: Error R14 (Memory quota exceeded)',
        ),
      ),
    });
    await watching.pass(2 * HOUR);
    expect(await newest()).toBeNull();
    expect(pings()).toEqual([]);
  });
});

describe('a failure of the platform', () => {
  it('is reported once for all targets when Heroku cannot be seen', async () => {
    const blind = {
      dynos: unseen('unauthorized', 'HTTP 401'),
      formation: unseen('unauthorized', 'HTTP 401'),
    };
    watching.world(blind);
    for (let count = 0; count < 5; count += 1) {
      await watching.pass(MINUTE);
      await watching.look('staging');
    }
    watching.world({});
    for (let count = 0; count < 5; count += 1) {
      await watching.pass(MINUTE);
      await watching.look('staging');
    }
    expect(watching.sent.map((line) => line.replace(/^\d+ /, ''))).toEqual([
      "notice: Can't see Heroku (HTTP 401). I don't know whether raxx-api-prod and raxx-api-staging are up; check by hand until I say that I'm back.",
      expect.stringContaining('notice: I can see Heroku again'),
    ]);
    // A catch-up of either target has both, whichever look posted them.
    for (const target of ['prod', 'staging'])
      expect((await watching.incidentStore.noticesSince(NOW - HOUR, target)).slice(-2)).toMatchObject([
        { target: null, words: expect.stringContaining("Can't see Heroku") },
        { target: null, words: expect.stringContaining('I can see Heroku again') },
      ]);
  });

  it('explains an app that is down, with a link, and offers no action that cannot help', async () => {
    watching.world({
      health: held,
      platform: seen({ systems: [{ system: 'Apps', status: 'red' }], incidents: [herokuIncident()] }),
    });
    await watching.pass(3 * MINUTE);
    const found = await newest();
    expect(found?.picture).toMatchObject({ verdict: 'down', actions: [] });
    expect(failureKey(found?.picture.failure ?? { kind: 'hand' })).toMatch(/^3:/);
  });
});

describe('a card', () => {
  const draws = async () => {
    const rows = await db.sql('select revision from incidents');
    return Number(rows[0]?.revision);
  };

  it('is not drawn again for the milliseconds of a health check or the age of a crash', async () => {
    watching.world((now) => ({
      dynos: seen([web1('crashed', NOW)]),
      health: seen({ kind: 'http', status: 503, ms: 5 + ((now / 1000) % 90) } as const),
    }));
    await watching.pass(2 * MINUTE);
    const id = (await newest())?.id ?? '';
    await watching.incidents.acknowledge(id, KRIS, false);
    const before = await draws();
    for (let count = 0; count < 20; count += 1) {
      await watching.pass(20 * SECOND);
      await watching.look();
    }
    expect(await draws()).toBe(before);
  });
});

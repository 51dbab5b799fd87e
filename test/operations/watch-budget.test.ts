/** What an hour of watching costs: counted where it arrives, by real clients at a local Heroku and GitHub. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { createOutside } from '../../src/compose/upstreams.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { pageOperator } from '../../src/operations/incidents/notify-operator.ts';
import { type WatchContext, type WhyLook, watchTarget } from '../../src/operations/incidents/watch-target.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import { createHints } from '../../src/webhooks/hints.ts';
import { openMigrated } from '../support/databases.ts';
import { figure } from '../support/figure.ts';
import { localChanges } from '../support/local-changes.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { emptyBook } from '../support/watching.ts';

/** Heroku, "API limits": 4,500 per hour and account; ten targets may use a fifth of them. */
const MOST_AN_HOUR = 4_500 / 5 / 10;
/** Two targets with an open incident, and webhooks all the time: still under half. */
const HALF = 4_500 / 2;

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let db: Db;

beforeAll(async () => {
  world = worldOf('healthy');
  local = await startLocalWorld(() => world);
  db = await openMigrated();
});
afterAll(async () => {
  await db.close();
  await local.close();
});
beforeEach(() => emptyBook(db));

function worldOf(id: string): World {
  const scenario = loadScenario(id);
  return buildWorld(scenario, Date.now());
}

/** Requests to Heroku within an hour of looks at prod; `hints`: a webhook comes every second. */
async function anHour(scenario: string, hints = false) {
  const config = readConfig(local.env);
  if (!config.ok) throw new Error(JSON.stringify(config.faults));
  world = worldOf(scenario);
  const { facts, secrets } = config.value;
  const redactor = createRedactor({ secrets });
  const incidentStore = createIncidentStore(db, null);
  const outside = createOutside(config.value, createLog('silent', redactor));
  const begin = Date.now() - (Date.now() % 3_600_000);
  let now = begin;
  let later: { readonly at: number; readonly work: () => void }[] = [];
  const watchContext: WatchContext = {
    facts,
    redactor,
    incidentStore,
    outside,
    actionStore: { recent: async () => [], forgetFormations: async () => {} },
    page: (id: string) => pageOperator({ facts, incidentStore, now: () => now }, id),
    changes: localChanges({ outside, redactor, incidentStore, now: () => now }),
    now: () => now,
    expire: AbortSignal.timeout,
    sawWell: async () => {},
  };
  const watch = (name: string, why?: WhyLook) => watchTarget(watchContext, name, why);
  let asked = false;
  const take = createHints({
    incidentStore: {
      noteCrash: async () => {},
      askForLook: async () => {
        asked = true;
      },
    },
    verifySooner: async () => {},
    now: () => now,
    expire: () => new AbortController().signal,
    later: (ms, work) => void later.push({ at: now + ms, work }),
    onError: () => {},
  });
  local.outside.heroku.arrived.length = 0;
  local.outside.github.arrived.length = 0;
  for (let second = 0; second < 3_600; second += 1) {
    now = begin + second * 1_000;
    const due = later.filter(({ at }) => at <= now);
    later = later.filter(({ at }) => at > now);
    for (const { work } of due) work();
    if (hints) await take({ ids: [`${second}`], targets: ['prod'], crashedAt: null, isOfRun: false }, 204);
    if (asked || second % 60 === 0) await watch('prod');
    asked = false;
  }
  const heroku = local.outside.heroku.arrived.filter(({ path }) => path.startsWith('/apps/')).length;
  const { asked: counted } = await incidentStore.watchOf('prod');
  const newest = await incidentStore.newest('prod');
  return { heroku, github: local.outside.github.arrived.length, counted, isOpen: newest?.state === 'open' };
}

describe('an hour of watching', { timeout: 60_000 }, () => {
  it('sends at most the share of one in ten targets to Heroku, and counts its requests', async () => {
    const { heroku, github, counted } = await anHour('healthy');
    figure(
      `an hour of watching one target: ${heroku} requests to Heroku (${MOST_AN_HOUR} may be), ${github} to GitHub, ${counted.now?.github} of them no 304`,
    );
    expect(heroku).toBeLessThanOrEqual(MOST_AN_HOUR);
    expect(counted.now?.heroku).toBe(heroku);
  });

  it.each(['stopped', 'platform-incident-elsewhere', 'origin-enforced'])(
    'costs no more than usual while nothing changes: %s',
    async (scenario) => {
      expect((await anHour(scenario)).heroku).toBeLessThanOrEqual(MOST_AN_HOUR * 1.2);
    },
  );

  it('of ten targets stays under half the allowance with two open incidents and webhooks all the time', async () => {
    const healthy = await anHour('healthy', true);
    await emptyBook(db);
    const burning = await anHour('import-error', true);
    expect([healthy.isOpen, burning.isOpen]).toEqual([false, true]);
    const all = 8 * healthy.heroku + 2 * burning.heroku;
    figure(
      `an hour of ten targets, two of them burning, a webhook a second for each: ${all} requests to Heroku (${HALF} may be)`,
    );
    expect(all).toBeLessThan(HALF);
  });
});

/** What an hour of watching costs: counted where it arrives, by real clients at a local Heroku and GitHub. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld, loadScenarios } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createPage } from '../../src/operations/page.ts';
import { createWatch } from '../../src/operations/watch.ts';
import { createOutside } from '../../src/outside.ts';
import { createRedactor } from '../../src/runbook/redact.ts';
import type { Db } from '../../src/store/db.ts';
import { createIncidentBook } from '../../src/store/incidents.ts';
import { openMigrated } from '../support/databases.ts';
import { figure } from '../support/figure.ts';
import { startLocalWorld } from '../support/local-readings.ts';

/** Heroku, "API limits": 4,500 an hour and account; ten targets may use a fifth of them. */
const MOST_AN_HOUR = 4_500 / 5 / 10;

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let db: Db;

beforeAll(async () => {
  const healthy = loadScenarios().find(({ id }) => id === 'healthy');
  if (!healthy) throw new Error('no scenario healthy');
  world = buildWorld(healthy, Date.now());
  local = await startLocalWorld(() => world);
  db = await openMigrated();
});
afterAll(async () => {
  await db.close();
  await local.close();
});

describe('an hour of watching', () => {
  it('asks Heroku for a target at most as often as ten of them may, and counts it', async () => {
    const config = readConfig(local.env);
    if (!config.ok) throw new Error(JSON.stringify(config.faults));
    const { facts, secrets } = config.value;
    const redactor = createRedactor({ secrets });
    const book = createIncidentBook(db, null);
    const begin = Date.now() - (Date.now() % 3_600_000);
    let now = begin;
    const watch = createWatch({
      facts,
      redactor,
      book,
      outside: createOutside(config.value, createLog('silent', redactor)),
      ledger: { recent: async () => [], forgetFormations: async () => {} },
      page: createPage({ facts, book, now: () => now }),
      now: () => now,
      expire: AbortSignal.timeout,
      sawWell: async () => {},
    });
    for (let minute = 0; minute < 60; minute += 1) {
      now = begin + minute * 60_000;
      await watch('prod');
    }
    const arrived = local.outside.heroku.arrived.filter(({ path }) => path.startsWith('/apps/'));
    const github = local.outside.github.arrived.length;
    const { asked } = await book.watchOf('prod');
    figure(
      `an hour of watching one target: ${arrived.length} requests to Heroku (${MOST_AN_HOUR} may be), ${github} to GitHub, ${asked.now?.github} of them no 304`,
    );
    expect(arrived.length).toBeLessThanOrEqual(MOST_AN_HOUR);
    expect(asked.now?.heroku).toBe(arrived.length);
  });
});

/** Requests while the database takes no changes, over signed HTTP: each is answered at once with the manual command. */

import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createIncidentCommands } from '../../src/operations/incidents/commands.ts';
import { DatabaseFault } from '../../src/operations/ports/database-fault.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { manualCommandsOfAction } from '../../src/slack/actions/manual-command.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import { testFacts } from '../support/facts.ts';
import {
  KRIS,
  MOOSEQUEST,
  type SlackBot,
  type SlackBotOptions,
  useOrdinaryWorld,
  useSlackBots,
} from '../support/slack-bot.ts';

/** What is wrong with the database. Null when nothing is. */
let trouble: DatabaseFault | null = null;
beforeEach(() => {
  trouble = null;
});

/** The database, which rejects everything while it is in trouble. */
function troubled(db: Db): Db {
  const unless = <T>(work: () => Promise<T>) => (trouble ? Promise.reject(trouble) : work());
  return {
    ...db,
    sql: (...given) => unless(() => db.sql(...given)),
    tx: (work) => unless(() => db.tx(work)),
  };
}

const facts = (given: Facts): Facts => ({ ...given, people: { operators: [KRIS], approvers: [KRIS] } });
const world = useOrdinaryWorld();
const openBot = useSlackBots({ facts, through: troubled }, world);
let bot: SlackBot;
const open = async (options: SlackBotOptions = {}) => {
  bot = await openBot(options);
};
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 6_000, interval: 10 });

describe('while the database is locked', () => {
  const LOCKED = new DatabaseFault('locked', 'session 4711 of 10.0.0.1');
  const WHY = 'My database is unavailable (another session holds a lock)';

  it('an approval is answered with its manual command', async () => {
    await open();
    await bot.command('restart prod');
    await until(async () => expect((await bot.newest()).card).not.toBeNull());
    trouble = LOCKED;
    await bot.click('approve');
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain(WHY));
    expect(bot.shownTo(KRIS).at(-1)).toContain(
      'By hand: heroku ps:restart --process-type web --app raxx-api-prod',
    );
  });

  it('an approval of an unknown action is answered with the commands that stop each app', () => {
    const memory = { manualCommands: new Map() };
    expect(manualCommandsOfAction({ facts: testFacts, memory, canDo: new Set() }, 'an id')).toEqual([
      'heroku ps:scale web=0 --app raxx-api-prod',
      'heroku ps:scale web=0 --app raxx-api-staging',
    ]);
  });

  it.each([
    ['stop prod', 'heroku ps:scale web=0 --app raxx-api-prod'],
    ['restore staging', 'heroku ps:scale web=1 --app raxx-api-staging'],
    ['rollback prod v7', 'heroku rollback v7 --app raxx-api-prod'],
    ['deploy staging', 'gh workflow run deploy-heroku.yml --ref main -f environment=staging'],
  ])('`%s` sends no request, and is answered with `%s`', async (command, byHand) => {
    await open({ more: { database: async () => trouble } });
    const before = world.local.outside.heroku.arrived.length;
    trouble = LOCKED;
    await bot.command(command);
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain(`By hand: ${byHand}`));
    expect(bot.shownTo(KRIS).at(-1)).toContain(WHY);
    expect(world.local.outside.heroku.arrived).toHaveLength(before);
  });

  it('an escalation pages once, in the channel and by direct message, and says whom to call', async () => {
    await open();
    const { context } = bot;
    const incidents = createIncidentCommands({
      facts: context.facts,
      incidentStore: createIncidentStore(troubled(world.db), null),
      page: async () => {},
      now: Date.now,
      randomId: randomUUID,
    });
    await open({ more: { incidents } });
    trouble = LOCKED;
    await bot.command('escalate prod users cannot log in');
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain('I paged Kristerpher once'));
    expect(bot.shownTo(KRIS).at(-1)).toContain('Contact Kristerpher directly as well: ops@raxx.app.');
    const pings = bot.posted().filter(({ text }) => text.includes('escalated manually: users cannot log in'));
    expect(pings.map(({ channel }) => channel)).toContain(MOOSEQUEST);
    // In the channel, and to the operator.
    expect(pings).toHaveLength(2);
    expect(JSON.stringify(pings)).not.toMatch(/acknowledge"|10\.0\.0\.1/);
  });
});

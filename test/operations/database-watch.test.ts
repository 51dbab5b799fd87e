import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabaseWatch } from '../../src/operations/incidents/database-outage.ts';
import { DatabaseFault } from '../../src/operations/ports/database-fault.ts';

const LOCKED = new DatabaseFault('locked', 'session 4711', { cure: 'End it with heroku pg:kill 4711' });

let now: number;
let problem: DatabaseFault | null;
let slackWorks: boolean;
let posted: string[];
let logged: string[];
let look: () => Promise<void>;
beforeEach(() => {
  now = 0;
  problem = null;
  slackWorks = true;
  posted = [];
  logged = [];
  const once = createDatabaseWatch({
    check: async () => problem,
    tell: async (words) => {
      if (!slackWorks) throw new Error('token_revoked');
      posted.push(words);
    },
    log: { error: (words) => void logged.push(words), info: (words) => void logged.push(words) },
    now: () => now,
  });
  look = async () => {
    now += 15_000;
    await once();
  };
});

async function looks(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await look();
}

describe('an outage of the database', () => {
  it('is reported once, and once when it ends; it says nothing about the apps', async () => {
    await looks(3);
    problem = LOCKED;
    await looks(20);
    problem = null;
    await looks(5);
    expect(posted).toEqual([
      "My database is unavailable: another session holds a lock. End it with heroku pg:kill 4711. Nothing is watched and nothing can be approved until it is back; this doesn't mean that the apps are down. /raxx status, diagnose and logs work without it.",
      'My database is back after 5 min; the watch picks up where it left off.',
    ]);
    expect(logged).toEqual([
      'the database is unavailable: another session holds a lock (session 4711. End it with heroku pg:kill 4711)',
      'the database is back after 5 min',
    ]);
  });

  it('of one look is logged and not reported', async () => {
    problem = LOCKED;
    await look();
    problem = null;
    await look();
    expect(posted).toEqual([]);
    expect(logged).toHaveLength(2);
  });

  it('during an outage of Slack is reported when Slack is back', async () => {
    problem = LOCKED;
    slackWorks = false;
    await looks(5);
    slackWorks = true;
    await looks(2);
    expect(posted).toHaveLength(1);
    slackWorks = false;
    problem = null;
    await looks(5);
    slackWorks = true;
    await looks(5);
    expect(posted).toHaveLength(2);
    expect(posted[1]).toContain('is back after 1 min');
  });

  it('that returns before its end was reported is still the first one', async () => {
    problem = LOCKED;
    await looks(3);
    slackWorks = false;
    problem = null;
    await look();
    problem = LOCKED;
    await look();
    slackWorks = true;
    await looks(3);
    problem = null;
    await looks(2);
    expect(posted.map((words) => /is back after/.test(words))).toEqual([false, true]);
  });
});

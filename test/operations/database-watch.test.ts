import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabaseWatch } from '../../src/operations/incidents/database-outage.ts';

let now: number;
let problem: string;
let slackWorks: boolean;
let told: string[];
let logged: string[];
let look: () => Promise<void>;
beforeEach(() => {
  now = 0;
  problem = '';
  slackWorks = true;
  told = [];
  logged = [];
  const once = createDatabaseWatch({
    problem: async () => problem,
    tell: async (words) => {
      if (!slackWorks) throw new Error('token_revoked');
      told.push(words);
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

describe('the database gone', () => {
  it('is told once, and once when it is back; that says nothing about the apps', async () => {
    await looks(3);
    problem = 'connect ECONNREFUSED';
    await looks(20);
    problem = '';
    await looks(5);
    expect(told).toEqual([
      'My database does not answer (connect ECONNREFUSED). Nothing is watched and nothing can be approved until it is back; that says nothing about the apps.',
      'My database is back, after 5 min: the watch goes on from where it was.',
    ]);
    expect(logged).toEqual([
      'the database does not work: connect ECONNREFUSED',
      'the database works again, after 5 min',
    ]);
  });

  it('for one look only is logged and told nobody', async () => {
    problem = 'restarting';
    await look();
    problem = '';
    await look();
    expect(told).toEqual([]);
    expect(logged).toHaveLength(2);
  });

  it('while Slack is gone, too, is told when Slack is back', async () => {
    problem = 'gone';
    slackWorks = false;
    await looks(5);
    slackWorks = true;
    await looks(2);
    expect(told).toHaveLength(1);
    slackWorks = false;
    problem = '';
    await looks(5);
    slackWorks = true;
    await looks(5);
    expect(told).toHaveLength(2);
    expect(told[1]).toContain('is back, after 1 min');
  });

  it('again before anybody heard that it was back is still the first outage for them', async () => {
    problem = 'gone';
    await looks(3);
    slackWorks = false;
    problem = '';
    await look();
    problem = 'gone';
    await look();
    slackWorks = true;
    await looks(3);
    problem = '';
    await looks(2);
    expect(told.map((words) => /is back, after/.test(words))).toEqual([false, true]);
  });
});

/** Who may still use Heroku's hourly budget when it runs low, over signed HTTP with a local Heroku. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ANA, type ApproversBot, KRIS, startApproversBot } from '../support/approvers-bot.ts';
import { figure } from '../support/figure.ts';
import { dynoEvent, githubDelivery, herokuDelivery } from '../support/webhooks.ts';

let bot: ApproversBot;
beforeAll(async () => {
  bot = await startApproversBot();
}, 60_000);
afterAll(() => bot.close());
beforeEach(() => bot.reset());

/** The requests to Heroku that it causes. */
async function cost(work: () => Promise<unknown>): Promise<number> {
  const before = bot.asked();
  await work();
  return bot.asked() - before;
}

const USED_UP =
  /^Heroku's hourly budget for (reads|incidents) is used up; try again at \d\d:\d\d UTC\. Nothing was done\./;

describe('a reading command', { timeout: 60_000 }, () => {
  it('asks Heroku once for each slug, and for nothing within five seconds of the last collection', async () => {
    const first = await cost(() => bot.type('status'));
    expect(await cost(() => bot.type('status', ANA))).toBe(0);
    expect(await cost(() => bot.type('logs prod'))).toBe(0);
    bot.pass(6_000);
    const next = await cost(() => bot.type('status'));
    bot.pass(6_000);
    const diagnosis = await cost(() => bot.type('diagnose prod'));
    expect(await cost(() => bot.type('status prod', ANA))).toBe(0);
    figure(
      `/raxx status of two apps: ${first} requests to Heroku, ${next} the next time; a diagnosis: ${diagnosis}`,
    );
    expect([first, next, diagnosis]).toEqual([12, 10, 5]);
  });

  it('begins at most six times a minute per person, not counting diagnoses', async () => {
    for (let round = 0; round < 6; round += 1) {
      await bot.type('logs prod', ANA);
      bot.pass(6_000);
    }
    expect((await bot.type('status', ANA)).at(-1)).toMatch(
      /^Limit: 6 status or log requests a minute\. Nothing was done\./,
    );
  });
});

describe('a low Heroku budget', { timeout: 60_000 }, () => {
  it('refuses members without rights, with a reason, and still serves operators', async () => {
    bot.world.heroku.rateLimitRemaining = 1_500;
    expect((await bot.type('status', ANA)).at(-1)).toMatch(/^raxx-api-prod is healthy/);
    bot.pass(6_000);
    const spam = ['status', 'logs prod', 'diagnose prod', 'plan restart prod'];
    const asked = await cost(async () => {
      for (const command of spam) {
        const shown = await bot.type(command, ANA);
        expect(shown.at(-1)).toMatch(USED_UP);
        expect(shown.at(-1)).toMatch(
          command.startsWith('plan') ? /done\.$/ : /Operators and approvers can still read\.$/,
        );
      }
    });
    expect(asked).toBe(0);
    expect((await bot.type('status')).at(-1)).toMatch(/^raxx-api-prod is healthy/);
  });

  it('does not keep a stop from being sent, verified and done', async () => {
    bot.world.heroku.rateLimitRemaining = 60;
    await bot.type('status');
    bot.pass(6_000);
    expect((await bot.type('status')).at(-1)).toMatch(USED_UP);
    await bot.type('stop prod because it burns');
    await bot.press('approve');
    await bot.work();
    bot.pass(5_000);
    await bot.work();
    expect(await bot.newest()).toMatchObject({ kind: 'stop', state: 'succeeded' });
    expect(bot.world.heroku.rateLimitRemaining).toBeGreaterThan(0);
  });
});

describe('a captured webhook', { timeout: 60_000 }, () => {
  const captured = (id: number) =>
    githubDelivery(
      'workflow_run',
      {
        action: 'completed',
        workflow_run: { path: '.github/workflows/deploy-heroku.yml' },
        repository: { full_name: bot.facts.github.repository },
      },
      undefined,
      `replayed-${id}`,
    );

  it('causes one look at each target when it is sent two hundred times with new ids', async () => {
    const asked = await cost(async () => {
      for (let id = 0; id < 200; id += 1) {
        expect(await bot.deliver('/webhooks/github', captured(id))).toBe(200);
        bot.pass(15_000);
        await bot.work();
      }
    });
    figure(`a captured webhook sent 200 times within 50 minutes: ${asked} requests to Heroku`);
    expect(asked).toBe(12);
  });

  it('is recognized by its body when it comes from Heroku', async () => {
    const sent = herokuDelivery(dynoEvent({ state: 'up' }));
    await bot.deliver('/webhooks/heroku', sent);
    await bot.work();
    bot.pass(15_000);
    const asked = await cost(async () => {
      await bot.deliver('/webhooks/heroku', sent);
      await bot.work();
    });
    expect(asked).toBe(0);
  });

  it('causes no look while the rest of the hour is reserved for the regular rounds', async () => {
    bot.world.heroku.rateLimitRemaining = 2_000;
    await bot.type('status', KRIS);
    const asked = await cost(async () => {
      await bot.deliver('/webhooks/github', captured(0));
      await bot.work();
    });
    expect(asked).toBe(0);
  });
});

describe('a proposal that is still open', { timeout: 60_000 }, () => {
  it('is shown again without any request to Heroku', async () => {
    await bot.type('restart prod');
    expect(await cost(() => bot.type('restart prod'))).toBe(0);
  });
});

/** Who gets what is left of Heroku's hour, as people and senders of webhooks meet it: signed HTTP, a local Heroku. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActingFace, ANA, KRIS, startActingFace } from '../support/approvers-face.ts';
import { figure } from '../support/figure.ts';
import { dynoEvent, githubDelivery, herokuDelivery } from '../support/webhooks.ts';

let face: ActingFace;
beforeAll(async () => {
  face = await startActingFace();
}, 60_000);
afterAll(() => face.close());
beforeEach(() => face.reset());

/** Requests to Heroku that came of it. */
async function cost(work: () => Promise<unknown>): Promise<number> {
  const before = face.asked();
  await work();
  return face.asked() - before;
}

const USED_UP =
  /^Heroku's hourly budget for (reads|incidents) is used up; next at \d\d:\d\d UTC\. Nothing was done\./;

describe('a reading', { timeout: 60_000 }, () => {
  it('asks Heroku for no slug twice, and nothing at all within five seconds', async () => {
    const first = await cost(() => face.type('status'));
    expect(await cost(() => face.type('status', ANA))).toBe(0);
    expect(await cost(() => face.type('logs prod'))).toBe(0);
    face.pass(6_000);
    const next = await cost(() => face.type('status'));
    face.pass(6_000);
    const diagnosis = await cost(() => face.type('diagnose prod'));
    expect(await cost(() => face.type('status prod', ANA))).toBe(0);
    figure(
      `/raxx status of two apps: ${first} requests to Heroku, ${next} the next time; a diagnosis: ${diagnosis}`,
    );
    expect([first, next, diagnosis]).toEqual([12, 10, 5]);
  });

  it('other than a diagnosis may be begun six times a minute by one person', async () => {
    for (let round = 0; round < 6; round += 1) {
      await face.type('logs prod', ANA);
      face.pass(6_000);
    }
    expect((await face.type('status', ANA)).at(-1)).toMatch(/^Limit: 6 looks a minute\. Nothing was done\./);
  });
});

describe('when Heroku has little left', { timeout: 60_000 }, () => {
  it('members without rights are refused with a word, and leave operators theirs', async () => {
    face.world.heroku.rateLimitRemaining = 1_500;
    expect((await face.type('status', ANA)).at(-1)).toMatch(/^raxx-api-prod is healthy/);
    face.pass(6_000);
    const spam = ['status', 'logs prod', 'diagnose prod', 'plan restart prod'];
    const asked = await cost(async () => {
      for (const command of spam) {
        const told = await face.type(command, ANA);
        expect(told.at(-1)).toMatch(USED_UP);
        expect(told.at(-1)).toMatch(
          command.startsWith('plan') ? /done\.$/ : /Operators and approvers can still look\.$/,
        );
      }
    });
    expect(asked).toBe(0);
    expect((await face.type('status')).at(-1)).toMatch(/^raxx-api-prod is healthy/);
  });

  it('a stop is sent, verified and done all the same', async () => {
    face.world.heroku.rateLimitRemaining = 60;
    await face.type('status');
    face.pass(6_000);
    expect((await face.type('status')).at(-1)).toMatch(USED_UP);
    await face.type('stop prod because it burns');
    await face.press('approve');
    await face.work();
    face.pass(5_000);
    await face.work();
    expect(await face.newest()).toMatchObject({ kind: 'stop', state: 'succeeded' });
    expect(face.world.heroku.rateLimitRemaining).toBeGreaterThan(0);
  });
});

describe('a captured webhook', { timeout: 60_000 }, () => {
  const captured = (id: number) =>
    githubDelivery(
      'workflow_run',
      {
        action: 'completed',
        workflow_run: { path: '.github/workflows/deploy-heroku.yml' },
        repository: { full_name: face.facts.github.repository },
      },
      undefined,
      `replayed-${id}`,
    );

  it('sent two hundred times under new ids makes one look at each target', async () => {
    const asked = await cost(async () => {
      for (let id = 0; id < 200; id += 1) {
        expect(await face.deliver('/webhooks/github', captured(id))).toBe(200);
        face.pass(15_000);
        await face.work();
      }
    });
    figure(`a captured webhook sent 200 times within 50 minutes: ${asked} requests to Heroku`);
    expect(asked).toBe(12);
  });

  it('of Heroku is known by its body, too', async () => {
    const sent = herokuDelivery(dynoEvent({ state: 'up' }));
    await face.deliver('/webhooks/heroku', sent);
    await face.work();
    face.pass(15_000);
    const asked = await cost(async () => {
      await face.deliver('/webhooks/heroku', sent);
      await face.work();
    });
    expect(asked).toBe(0);
  });

  it('makes no look when the rest of the hour is kept for the rounds', async () => {
    face.world.heroku.rateLimitRemaining = 2_000;
    await face.type('status', KRIS);
    const asked = await cost(async () => {
      await face.deliver('/webhooks/github', captured(0));
      await face.work();
    });
    expect(asked).toBe(0);
  });
});

describe('a proposal that is live', { timeout: 60_000 }, () => {
  it('is shown again without a look at the world', async () => {
    await face.type('restart prod');
    expect(await cost(() => face.type('restart prod'))).toBe(0);
  });
});

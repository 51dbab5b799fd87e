/** Replayed requests and foreign response_urls: nobody is paged twice, and no answer goes to a stranger. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signedHeaders } from '../../sandbox/slack/sign.ts';
import { createOnce } from '../../src/http/once.ts';
import { createResponseUrl } from '../../src/slack/client/response-url.ts';
import { useIncidentBot } from '../support/incident-bot.ts';

const [OPERATOR, CHANNEL] = ['U0KRIS001', 'C0MOOSE01'] as const;

const world = useIncidentBot();
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 4_000, interval: 5 });

function escalation(more: Record<string, string> = {}): string {
  return new URLSearchParams({
    command: '/raxx',
    text: 'escalate prod it burns',
    user_id: OPERATOR,
    team_id: 'T0RAXX001',
    api_app_id: 'A0RAXXAPP',
    channel_id: CHANNEL,
    response_url:
      world.bot.server.url +
      world.bot.slack.responseUrls.issue('commands', { channel: CHANNEL, user: OPERATOR }),
    ...more,
  }).toString();
}
function send(body: string, seconds = Math.floor(Date.now() / 1000), secret = 'signing-secret') {
  return fetch(world.bot.url, { method: 'POST', body, headers: signedHeaders(secret, body, seconds) });
}
const woken = async () => {
  await world.bot.work();
  return world.bot.slack.messages.all().filter(({ text }) => text.includes('Escalated manually: it burns'))
    .length;
};

describe('a signed escalation', () => {
  it('pages once when it is sent ten times, at once and later', async () => {
    const body = escalation();
    const seconds = Math.floor(Date.now() / 1000);
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(body, seconds)));
    for (let round = 0; round < 5; round += 1) answers.push(await send(body, seconds));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await until(async () => expect(await world.bot.incidentStore.open()).toMatchObject([{ pings: 1 }]));
    // One in the channel and one to the operator.
    expect(await woken()).toBe(2);
  });

  it('pages once when it is signed again with an earlier trigger', async () => {
    const body = escalation({ trigger_id: '1.2.abc' });
    const seconds = Math.floor(Date.now() / 1000);
    for (const back of [0, 1, 2]) await send(body, seconds - back);
    await until(async () => expect(await world.bot.incidentStore.open()).toMatchObject([{ pings: 1 }]));
    expect(await woken()).toBe(2);
  });

  it('is accepted after the same request with a bad signature', async () => {
    const body = escalation();
    expect((await send(body, undefined, 'other')).status).toBe(401);
    expect((await send(body)).status).toBe(200);
    await until(async () => expect(await world.bot.incidentStore.open()).toHaveLength(1));
  });
});

describe('a request that was handled', () => {
  it('is remembered for ten minutes', () => {
    let now = 1_000_000;
    const once = createOnce(() => now);
    expect([once.isFirst('a'), once.isFirst('a'), once.isFirst('b')]).toEqual([true, false, true]);
    now += 9 * 60_000;
    expect(once.isFirst('a')).toBe(false);
    now += 2 * 60_000;
    expect(once.isFirst('a')).toBe(true);
    once.forget('a');
    expect(once.isFirst('a')).toBe(true);
  });
});

describe('a response_url', () => {
  const message = { text: 'Hi.', blocks: [] };
  let stranger: Server;
  let asked: number;
  let url: string;
  beforeEach(async () => {
    asked = 0;
    stranger = createServer((_request, response) => {
      asked += 1;
      response.writeHead(200).end('ok');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/x`;
  });
  afterEach(() => new Promise((resolve) => stranger.close(resolve)));

  it('is not called on a foreign host; the asker is answered another way', async () => {
    await send(escalation({ text: 'snooze prod 2h', response_url: url }));
    await until(() =>
      expect(
        world.bot.slack.messages
          .all()
          .filter(({ onlyFor }) => onlyFor === OPERATOR)
          .at(-1)?.text,
      ).toMatch(/^prod is snoozed/),
    );
    expect(asked).toBe(0);
  });

  it('is not followed when it redirects to a foreign host', async () => {
    world.bot.faults = [
      { service: 'slack', path: '^/commands/', play: { status: 307, headers: { location: url } } },
    ];
    await send(escalation({ text: 'snooze prod 2h' }));
    await until(() =>
      expect(world.bot.server.arrived.some(({ path }) => path.endsWith('chat.postEphemeral'))).toBe(true),
    );
    expect(asked).toBe(0);
  });

  it.each([
    ['https://hooks.slack.com/commands/T1/2/x', 'https://slack.com/api/', true],
    ['https://hooks.slack-gov.com/commands/1', 'https://slack-gov.com/api/', true],
    ['https://slack.com.evil.test/x', 'https://slack.com/api/', false],
    ['https://evilslack.com/x', 'https://slack.com/api/', false],
    ['http://hooks.slack.com/x', 'https://slack.com/api/', false],
    ['https://hooks.slack.com:444/x', 'https://slack.com/api/', false],
    ['https://hooks.slack.com@evil.test/x', 'https://slack.com/api/', false],
    ['https://169.254.169.254/x', 'https://slack.com/api/', false],
    ['', 'https://slack.com/api/', false],
    ['http://127.0.0.1:4002/x', 'http://127.0.0.1:4001/api/', false],
  ])('may be called: %s, with the API at %s: %s', async (target, apiUrl, may) => {
    const { reply } = createResponseUrl({ apiUrl, expire: () => AbortSignal.abort() });
    const replied = await reply(target, message, 'ephemeral');
    expect(replied).toMatchObject({ ok: false, fault: { code: may ? 'no answer' : 'foreign_response_url' } });
  });
});

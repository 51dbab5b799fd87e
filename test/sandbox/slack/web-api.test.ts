import { ErrorCode, WebAPIHTTPError, WebAPIPlatformError, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SlackServer, startSlack } from '../../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../../sandbox/slack/slack.ts';
import type { Fault } from '../../../sandbox/world.ts';

const CHANNEL = 'C0MOOSE01';
const RANDOM = 'C0RANDOM1';
const PRIVATE = 'C0LEADS01';
const KRIS = 'U0KRIS001';
const SCOPES = [
  'chat:write',
  'channels:read',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'im:write',
];
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });

let slack: Slack;
let server: SlackServer;
let faults: Fault[];
let clock: number;

beforeEach(async () => {
  faults = [];
  clock = Date.parse('2026-05-01T10:00:00Z');
  slack = createSlack(() => clock);
  server = await startSlack(slack, { token: 'xoxb-good', scopes: SCOPES, faults: () => faults });
});
afterEach(() => server.close());

function client(token = 'xoxb-good'): WebClient {
  return new WebClient(token, {
    slackApiUrl: server.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
}

/** The error word of a refused call, and what came with it. */
async function refused(call: Promise<unknown>): Promise<WebAPIPlatformError['data']> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WebAPIPlatformError)) throw new Error(`not refused by Slack: ${error}`);
  return error.data;
}

describe("the local Slack, seen by Slack's own client", () => {
  it('says who the bot is, and refuses another token', async () => {
    expect(await client().auth.test()).toMatchObject({
      ok: true,
      user_id: 'U0RAXXBOT',
      team_id: 'T0RAXX001',
    });
    expect(await refused(client('xoxb-bad').auth.test())).toMatchObject({ error: 'invalid_auth' });
  });

  it('keeps a posted message, changes it and deletes it', async () => {
    const posted = await client().chat.postMessage({
      channel: '#moosequest',
      text: 'one',
      blocks: [section('one')],
    });
    const ts = posted.ts ?? '';
    expect(posted.channel).toBe(CHANNEL);
    await client().chat.update({ channel: CHANNEL, ts, text: 'two', blocks: [section('two')] });
    expect(slack.messages.find(CHANNEL, ts)).toMatchObject({ text: 'two', blocks: [section('two')] });
    await client().chat.update({ channel: CHANNEL, ts, text: 'three' });
    expect(slack.messages.find(CHANNEL, ts)?.blocks).toEqual([]);
    await client().chat.delete({ channel: CHANNEL, ts });
    expect(slack.messages.all()).toEqual([]);
    expect(await refused(client().chat.update({ channel: CHANNEL, ts, text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('keeps replies in a thread, and marks broadcast ones', async () => {
    const { ts = '' } = await client().chat.postMessage({ channel: CHANNEL, text: 'card' });
    const reply = { channel: CHANNEL, thread_ts: ts, text: 'reply' };
    await client().chat.postMessage(reply);
    const loud = await client().chat.postMessage({ ...reply, reply_broadcast: true });
    expect(loud.message).toMatchObject({ subtype: 'thread_broadcast', thread_ts: ts });
    expect(slack.messages.all().map(({ threadTs, broadcast }) => [threadTs, broadcast])).toEqual([
      [undefined, undefined],
      [ts, undefined],
      [ts, true],
    ]);
  });

  it('refuses blocks that Slack would refuse, and says where', async () => {
    const header = { type: 'header' as const, text: { type: 'plain_text' as const, text: 'x'.repeat(151) } };
    expect(
      await refused(client().chat.postMessage({ channel: CHANNEL, text: 't', blocks: [header] })),
    ).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: {
        messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
      },
    });
    expect(slack.messages.all()).toEqual([]);
  });

  it('refuses a text above 4,000 characters in an update only', async () => {
    const { ts = '' } = await client().chat.postMessage({ channel: CHANNEL, text: 'x'.repeat(4001) });
    expect(
      await refused(client().chat.update({ channel: CHANNEL, ts, text: 'x'.repeat(4001) })),
    ).toMatchObject({
      error: 'msg_too_long',
    });
  });

  it('lets the bot post only where it is a member, and hides private channels from it', async () => {
    expect(await refused(client().chat.postMessage({ channel: RANDOM, text: 't' }))).toMatchObject({
      error: 'not_in_channel',
    });
    expect(await refused(client().chat.postMessage({ channel: PRIVATE, text: 't' }))).toMatchObject({
      error: 'channel_not_found',
    });
  });

  it('opens a direct message for a user id', async () => {
    const posted = await client().chat.postMessage({ channel: KRIS, text: 'wake up' });
    expect(posted.channel).toMatch(/^D/);
    const opened = await client().conversations.open({ users: KRIS });
    expect(opened.channel?.id).toBe(posted.channel);
  });

  it('shows an ephemeral message to one person of the channel', async () => {
    await client().chat.postEphemeral({ channel: CHANNEL, user: KRIS, text: 'psst' });
    expect(slack.messages.all()).toMatchObject([{ onlyFor: KRIS, text: 'psst' }]);
    expect(
      await refused(client().chat.postEphemeral({ channel: CHANNEL, user: 'U0NOBODY', text: 'psst' })),
    ).toMatchObject({ error: 'user_not_in_channel' });
  });

  it('names the missing scope', async () => {
    expect(await refused(client().conversations.join({ channel: RANDOM }))).toMatchObject({
      error: 'missing_scope',
      needed: 'channels:join',
    });
    expect(
      await refused(client().conversations.list({ types: 'public_channel,private_channel' })),
    ).toMatchObject({
      error: 'missing_scope',
      needed: 'groups:read',
    });
  });

  it('pages lists', async () => {
    const names: (string | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const found = await client().users.list({ limit: 2, ...(cursor ? { cursor } : {}) });
      expect(found.members?.length).toBeLessThanOrEqual(2);
      names.push(...(found.members ?? []).map((one) => one.name));
      cursor = found.response_metadata?.next_cursor;
    } while (cursor);
    expect(names).toEqual(['kristerpher', 'moira', 'ana', 'gus', 'sam', 'raxx']);
  });

  it('distinguishes members, guests and strangers, and finds people by e-mail address', async () => {
    const found = await client().users.lookupByEmail({ email: 'ops@raxx.app' });
    expect(found.user).toMatchObject({ id: KRIS, is_restricted: false, profile: { email: 'ops@raxx.app' } });
    expect((await client().users.info({ user: 'U0GUS0001' })).user).toMatchObject({ is_restricted: true });
    expect((await client().users.info({ user: 'U0SAM0001' })).user).toMatchObject({
      is_stranger: true,
      team_id: 'T0OTHER01',
    });
    expect(await refused(client().users.lookupByEmail({ email: 'no@raxx.app' }))).toMatchObject({
      error: 'users_not_found',
    });
    expect((await client().usergroups.users.list({ usergroup: 'S0ONCALL1' })).users).toContain(KRIS);
  });

  it('opens a modal once, within three seconds', async () => {
    const view = {
      type: 'modal' as const,
      title: { type: 'plain_text' as const, text: 'Sure?' },
      blocks: [section('x')],
    };
    const trigger_id = slack.views.trigger(KRIS);
    expect((await client().views.open({ trigger_id, view })).view?.id).toMatch(/^V/);
    expect(await refused(client().views.open({ trigger_id, view }))).toMatchObject({
      error: 'trigger_exchanged',
    });
    const late = slack.views.trigger(KRIS);
    clock += 3001;
    expect(await refused(client().views.open({ trigger_id: late, view }))).toMatchObject({
      error: 'trigger_expired',
    });
  });

  it('refuses to publish a home tab over a newer one', async () => {
    const view = { type: 'home' as const, blocks: [section('x')] };
    const first = await client().views.publish({ user_id: KRIS, view });
    const hash = first.view?.hash ?? '';
    await client().views.publish({ user_id: KRIS, view, hash });
    expect(await refused(client().views.publish({ user_id: KRIS, view, hash }))).toMatchObject({
      error: 'hash_conflict',
    });
  });

  it('refuses a view above 250 kB', async () => {
    // Within every other limit: 100 blocks of fewer than 3,000 characters, of two bytes each.
    const publish = (characters: number) => {
      const blocks = Array.from({ length: 100 }, () => section('é'.repeat(characters)));
      return client().views.publish({ user_id: KRIS, view: { type: 'home', blocks } });
    };
    expect((await publish(1_200)).ok).toBe(true);
    expect(await refused(publish(1_250))).toMatchObject({ error: 'view_too_large' });
  });

  it('plays faults: a rate limit with its Retry-After, a broken gateway', async () => {
    faults = [
      {
        service: 'slack',
        path: 'chat.postMessage',
        times: 1,
        play: { status: 429, headers: { 'retry-after': '7' }, body: { ok: false, error: 'ratelimited' } },
      },
      { service: 'slack', path: 'chat.postMessage', times: 1, play: { html: 503 } },
    ];
    const post = () => client().chat.postMessage({ channel: CHANNEL, text: 't' });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 7 });
    await expect(post()).rejects.toBeInstanceOf(WebAPIHTTPError);
    await expect(post()).resolves.toMatchObject({ ok: true });
  });
});

describe('a response_url', () => {
  const post = (path: string, body: unknown) =>
    fetch(server.url + path, { method: 'POST', body: JSON.stringify(body) });

  it('works five times', async () => {
    const path = slack.responseUrls.issue('commands', { channel: RANDOM, user: KRIS });
    for (let use = 1; use <= 5; use += 1) expect((await post(path, { text: `${use}` })).status).toBe(200);
    const sixth = await post(path, { text: '6' });
    expect([sixth.status, await sixth.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
  });

  it('works for thirty minutes', async () => {
    const path = slack.responseUrls.issue('commands', { channel: RANDOM, user: KRIS });
    clock += 30 * 60_000 + 1;
    expect((await post(path, { text: 'late' })).status).toBe(404);
    expect(slack.messages.all()).toEqual([]);
  });

  it('answers only the asker unless asked otherwise, even where the bot is not a member', async () => {
    const path = slack.responseUrls.issue('commands', { channel: RANDOM, user: KRIS });
    await post(path, { text: 'quiet' });
    await post(path, { text: 'loud', response_type: 'in_channel' });
    expect(slack.messages.all().map((one) => [one.text, one.onlyFor])).toEqual([
      ['quiet', KRIS],
      ['loud', undefined],
    ]);
  });

  it('replaces or deletes the message that was clicked', async () => {
    const { ts } = slack.messages.post({
      channel: CHANNEL,
      author: 'U0RAXXBOT',
      text: 'a',
      blocks: [],
      onlyFor: KRIS,
    });
    const path = slack.responseUrls.issue('actions', { channel: CHANNEL, user: KRIS, source: { ts } });
    await post(path, { text: 'b', replace_original: true });
    expect(slack.messages.all()).toMatchObject([{ ts, text: 'b', onlyFor: KRIS }]);
    await post(path, { delete_original: true });
    expect(slack.messages.all()).toEqual([]);
  });

  it('refuses blocks that Slack would refuse', async () => {
    const path = slack.responseUrls.issue('commands', { channel: CHANNEL, user: KRIS });
    const answer = await post(path, { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_blocks' }]);
  });
});

import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalServer, startServer } from '../../../sandbox/server.ts';
import { createSender, Impossible, type Sender } from '../../../sandbox/slack/sender.ts';
import { type SlackServer, startSlack } from '../../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../../sandbox/slack/slack.ts';

const CHANNEL = 'C0MOOSE01';
const KRIS = 'U0KRIS001';
const MOIRA = 'U0MOIRA01';
const SECRET = 'signing-secret';

let slack: Slack;
let slackServer: SlackServer;
let bot: App;
let sender: Sender;
let botUrl: string;

/** Bolt's own log, silent: the failures here are meant. */
const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

beforeEach(async () => {
  slack = createSlack();
  slackServer = await startSlack(slack, { token: 'xoxb-good', scopes: ['chat:write', 'users:read'] });
  bot = new App({
    token: 'xoxb-good',
    receiver: new HTTPReceiver({ signingSecret: SECRET, logger: quiet }),
    logger: quiet,
    deferInitialization: true,
    clientOptions: { slackApiUrl: slackServer.apiUrl },
  });
  await bot.init();
  const server = await bot.start({ port: 0, host: '127.0.0.1' });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  botUrl = `http://127.0.0.1:${address.port}/slack/events`;
  sender = makeSender(botUrl);
});
afterEach(async () => {
  await Promise.all([bot.stop(), slackServer.close()]);
});

function makeSender(url: string, ackLimitMs = 3000): Sender {
  return createSender({
    slack,
    eventsUrl: () => url,
    signingSecret: SECRET,
    replyBase: slackServer.url,
    ackLimitMs,
  });
}

const shown = () => slack.messages.all().map(({ text, author, onlyFor }) => ({ text, author, onlyFor }));

describe('the sender, against a Bolt app', () => {
  it('sends a signed command, measures the ack and shows it to the person who typed', async () => {
    bot.command('/raxx', async ({ ack, command }) =>
      ack(`you said ${command.text} in ${command.channel_name}`),
    );
    const ack = await sender.command('/raxx status  "prod" @moira #leads <b>', KRIS, CHANNEL);
    expect(ack).toMatchObject({ status: 200, failure: null });
    expect(shown()).toEqual([
      {
        text: `you said status  "prod" <@${MOIRA}|moira> <#C0LEADS01|> &lt;b&gt; in moosequest`,
        author: 'U0RAXXBOT',
        onlyFor: KRIS,
      },
    ]);
  });

  it('shows nothing for an empty ack, and also what was typed for an in_channel one', async () => {
    bot.command('/raxx', async ({ ack, command }) =>
      command.text === '' ? ack() : ack({ response_type: 'in_channel', text: 'here' }),
    );
    await sender.command('/raxx', KRIS, CHANNEL);
    expect(shown()).toEqual([]);
    await sender.command('/raxx help', KRIS, CHANNEL);
    expect(shown()).toEqual([
      { text: '/raxx help', author: KRIS, onlyFor: undefined },
      { text: 'here', author: 'U0RAXXBOT', onlyFor: undefined },
    ]);
  });

  it('lets the bot answer through the response_url', async () => {
    bot.command('/raxx', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'later', response_type: 'in_channel', replace_original: false });
    });
    const changed = new Promise<void>((resolve) => slack.onChange(resolve));
    await sender.command('/raxx', KRIS, 'C0RANDOM1');
    await changed;
    expect(shown()).toEqual([{ text: 'later', author: 'U0RAXXBOT', onlyFor: undefined }]);
  });

  it("says dispatch_failed in Slack's own words when the bot refuses or is gone", async () => {
    bot.command('/raxx', async () => {
      throw new Error('broken before the ack');
    });
    expect(await sender.command('/raxx', KRIS, CHANNEL)).toMatchObject({
      status: 500,
      failure: 'dispatch_failed',
    });
    await makeSender('http://127.0.0.1:1/slack/events').command('/raxx', KRIS, CHANNEL);
    const said = {
      text: '/raxx failed with the error "dispatch_failed"',
      author: 'USLACKBOT',
      onlyFor: KRIS,
    };
    expect(shown()).toEqual([said, said]);
  });

  it('says operation_timeout when no ack comes in time', async () => {
    const deaf: LocalServer = await startServer({
      service: 'slack',
      routes: [],
      faults: () => [{ service: 'slack', play: { hang: true } }],
      notFound: () => ({ status: 404 }),
    });
    const ack = await makeSender(deaf.url, 50).command('/raxx', KRIS, CHANNEL);
    await deaf.close();
    expect(ack).toMatchObject({ status: null, failure: 'operation_timeout' });
    expect(shown()).toMatchObject([{ text: '/raxx failed with the error "operation_timeout"' }]);
  });

  it('is refused by the bot when the secret differs', async () => {
    const options = { slack, eventsUrl: () => botUrl, signingSecret: 'other', replyBase: slackServer.url };
    expect(await createSender(options).command('/raxx', KRIS, CHANNEL)).toMatchObject({ status: 401 });
  });

  it('presses a button with the payload that Slack sends', async () => {
    const seen: unknown[] = [];
    bot.action('approve', async ({ ack, body, action, respond }) => {
      await ack();
      seen.push({ body, action });
      await respond({ text: 'approved', replace_original: true });
    });
    const { ts } = postCard();
    const changed = new Promise<void>((resolve) => slack.onChange(resolve));
    await sender.click({ channel: CHANNEL, ts, actionId: 'approve', user: MOIRA });
    await changed;
    expect(seen).toMatchObject([
      {
        body: {
          type: 'block_actions',
          user: { id: MOIRA, team_id: 'T0RAXX001' },
          team: { id: 'T0RAXX001' },
          api_app_id: 'A0RAXXAPP',
          container: { type: 'message', message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
          message: { ts, text: 'card' },
        },
        action: { type: 'button', action_id: 'approve', value: '42', block_id: expect.any(String) },
      },
    ]);
    expect(shown()).toMatchObject([{ text: 'approved' }]);
  });

  it('marks a button whose click the bot did not accept', async () => {
    const { ts } = postCard();
    const ack = await makeSender('http://127.0.0.1:1/').click({
      channel: CHANNEL,
      ts,
      actionId: 'approve',
      user: KRIS,
    });
    expect(ack.failure).toBe('dispatch_failed');
    expect(slack.messages.find(CHANNEL, ts)?.failedAction).toBe('approve');
  });

  it('lets nobody press a button that is gone, or see a message for someone else', async () => {
    const { ts } = postCard();
    const own = slack.messages.post({
      channel: CHANNEL,
      author: 'U0RAXXBOT',
      text: 'p',
      blocks: [],
      onlyFor: KRIS,
    });
    const click = { channel: CHANNEL, ts, actionId: 'reject', user: KRIS };
    await expect(sender.click(click)).rejects.toBeInstanceOf(Impossible);
    await expect(sender.click({ ...click, ts: own.ts, user: MOIRA })).rejects.toBeInstanceOf(Impossible);
    await expect(sender.command('/raxx', 'U0SAM0001', 'C0RANDOM1')).rejects.toBeInstanceOf(Impossible);
  });

  it('submits a modal, and closes it when the bot accepts it', async () => {
    const typed: unknown[] = [];
    bot.view('why', async ({ ack, view }) => {
      typed.push(view.state.values.reason?.text?.value);
      await ack();
    });
    slack.views.open(KRIS, {
      type: 'modal',
      callback_id: 'why',
      title: { type: 'plain_text', text: 'Why?' },
      submit: { type: 'plain_text', text: 'Stop' },
      blocks: [
        {
          type: 'input',
          block_id: 'reason',
          label: { type: 'plain_text', text: 'Reason' },
          element: { type: 'plain_text_input', action_id: 'text' },
        },
      ],
    });
    await sender.submit(KRIS, { reason: { text: 'leak' } });
    expect(typed).toEqual(['leak']);
    expect(slack.views.stack(KRIS)).toEqual([]);
  });
});

function postCard() {
  return slack.messages.post({
    channel: CHANNEL,
    author: 'U0RAXXBOT',
    text: 'card',
    blocks: [
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'approve',
            value: '42',
            text: { type: 'plain_text', text: 'Approve' },
          },
        ],
      },
    ],
  });
}

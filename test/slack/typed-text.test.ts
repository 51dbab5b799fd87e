/** What people type after a command is shown as they typed it: on cards, in pages, and in the audit. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { signedHeaders } from '../../sandbox/slack/sign.ts';
import { escapeMarkdown } from '../../src/runbook/text/markdown.ts';
import {
  KRIS,
  LEADS,
  MOIRA,
  MOOSEQUEST,
  SIGNING_SECRET,
  type SlackBot,
  useSlackBots,
} from '../support/slack-bot.ts';

let bot: SlackBot;
const openBot = useSlackBots({
  facts: (facts) => ({ ...facts, people: { operators: [KRIS], approvers: [MOIRA] } }),
  prepare: ({ workspace }) => {
    workspace.channels = workspace.channels.map((one) =>
      one.id === LEADS ? { ...one, members: [...one.members, workspace.botUserId] } : one,
    );
  },
});
beforeEach(async () => {
  bot = await openBot();
});

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 6_000, interval: 10 });

/** Escaped as Slack escapes it. */
async function send(text: string) {
  const body = new URLSearchParams({
    command: '/raxx',
    text,
    user_id: KRIS,
    team_id: 'T0RAXX001',
    api_app_id: 'A0RAXXAPP',
    channel_id: MOOSEQUEST,
    trigger_id: `${Math.random()}`,
    response_url:
      bot.server.url + bot.slack.responseUrls.issue('commands', { channel: MOOSEQUEST, user: KRIS }),
  }).toString();
  const headers = signedHeaders(SIGNING_SECRET, body, Math.floor(Date.now() / 1000));
  return fetch(bot.url, { method: 'POST', body, headers });
}

describe('a reason', () => {
  it.each([
    ['a person', '<@U0MOIRA01|moira> says so', '@moira says so'],
    ['a person without a label', '<@U0MOIRA01> says so', '@moira says so'],
    ['a person whom Slack does not know', '<@U0NOBODY9> says so', '@U0NOBODY9 says so'],
    ['a channel', 'see <#C0RANDOM1|random>', 'see #random'],
    ['a private channel, which comes without its name', 'see <#C0LEADS01|>', 'see #leads'],
    ['a user group', '<!subteam^S0ONCALL1|@oncall> knows', '@oncall knows'],
    ['everybody', '<!here> it burns', '@here it burns'],
    ['a link', 'see <https://x.test/a?b=1&amp;c=2>', 'see https://x.test/a?b=1&c=2'],
    [
      'a name that Slack took for a link',
      '<http://app.example.com|app.example.com> is slow',
      'app.example.com is slow',
    ],
    ['an address', 'ask <mailto:ops@raxx.app|ops@raxx.app>', 'ask ops@raxx.app'],
    ['signs', 'load &gt; 5 &amp; &lt;rising&gt;', 'load > 5 & <rising>'],
    ['an entity that someone typed by hand', '&lt;@U0MOIRA01&gt; x', '<@U0MOIRA01> x'],
  ])('with %s is kept as it was typed', async (_name, typed, kept) => {
    expect((await send(`stop prod ${typed}`)).status).toBe(200);
    await until(async () => expect((await bot.newest()).reason).toBe(kept));
  });

  it('is on the card with working links, and notifies nobody whom it names', async () => {
    await send('stop prod <@U0MOIRA01|moira> see <https://x.test/a>, now!');
    await until(() => expect(bot.posted()).toHaveLength(1));
    const blocks = JSON.stringify(bot.posted()[0]?.blocks);
    expect(blocks).toContain('“@moira see "');
    expect(blocks).toContain('{"type":"link","url":"https://x.test/a"}');
    expect(blocks).toContain('"text":", now!”"');
    expect(blocks).not.toContain('<@U0MOIRA01');
  });

  it('is kept when names cannot be looked up', async () => {
    await until(() => expect(bot.calls('conversations.info')).toBeGreaterThan(0));
    bot.faults = [{ service: 'slack', path: 'conversations.info', play: { status: 500 } }];
    await send('stop prod see <#C0LEADS01|>');
    await until(async () => expect((await bot.newest()).reason).toBe('see #C0LEADS01'));
  });
});

describe('an address in a document', () => {
  it('is a link, and everything around it stays plain text', () => {
    expect(escapeMarkdown('see https://x.test/a_b_c, *now*')).toBe('see <https://x.test/a_b_c>, \\*now\\*');
    expect(escapeMarkdown('see https://x.test/ab [x](javascript:1)')).toBe(
      'see https://x.test/ab \\[x\\](javascript:1)',
    );
  });
});

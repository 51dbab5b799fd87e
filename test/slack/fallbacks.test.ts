/** Messages that Slack refuses, over signed HTTP: none is lost, and every fallback with blocks keeps the buttons. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { fallbacksOf } from '../../src/slack/client/fallbacks.ts';
import { actionView } from '../../src/slack/views/actions/action.ts';
import type { Message } from '../../src/slack/views/parts/message.ts';
import {
  KRIS,
  MOIRA,
  MOOSEQUEST,
  RANDOM,
  type SlackBot,
  type SlackBotOptions,
  useSlackBots,
} from '../support/slack-bot.ts';

let bot: SlackBot;
const facts = (given: Facts): Facts => ({
  ...given,
  people: { operators: [KRIS], approvers: [KRIS, MOIRA] },
  approvals: { ...given.approvals, stop: { approvals: 2, selfApprove: true } },
});
const openBot = useSlackBots({ facts });
async function open(options: SlackBotOptions = {}) {
  bot = await openBot(options);
}
beforeEach(() => open());
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 6_000, interval: 10 });
const refuse = (...types: string[]) => {
  bot.slack.workspace.refusedBlocks = new Set(types);
};
const cards = () => bot.posted().filter(({ text }) => text.includes('Stop raxx-api-prod'));
const buttonsOf = (blocks: unknown) => JSON.stringify(blocks).match(/"action_id":"(approve|reject)"/g) ?? [];
const answered = (error: string) => ({ status: 200, body: { ok: false, error } });
const BARE = ['rich_text', 'context', 'header', 'divider', 'image', 'table', 'markdown'];

describe('the fallbacks of a message', () => {
  const button = {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'approve', value: 'x', text: { type: 'plain_text', text: 'Approve' } },
    ],
  } as const;
  const message: Message = {
    text: 'A card.',
    blocks: [
      { type: 'markdown', text: '# Head & <tail>' },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'By ', style: { bold: true } },
              { type: 'user', user_id: 'U1' },
              { type: 'text', text: ' <script> ' },
              { type: 'link', url: 'https://x.test/', text: 'a|b' },
              { type: 'emoji', name: 'x' },
              { type: 'date', timestamp: 1, format: '{time}', fallback: '00:00' },
            ],
          },
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a `b`' }] },
        ],
      },
      { ...button, elements: [...button.elements] },
    ],
  };

  it('go from the message as drawn to its text alone, each simpler than the one before', () => {
    const steps = fallbacksOf(message);
    expect(steps.map(({ name }) => name)).toEqual([
      'as drawn',
      'without newer blocks',
      'classic sections',
      'text and buttons',
      'text alone',
    ]);
    expect(
      steps.map(({ message: { blocks } }) => [...new Set(blocks.map(({ type }) => type))].join('+')),
    ).toEqual([
      'markdown+rich_text+actions',
      'section+rich_text+actions',
      'section+actions',
      'section+actions',
      '',
    ]);
  });

  it('say the same, with outside text escaped', () => {
    const classic = fallbacksOf(message).find(({ name }) => name === 'classic sections');
    expect(JSON.stringify(classic?.message.blocks)).toContain('# Head &amp; &lt;tail&gt;');
    expect(classic?.message.blocks[1]).toMatchObject({
      text: {
        text: '*By* <@U1> &lt;script&gt; <https://x.test/|a b>:x:<!date^1^{time}|00:00>',
      },
    });
    expect(JSON.stringify(classic?.message.blocks)).toContain('```a ˋbˋ```');
  });

  it('keep every button as long as there are blocks, and name the buttons otherwise', () => {
    for (const {
      name,
      message: { blocks, text },
    } of fallbacksOf(message)) {
      if (name === 'text alone')
        expect(text).toContain('Slack refused the buttons of this message (Approve)');
      else expect(JSON.stringify(blocks)).toContain('"action_id":"approve"');
    }
  });

  it('leave out those that change nothing', () => {
    const plain: Message = { text: 'Hi.', blocks: [] };
    expect(fallbacksOf(plain).map(({ name }) => name)).toEqual(['as drawn', 'text and buttons']);
  });

  it('keep Approve and Reject of a real card', async () => {
    const action = await bot.context.propose('stop', {
      by: { id: KRIS, isOperator: true, isApprover: true },
    });
    const steps = fallbacksOf(
      actionView(action, { canDo: new Set(), warning: null, approvers: [], mentions: true }),
    );
    for (const {
      message: { blocks },
    } of steps.slice(0, -1))
      expect(buttonsOf(blocks)).toHaveLength(2);
  });
});

describe('a card whose blocks Slack refuses', () => {
  it.each([
    ['rich text', ['rich_text']],
    ['everything but sections and buttons', BARE],
  ])('is posted in a simpler form, decided and edited when Slack refuses %s', async (_name, types) => {
    refuse(...types);
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    expect(buttonsOf(cards()[0]?.blocks)).toHaveLength(2);
    await bot.click('approve', KRIS);
    await until(() => expect(JSON.stringify(cards()[0]?.blocks)).toContain('1 of 2 approvals'));
    expect(buttonsOf(cards()[0]?.blocks)).toHaveLength(2);
    await bot.click('approve', MOIRA);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
    await until(() => expect(buttonsOf(cards()[0]?.blocks)).toEqual([]));
    expect(cards()).toHaveLength(1);
  });

  it('shows its text, and where else to decide, when Slack refuses even sections', async () => {
    refuse('section', 'actions', ...BARE);
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    expect(cards()[0]?.text).toContain('Slack refused the buttons of this message (Approve, Reject)');
  });

  it('is logged with Slack’s reason, and kept for doctor', async () => {
    refuse('rich_text');
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    expect(bot.refusals).toContainEqual({
      method: 'chat.postMessage',
      what: 'as drawn',
      code: 'invalid_blocks',
      detail: expect.stringContaining('unsupported type: rich_text'),
    });
    expect(bot.logged.join('')).toContain('unsupported type: rich_text');
  });

  it('is replaced once by a new card if the old one cannot be edited', async () => {
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    refuse('rich_text');
    await bot.click('approve', KRIS);
    await until(() => expect(cards()).toHaveLength(2));
    expect(buttonsOf(cards()[1]?.blocks)).toHaveLength(2);
    await bot.click('approve', MOIRA);
    await until(() => expect(cards()[1]?.text).toMatch(/^Approved/));
    expect(cards()).toHaveLength(2);
  });
});

describe('an answer to the asker', () => {
  it('is sent in a simpler form, both at once and by the response_url', async () => {
    refuse(...BARE);
    expect(await bot.command('help')).toContain('Commands of /raxx');
    expect(bot.shownTo(KRIS)).toEqual([expect.stringContaining('Commands of /raxx')]);
    await bot.command('stop prod x');
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toMatch(/^Proposed: Stop/));
    await bot.click('approve', KRIS);
    await until(async () => expect((await bot.newest()).approvals).toHaveLength(1));
    await bot.click('approve', KRIS);
    await until(() =>
      expect(bot.shownTo(KRIS).at(-1)).toBe('You have already approved this. Nothing was done.'),
    );
    expect(bot.refusals).toContainEqual(
      expect.objectContaining({ method: 'response_url', what: 'as drawn' }),
    );
    expect(bot.shownTo(KRIS).join()).not.toContain('failed with the error');
  });

  it.each<readonly [name: string, play: { status: number; body?: unknown }]>([
    ['404', { status: 404, body: { ok: false, error: 'expired_url' } }],
    ['500', { status: 500 }],
    ['ok: false', { status: 200, body: { ok: false, error: 'internal_error' } }],
    ['a redirect', { status: 302 }],
  ])('is an ephemeral message when the response_url answers %s', async (_name, play) => {
    bot.faults = [{ service: 'slack', path: '^/commands/', play }];
    await bot.command('stop prod x');
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toMatch(/^Proposed: Stop/));
    expect(bot.calls('chat.postEphemeral')).toBe(1);
  });

  it('is a direct message where the bot may not post', async () => {
    bot.faults = [{ service: 'slack', path: '^/commands/', play: { status: 404 } }];
    await bot.command('stop prod x', KRIS, RANDOM);
    await until(() =>
      expect(
        bot
          .posted()
          .filter(({ channel }) => channel === 'D0KRIS001')
          .map(({ text }) => text)
          .join(),
      ).toContain('Proposed: Stop'),
    );
  });
});

describe('a card that Slack does not let us edit', () => {
  it('is replaced once, and later changes go into the thread of the new card', async () => {
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    bot.slack.workspace.edits = 'refused';
    await bot.click('approve', KRIS);
    await until(() => expect(cards()).toHaveLength(2));
    await bot.click('approve', MOIRA);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
    await bot.context.work();
    await bot.app.actions.draw((await bot.newest()).id);
    const top = cards().filter(({ threadTs }) => threadTs === undefined);
    expect(top).toHaveLength(2);
    const inThread = cards().filter(({ threadTs }) => threadTs === top[1]?.ts);
    expect(inThread.at(-1)?.text).toMatch(/^Done: Stop raxx-api-prod/);
  });

  it('is posted again after someone deleted it', async () => {
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    bot.slack.workspace.edits = 'refused';
    await bot.click('approve', KRIS);
    await until(() => expect(cards()).toHaveLength(2));
    await until(async () => expect((await bot.newest()).card?.ts).toBe(cards()[1]?.ts));
    const { card } = await bot.newest();
    bot.slack.messages.remove(card?.channel ?? '', card?.ts ?? '');
    await bot.app.actions.draw((await bot.newest()).id);
    expect(cards().filter(({ threadTs }) => threadTs === undefined)).toHaveLength(2);
    expect((await bot.newest()).card?.ts).not.toBe(card?.ts);
  });

  it('is not edited twice with the same content', async () => {
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    bot.faults = [{ service: 'slack', path: 'chat.update', play: answered('not_allowed_for_some_reason') }];
    const { id } = await bot.newest();
    bot.faults.push({
      service: 'slack',
      path: 'chat.postMessage',
      play: answered('not_allowed_for_some_reason'),
    });
    for (let round = 0; round < 5; round += 1) await bot.app.actions.draw(id);
    expect(bot.calls('chat.update')).toBe(1);
  });
});

describe('a rate limit of Slack', () => {
  it('pauses every call, and loses nothing', async () => {
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    const { id } = await bot.newest();
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toMatch(/^Proposed/));
    await until(() => expect(bot.calls('conversations.info')).toBeGreaterThan(0));
    bot.faults = [
      { service: 'slack', path: '/api/', play: { status: 429, headers: { 'retry-after': '2' } } },
    ];
    const before = bot.server.arrived.length;
    for (let round = 0; round < 20; round += 1)
      await expect(bot.app.actions.draw(id)).rejects.toThrow(/rate.?limit/i);
    expect(bot.server.arrived.length - before).toBe(1);
    bot.faults = [];
    await until(() => bot.app.actions.draw(id));
  });

  it('leaves answers by the response_url working', async () => {
    await until(() => expect(bot.calls('conversations.info')).toBeGreaterThan(0));
    bot.faults = [
      { service: 'slack', path: '/api/', play: { status: 429, headers: { 'retry-after': '60' } } },
    ];
    await bot.command('stop prod it burns');
    await until(() => expect(bot.shownTo(KRIS).join()).toContain('Proposed: Stop raxx-api-prod'));
    expect(bot.slack.messages.all().some(({ channel }) => channel === MOOSEQUEST)).toBe(true);
  });
});

describe('calls that fail with a good token', () => {
  it('check the token only once', async () => {
    await until(() => expect(bot.calls('conversations.info')).toBeGreaterThan(0));
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    const { id } = await bot.newest();
    const before = bot.calls('auth.test');
    bot.faults = [{ service: 'slack', path: 'chat.update', play: { status: 503 } }];
    for (let round = 0; round < 10; round += 1) await expect(bot.app.actions.draw(id)).rejects.toThrow();
    expect(bot.calls('auth.test') - before).toBe(1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reader } from '../../../sandbox/page/mentions.ts';
import { mrkdwnHtml } from '../../../sandbox/page/mrkdwn.ts';
import { renderBlocks } from '../../../sandbox/page/render.ts';
import { renderChannel } from '../../../sandbox/page/render-message.ts';
import { checkBlocks } from '../../../sandbox/slack/blocks/check.ts';
import type { Message } from '../../../sandbox/slack/messages.ts';

const reader: Reader = {
  userId: 'U0KRIS001',
  people: [{ id: 'U0KRIS001', realName: 'Kristerpher <b>' }],
  channels: [{ id: 'C0MOOSE01', name: 'moosequest' }],
  groups: [{ id: 'S0ONCALL1', handle: 'oncall', users: ['U0KRIS001'] }],
  now: Date.parse('2026-05-01T12:00:00Z'),
  timeZone: 'UTC',
};
const AT = Date.parse('2026-05-01T10:00:00Z') / 1000;

describe('mrkdwn', () => {
  it.each([
    ['*bold* _italic_ ~strike~', '<b>bold</b> <i>italic</i> <s>strike</s>'],
    ['*bold _and italic_*', '<b>bold <i>and italic</i></b>'],
    ['2 * 3 * 4 and snake_case_name', '2 * 3 * 4 and snake_case_name'],
    ['`*code*` &lt;b&gt;', '<code>*code*</code> &lt;b&gt;'],
    ['```a\n*b*```', '<pre>a\n*b*</pre>'],
    ['> quoted\nplain', '<blockquote>quoted</blockquote>plain'],
    [':unheard_of: 10:30:15', ':unheard_of: 10:30:15'],
    ['a &amp; b', 'a &amp; b'],
    [
      '<https://a.example/?x=1&amp;y=2|the *page*>',
      '<a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">the *page*</a>',
    ],
    ['<@U0KRIS001>', '<span class="mention self">@Kristerpher &lt;b&gt;</span>'],
    ['<#C0MOOSE01|>', '<span class="mention">#moosequest</span>'],
    ['<!subteam^S0ONCALL1>', '<span class="mention self">@oncall</span>'],
    ['<!here>', '<span class="mention self">@here</span>'],
    [
      `<!date^${AT}^{date_short_pretty} at {time}|2026-05-01 10:00 UTC>`,
      '<time title="2026-05-01 10:00 UTC">today at 10:00</time>',
    ],
    [`<!date^${AT}^{ago}|x>`, '<time title="x">2 hours ago</time>'],
  ])('draws %s', (source, html) => {
    expect(mrkdwnHtml(source, reader)).toBe(html);
  });

  it('links URLs and @everyone, as Slack does, unless the text is verbatim', () => {
    const source = 'see https://a.example, @everyone';
    expect(mrkdwnHtml(source, reader)).toContain('<a href="https://a.example"');
    expect(mrkdwnHtml(source, reader)).toContain('@everyone</span>');
    expect(mrkdwnHtml(source, reader, true)).toBe(source);
  });

  it('never links to a script', () => {
    expect(mrkdwnHtml('<javascript:alert(1)|click>', reader)).not.toContain('<a');
  });
});

describe('blocks', () => {
  it('draws every type that the local Slack accepts', () => {
    const html = renderBlocks(everyBlock('text'), reader);
    for (const piece of [
      '<h3',
      'class="fields"',
      'class="accessory"',
      'context',
      'data-action="go"',
      '<hr',
      '<ol',
      '<ul',
      '<blockquote',
      '<pre',
      '<table>',
      '<figure',
      'markdown',
      '<summary>',
      'class="tasks"',
      'aria-label="in progress"',
      '<svg',
      '<rect',
      '<select',
    ]) {
      expect(html).toContain(piece);
    }
  });

  it('puts what a click needs on the button, the confirmation included', () => {
    const html = renderBlocks(everyBlock('say "hi"'), reader, 'go');
    const confirm = /data-confirm="([^"]*)"/.exec(html)?.[1]?.replaceAll('&quot;', '"') ?? '';
    expect(JSON.parse(confirm)).toMatchObject({ deny: { text: 'say "hi"' } });
    expect(html).toContain('data-block="actions"');
    expect(html).toContain('The app did not accept this click');
  });
});

describe('untrusted text', () => {
  const nasty = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '<script>alert(1)</script>',
          '<img src=x onerror=alert(1)>',
          '"',
          "'",
          '&',
          '&lt;',
          '&amp;lt;',
          '<',
          '>',
          '|',
          '*',
          '_',
          '~',
          '`',
          '```',
          '\n',
          '> ',
          ':x:',
          ':fire:',
          '<http://a|',
          '<https://a.example/"onmouseover="x|y>',
          'https://a.example/"><b>',
          '<@U0KRIS001>',
          '<!date^1^{time}^javascript:alert(1)|"onload="x>',
          '<mailto:a"b|c>',
          '<!date^99999999999999999999^{ago}|x>',
          '\uE0000\uE001',
          '\uE000',
          '\uE001',
          '<javascript:alert(1)|a>',
          '" onclick="alert(1)',
        ),
        fc.string(),
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join('') || 'x');

  it('cannot become markup in mrkdwn', () => {
    fc.assert(
      fc.property(nasty, (text) => expectHarmless(mrkdwnHtml(text, reader))),
      { numRuns: 2000 },
    );
  });

  it('cannot become markup in any block', () => {
    fc.assert(fc.property(nasty, (text) => expectHarmless(renderBlocks(everyBlock(text), reader, text))));
  });

  it('cannot become markup in a message, its author or its failed action', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const message: Message = {
          ts: text,
          channel: text,
          author: text,
          text,
          blocks: [],
          failedAction: text,
        };
        expectHarmless(renderChannel([message], text, reader, { botUserId: text, slackbot: 'USLACKBOT' }));
      }),
    );
  });
});

describe('a channel', () => {
  const message = (ts: string, more: Partial<Message> = {}): Message => ({
    ts,
    channel: 'C0MOOSE01',
    author: 'U0KRIS001',
    text: `text ${ts}`,
    blocks: [],
    ...more,
  });
  const authors = { botUserId: 'U0RAXXBOT', slackbot: 'USLACKBOT' };

  it('shows an ephemeral message only to its reader, and marks it', () => {
    const all = [message('1.0', { onlyFor: 'U0KRIS001' }), message('2.0', { onlyFor: 'U0MOIRA01' })];
    const html = renderChannel(all, 'C0MOOSE01', reader, authors);
    expect(html).toContain('Only visible to you');
    expect(html).not.toContain('text 2.0');
  });

  it('puts replies below their parent, and other channels elsewhere', () => {
    const all = [
      message('1.0'),
      message('2.0'),
      message('3.0', { threadTs: '1.0' }),
      message('4.0', { channel: 'C1' }),
    ];
    const html = renderChannel(all, 'C0MOOSE01', reader, authors);
    expect([...html.matchAll(/data-ts="([\d.]+)"/g)].map((found) => found[1])).toEqual(['1.0', '3.0', '2.0']);
    expect(html).toContain('<details class="thread" data-thread="1.0" open><summary>1 reply ');
  });

  it('shows a broadcast reply in both places, and keeps a closed thread closed', () => {
    const all = [
      message('1.0'),
      message('2.0', { threadTs: '1.0' }),
      message('3.0'),
      message('4.0', { threadTs: '1.0', broadcast: true }),
    ];
    const html = renderChannel(all, 'C0MOOSE01', reader, authors, new Set(['1.0']));
    expect([...html.matchAll(/data-ts="([\d.]+)"/g)].map((found) => found[1])).toEqual([
      '1.0',
      '2.0',
      '4.0',
      '3.0',
      '4.0',
    ]);
    expect(html).toContain('data-thread="1.0"><summary>2 replies ');
    expect(html.split('replied to a thread: text 1.0')).toHaveLength(2);
    expectHarmless(
      renderChannel(
        [message('1.0', { text: '<b>"' }), message('2.0', { threadTs: '1.0', broadcast: true, text: '<i>' })],
        'C0MOOSE01',
        reader,
        authors,
      ),
    );
  });
});

describe('a chart', () => {
  const chart = (values: readonly number[]) => {
    const data = values.map((value, index) => ({ label: `${index}`, value }));
    const checked = checkBlocks([
      {
        type: 'data_visualization',
        title: 'Failed requests',
        chart: {
          type: 'bar',
          series: [{ name: 'Failed', data }],
          axis_config: { categories: data.map(({ label }) => label) },
        },
      },
    ]);
    return renderBlocks(checked.ok ? checked.value : [], reader);
  };
  const heights = (html: string) =>
    [...html.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map(([, height]) => Number(height));

  it('has a bar for each point, as high as its value, with the value above it', () => {
    const html = chart([10, 5, 0]);
    expect(heights(html)).toEqual([84, 42, 0]);
    expect(html).toContain('>10</text>');
    expect(html).toContain('aria-label="10, 5, 0"');
  });

  it('stays within its frame when every value is zero', () => {
    expect(heights(chart([0, 0]))).toEqual([0, 0]);
  });
});

describe('the menu of a message', () => {
  const posted: Message = { ts: '1.0', channel: 'C1', author: 'U0KRIS001', text: 'hm', blocks: [] };
  const authors = {
    botUserId: 'U0RAXXBOT',
    slackbot: 'USLACKBOT',
    shortcuts: [{ callbackId: 'add_to_timeline', name: 'Add to <timeline>' }],
  };

  it("offers the app's shortcuts, except on a message that only its reader sees", () => {
    expect(renderChannel([posted], 'C1', reader, authors)).toContain(
      'data-shortcut="add_to_timeline">Add to &lt;timeline&gt;</button>',
    );
    const own = { ...posted, onlyFor: 'U0KRIS001' };
    expect(renderChannel([own], 'C1', reader, authors)).not.toContain('data-shortcut');
  });
});

/** Only tags and attributes of our own, no event handlers, no script links, every quote closed. */
function expectHarmless(html: string): void {
  const tags =
    /<\/?(h3|div|span|p|b|i|s|u|code|pre|blockquote|br|hr|a|time|small|article|figure|figcaption|ul|ol|li|button|select|option|table|tr|th|td|details|summary|svg|rect|text)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)\s?>/g;
  for (const [, , attributes = ''] of html.matchAll(tags)) {
    const bare = attributes.replace(/"[^"]*"/g, '""');
    expect(bare).not.toMatch(/ (on\w+|style|src|srcdoc|formaction)\b/);
    expect(attributes).not.toMatch(/href="(?!https?:\/\/|mailto:)/i);
  }
  expect(html.replace(tags, '')).not.toMatch(/[<>]/);
}

/** One block of each type with `text` wherever a text may stand. */
function everyBlock(text: string) {
  const plain = { type: 'plain_text', text };
  const mrkdwn = { type: 'mrkdwn', text };
  const leaf = { type: 'text', text };
  const section = {
    type: 'rich_text_section',
    elements: [leaf, { ...leaf, style: { bold: true, code: true } }],
  };
  const confirm = { title: plain, text: mrkdwn, confirm: plain, deny: plain };
  const button = { type: 'button', action_id: 'go', text: plain, value: text, confirm };
  const options = [{ text: plain, value: text }];
  const task = {
    type: 'task_card',
    task_id: 'job_1',
    title: text,
    status: 'in_progress',
    details: { type: 'rich_text', elements: [section] },
  };
  // A label of a chart holds twenty characters.
  const short = [...text].slice(0, 20).join('');
  const checked = checkBlocks([
    { type: 'header', text: plain },
    { type: 'section', text: mrkdwn, fields: [mrkdwn, plain], accessory: { ...button, action_id: 'side' } },
    {
      type: 'context',
      elements: [mrkdwn, { type: 'image', image_url: 'https://a.example/a.png', alt_text: text }],
    },
    {
      type: 'actions',
      block_id: 'actions',
      elements: [button, { type: 'static_select', action_id: 'choose', options }],
    },
    { type: 'divider' },
    {
      type: 'rich_text',
      elements: [
        section,
        { type: 'rich_text_list', style: 'bullet', elements: [section] },
        { type: 'rich_text_list', style: 'ordered', elements: [section] },
        {
          type: 'rich_text_quote',
          elements: [
            { type: 'link', url: 'https://a.example', text },
            { type: 'user', user_id: text },
            { type: 'usergroup', usergroup_id: text },
            { type: 'channel', channel_id: text },
            { type: 'emoji', name: text },
            { type: 'date', timestamp: 1, format: text, fallback: text },
          ],
        },
        { type: 'rich_text_preformatted', elements: [leaf] },
      ],
    },
    { type: 'table', rows: [[{ type: 'raw_text', text }], [{ type: 'raw_number', value: 1, text }]] },
    { type: 'image', image_url: 'https://a.example/a.png', alt_text: text, title: plain },
    { type: 'markdown', text },
    { type: 'plan', title: text, tasks: [task] },
    {
      type: 'container',
      title: plain,
      subtitle: mrkdwn,
      is_collapsible: true,
      child_blocks: [{ type: 'section', text: mrkdwn }],
    },
    {
      type: 'data_visualization',
      title: short,
      chart: {
        type: 'bar',
        series: [{ name: short, data: [{ label: short, value: 7 }] }],
        axis_config: { categories: [short], x_label: short, y_label: short },
      },
    },
    {
      type: 'data_visualization',
      title: short,
      chart: { type: 'pie', segments: [{ label: short, value: 7 }] },
    },
  ]);
  // Random text may be too long for a button; then there is nothing that Slack would show.
  return checked.ok ? checked.value : [];
}

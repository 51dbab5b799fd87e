import { describe, expect, it } from 'vitest';
import { checkBlocks, checkView } from '../../../sandbox/slack/blocks/check.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const long = (count: number) => 'x'.repeat(count);
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));
const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const table = (rows: unknown) => ({ type: 'table', rows });
const cell = (text: string) => ({ type: 'raw_text', text });
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const richSection = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const task = (index: number, more: object = {}) => ({
  type: 'task_card',
  task_id: `t${index}`,
  title: 'deploy',
  status: 'in_progress',
  ...more,
});
const plan = (...tasks: object[]) => ({ type: 'plan', title: 'Run 9262', tasks });
const chart = (labels: readonly string[], categories = labels, more: object = {}) => ({
  type: 'data_visualization',
  title: 'Failed requests',
  chart: {
    type: 'bar',
    series: [{ name: 'Failed', data: labels.map((label) => ({ label, value: 1 })) }],
    axis_config: { categories: [...categories] },
  },
  ...more,
});
const container = (more: object = {}) => ({
  type: 'container',
  title: plain('10 checks'),
  child_blocks: [{ type: 'section', text: mrkdwn('a') }],
  ...more,
});
const confirm = {
  title: plain('Sure?'),
  text: plain('It stops.'),
  confirm: plain('Stop'),
  deny: plain('Keep'),
};

const taken: [string, unknown[]][] = [
  ['a header of 150 characters, counted as code points', [{ type: 'header', text: plain('🔥'.repeat(150)) }]],
  ['50 blocks', many(50, () => ({ type: 'divider' }))],
  ['a section with a text of 3,000 characters', [{ type: 'section', text: mrkdwn(long(3000)) }]],
  [
    'ten fields and a button',
    [{ type: 'section', fields: many(10, () => mrkdwn('a')), accessory: button({ confirm }) }],
  ],
  ['25 buttons', [actions(...many(25, (i) => button({ action_id: `a${i}` })))]],
  [
    'rich text of every kind',
    [
      rich(
        richSection({ type: 'text', text: 'a', style: { bold: true } }, { type: 'user', user_id: 'U1' }),
        { type: 'rich_text_list', style: 'bullet', elements: [richSection({ type: 'emoji', name: 'x' })] },
        { type: 'rich_text_quote', elements: [{ type: 'link', url: 'https://a.example' }] },
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text: '<b>&' }] },
      ),
    ],
  ],
  ['a table of 100 rows and 20 columns', [table(many(100, () => many(20, () => cell('a'))))]],
  [
    'a plan with a task in each state',
    [plan(task(1), task(2, { status: 'error', details: rich(richSection()) }))],
  ],
  ['a task card on its own', [task(1)]],
  ['two charts', many(2, () => chart(['5', '0']))],
  ['a container that can be folded', [container({ is_collapsible: true, default_collapsed: true })]],
];

const refused: [string, unknown[], string][] = [
  ['51 blocks', many(51, () => ({ type: 'divider' })), 'no more than 50 items'],
  ['a block of a type that does not exist', [{ type: 'nope' }], 'unsupported type'],
  ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('a') }], 'must be plain_text'],
  ['an empty text', [{ type: 'section', text: mrkdwn('') }], 'more than 0 characters'],
  ['a section with neither text nor fields', [{ type: 'section' }], 'missing required field'],
  ['a section text above 3,000', [{ type: 'section', text: mrkdwn(long(3001)) }], 'less than 3001'],
  ['a field above 2,000', [{ type: 'section', fields: [mrkdwn(long(2001))] }], 'less than 2001'],
  ['eleven fields', [{ type: 'section', fields: many(11, () => mrkdwn('a')) }], 'no more than 10'],
  [
    'eleven context elements',
    [{ type: 'context', elements: many(11, () => mrkdwn('a')) }],
    'no more than 10',
  ],
  ['actions without elements', [actions()], 'at least 1'],
  ['26 buttons', [actions(...many(26, (i) => button({ action_id: `a${i}` })))], 'no more than 25'],
  ['a button text above 75', [actions(button({ text: plain(long(76)) }))], 'less than 76'],
  ['a button value above 2,000', [actions(button({ value: long(2001) }))], 'less than 2001'],
  [
    'a button of a made-up style',
    [actions(button({ style: 'loud' }))],
    'json-pointer:/blocks/0/elements/0/style',
  ],
  [
    'a confirmation without its deny text',
    [actions(button({ confirm: { ...confirm, deny: undefined } }))],
    '/confirm/deny',
  ],
  [
    'a confirmation title above 100',
    [actions(button({ confirm: { ...confirm, title: plain(long(101)) } }))],
    'less than 101',
  ],
  ['one action id twice in a block', [actions(button(), button())], '`action_id` is not unique'],
  ['one block id twice', many(2, () => ({ type: 'divider', block_id: 'a' })), '`block_id` is not unique'],
  ['a block id above 255', [{ type: 'divider', block_id: long(256) }], 'less than 256'],
  [
    'a property that Slack does not know',
    [{ type: 'divider', color: 'red' }],
    'invalid additional property: color',
  ],
  [
    'an image without alt_text',
    [{ type: 'image', image_url: 'https://a.example/a.png' }],
    '/blocks/0/alt_text',
  ],
  ['a link that is none', [rich(richSection({ type: 'link', url: 'javascript:alert(1)' }))], 'valid URL'],
  ['an empty rich text leaf', [rich(richSection({ type: 'text', text: '' }))], 'more than 0'],
  ['a ragged table', [table([[cell('a')], [cell('a'), cell('b')]])], 'same number of cells'],
  ['two tables', many(2, () => table([[cell('a')]])), 'only one table'],
  [
    'a table of more than 10,000 characters',
    [table([[cell(long(6000)), cell(long(6000))]])],
    '10001 characters',
  ],
  ['markdown of more than 12,000 together', many(2, () => ({ type: 'markdown', text: long(6001) })), '12001'],
  ['a task in a made-up state', [task(1, { status: 'done' })], '/blocks/0/status'],
  ['one task id twice in a plan', [plan(task(1), task(1))], '`task_id` is not unique'],
  ['a plan without tasks', [plan()], 'at least 1'],
  ['a chart title above 50', [chart(['5'], ['5'], { title: long(51) })], 'less than 51'],
  ['a chart label above 20', [chart([long(21)])], 'less than 21'],
  ['a chart of 21 points', [chart(many(21, String))], 'no more than 20'],
  ['a chart whose series lacks a category', [chart(['5'], ['5', '0'])], 'one data point per category'],
  ['three charts', many(3, () => chart(['5'])), 'only two data_visualization'],
  ['a container without a title', [container({ title: undefined })], 'title or rich_text_title'],
  ['a container title above 150', [container({ title: plain(long(151)) })], 'less than 151'],
  [
    'a container of eleven blocks',
    [container({ child_blocks: many(11, () => ({ type: 'divider' })) })],
    'no more than 10',
  ],
  ['a plan in a container', [container({ child_blocks: [plan(task(1))] })], 'unsupported type'],
  [
    'a second table in a container',
    [table([[cell('a')]]), container({ child_blocks: [table([[cell('a')]])] })],
    'only one table',
  ],
  [
    'an input in a message',
    [{ type: 'input', label: plain('a'), element: { type: 'plain_text_input', action_id: 'a' } }],
    'unsupported type: input',
  ],
];

describe('the blocks that the local Slack accepts', () => {
  it.each(taken)('include %s', (_name, blocks) => {
    expect(checkBlocks(blocks)).toEqual({ ok: true, value: blocks });
  });

  it.each(refused)('exclude %s', (_name, blocks, words) => {
    const checked = checkBlocks(blocks);
    expect(checked.ok).toBe(false);
    expect(checked.ok ? '' : checked.messages.join('\n')).toContain(words);
  });
});

const modal = (more: object = {}) => ({
  type: 'modal',
  title: plain('Stop prod?'),
  blocks: [{ type: 'divider' }],
  ...more,
});
const home = (more: object = {}) => ({ type: 'home', blocks: [], ...more });
const input = (more: object = {}) => ({
  type: 'input',
  label: plain('Why?'),
  element: { type: 'plain_text_input', action_id: 'a' },
  ...more,
});
const typed = (more: object) => input({ element: { type: 'plain_text_input', action_id: 'a', ...more } });
const chosen = (more: object) =>
  input({
    element: {
      type: 'static_select',
      action_id: 'a',
      options: [{ text: plain('v98'), value: 'v98' }],
      ...more,
    },
  });
const asking = (...blocks: object[]) => modal({ submit: plain('Stop'), blocks });
const dividers = (count: number) => many(count, () => ({ type: 'divider' }));

const LIMITS: readonly (readonly [name: string, taken: object, refused: object, words: string])[] = [
  ['a modal’s title', modal({ title: plain(long(24)) }), modal({ title: plain(long(25)) }), 'less than 25'],
  ['a missing title', modal(), modal({ title: undefined }), 'missing required field: title'],
  ['a title in mrkdwn', modal(), modal({ title: mrkdwn('Stop?') }), 'must be plain_text'],
  [
    'a submit button',
    modal({ submit: plain(long(24)) }),
    modal({ submit: plain(long(25)) }),
    '/view/submit/text',
  ],
  [
    'a submit button in mrkdwn',
    modal({ submit: plain('Go') }),
    modal({ submit: mrkdwn('Go') }),
    'must be plain_text',
  ],
  [
    'a close button',
    modal({ close: plain(long(24)) }),
    modal({ close: plain(long(25)) }),
    '/view/close/text',
  ],
  [
    'inputs without a submit button',
    asking(input()),
    modal({ blocks: [input()] }),
    'missing required field: submit',
  ],
  [
    'inputs in a container without a submit button',
    asking(container({ child_blocks: [input()] })),
    modal({ blocks: [container({ child_blocks: [input()] })] }),
    'missing required field: submit',
  ],
  [
    'metadata',
    modal({ private_metadata: long(3000) }),
    modal({ private_metadata: long(3001) }),
    '/view/private_metadata',
  ],
  [
    'a callback id',
    modal({ callback_id: long(255) }),
    modal({ callback_id: long(256) }),
    '/view/callback_id',
  ],
  [
    'an external id',
    modal({ external_id: long(255) }),
    modal({ external_id: long(256) }),
    '/view/external_id',
  ],
  [
    'the blocks of a modal',
    modal({ blocks: dividers(100) }),
    modal({ blocks: dividers(101) }),
    'no more than 100 items',
  ],
  [
    'a block that is for messages only',
    modal(),
    modal({ blocks: [table([[cell('a')]])] }),
    'unsupported type in a view',
  ],
  [
    'an input’s label',
    asking(input({ label: plain(long(2000)) })),
    asking(input({ label: plain(long(2001)) })),
    'less than 2001',
  ],
  ['an input without a label', asking(input()), asking(input({ label: undefined })), '/view/blocks/0/label'],
  [
    'an input’s label in mrkdwn',
    asking(input()),
    asking(input({ label: mrkdwn('Why?') })),
    'must be plain_text',
  ],
  [
    'an input’s hint',
    asking(input({ hint: plain(long(2000)) })),
    asking(input({ hint: plain(long(2001)) })),
    '/view/blocks/0/hint',
  ],
  [
    'a text input’s placeholder',
    asking(typed({ placeholder: plain(long(150)) })),
    asking(typed({ placeholder: plain(long(151)) })),
    'less than 151',
  ],
  [
    'a text input’s length',
    asking(typed({ max_length: 3000 })),
    asking(typed({ max_length: 3001 })),
    '/view/blocks/0/element/max_length',
  ],
  [
    'a menu’s placeholder',
    asking(chosen({ placeholder: plain(long(150)) })),
    asking(chosen({ placeholder: plain(long(151)) })),
    'less than 151',
  ],
  [
    'a menu’s options',
    asking(chosen({ options: many(100, (i) => ({ text: plain('v'), value: `v${i}` })) })),
    asking(chosen({ options: many(101, (i) => ({ text: plain('v'), value: `v${i}` })) })),
    'no more than 100',
  ],
  [
    'the blocks of a Home tab',
    home({ blocks: dividers(100) }),
    home({ blocks: dividers(101) }),
    'no more than 100 items',
  ],
  [
    'the metadata of a Home tab',
    home({ private_metadata: long(3000) }),
    home({ private_metadata: long(3001) }),
    '/view/private_metadata',
  ],
  [
    'inputs in a Home tab, which is not submitted',
    home({ blocks: [input()] }),
    home({ blocks: [input()], submit: plain('Go') }),
    'submit',
  ],
  [
    'a title, which a Home tab does not have',
    home(),
    home({ title: plain('Home') }),
    'invalid additional property: title',
  ],
  ['a view that is neither', home(), { type: 'drawer', blocks: [] }, 'unsupported type'],
];

describe('the views that the local Slack accepts', () => {
  it.each(LIMITS)('are limited in %s', (_name, accepted, refused, words) => {
    expect(checkView(accepted)).toEqual({ ok: true, value: accepted });
    const checked = checkView(refused);
    expect(checked.ok ? '' : checked.messages.join('\n')).toContain(words);
  });
});

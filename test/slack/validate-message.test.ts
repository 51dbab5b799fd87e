/** Each documented limit: accepted at the limit, refused beyond it, and checked against a second, independent validator. */
import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { checkBlocks } from '../../sandbox/slack/blocks/check.ts';
import { validateMessage } from '../../src/slack/client/validate-message.ts';

const x = (count: number) => 'x'.repeat(count);
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
const confirm = (more: object = {}) => ({
  title: plain('Sure?'),
  text: plain('It stops.'),
  confirm: plain('Stop'),
  deny: plain('Keep'),
  ...more,
});
const option = (index: number, text = 'o') => ({ text: plain(text), value: `v${index}` });
const select = (more: object = {}) => ({
  type: 'static_select',
  action_id: 's',
  placeholder: plain('p'),
  options: [option(1)],
  ...more,
});
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const richLine = (text: string) => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] });
const table = (rows: number, cells: number, text = 'c') => ({
  type: 'table',
  rows: many(rows, () => many(cells, () => ({ type: 'raw_text', text }))),
});
const urlOf = (length: number) => 'https://a.example/'.padEnd(length, 'x');
const image = (more: object = {}) => ({
  type: 'image',
  image_url: 'https://a.example/i.png',
  alt_text: 'a',
  ...more,
});

const task = (more: object = {}) => ({
  type: 'task_card',
  task_id: 't1',
  title: 'deploy',
  status: 'pending',
  ...more,
});
const plan = (tasks: object[], more: object = {}) => ({ type: 'plan', title: 'Run 9262', tasks, ...more });
const chart = (count: number, more: object = {}, label = (index: number) => `${index}`) => ({
  type: 'data_visualization',
  title: 'Failed requests',
  chart: {
    type: 'bar',
    series: [{ name: 'Failed', data: many(count, (index) => ({ label: label(index), value: index })) }],
    axis_config: { categories: many(count, label) },
  },
  ...more,
});
const container = (more: object = {}) => ({
  type: 'container',
  title: plain('10 checks'),
  child_blocks: [section('a')],
  ...more,
});

/** What is accepted, what is refused, and at which path. */
const LIMITS: readonly (readonly [name: string, taken: object[], refused: object[], path: string])[] = [
  ['a task title', [task({ title: x(256) })], [task({ title: x(257) })], 'blocks.0.title'],
  ['a task state', [task({ status: 'error' })], [task({ status: 'done' })], 'blocks.0.status'],
  ['a plan without tasks', [plan([task()])], [plan([])], 'blocks.0.tasks: is empty'],
  [
    'one task twice',
    [plan([task(), task({ task_id: 't2' })])],
    [plan([task(), task()])],
    'blocks.0: task_id: is not unique',
  ],
  ['a chart title', [chart(1, { title: x(50) })], [chart(1, { title: x(51) })], 'blocks.0.title'],
  ['chart points', [chart(20)], [chart(21)], 'categories: more than 20'],
  [
    'a chart label',
    [chart(1, {}, () => x(20))],
    [chart(1, {}, () => x(21))],
    'blocks.0.chart.axis_config.categories',
  ],
  [
    'a point for each category',
    [chart(2)],
    [chart(2, { chart: { ...chart(2).chart, axis_config: { categories: ['0'] } } })],
    'blocks.0.chart.series.0.data',
  ],
  ['charts', [chart(1), chart(1)], many(3, () => chart(1)), 'more than 2 charts'],
  [
    'a container title',
    [container({ title: plain(x(150)) })],
    [container({ title: plain(x(151)) })],
    'blocks.0.title',
  ],
  ['a container without a title', [container()], [container({ title: undefined })], 'blocks.0: has no title'],
  [
    'blocks in a container',
    [container({ child_blocks: many(10, () => section('a')) })],
    [container({ child_blocks: many(11, () => section('a')) })],
    'blocks.0.child_blocks: more than 10',
  ],
  [
    'what goes into a container',
    [container({ child_blocks: [table(1, 1)] })],
    [container({ child_blocks: [plan([task()])] })],
    'blocks.0.child_blocks.0: plan does not go into a container',
  ],
  [
    'a second table in a container',
    [container({ child_blocks: [table(1, 1)] })],
    [table(1, 1), container({ child_blocks: [table(1, 1)] })],
    'more than one table',
  ],
  [
    'blocks',
    many(50, () => ({ type: 'divider' })),
    many(51, () => ({ type: 'divider' })),
    'blocks: more than 50',
  ],
  [
    'a header',
    [{ type: 'header', text: plain('🔥'.repeat(150)) }],
    [{ type: 'header', text: plain(x(151)) }],
    'blocks.0.text.text',
  ],
  ['a header in mrkdwn', [], [{ type: 'header', text: mrkdwn('a') }], 'blocks.0.text: must be plain_text'],
  ['a section', [section(x(3000))], [section(x(3001))], 'blocks.0.text.text'],
  ['an empty section', [section('a')], [section('')], 'blocks.0.text.text: is empty'],
  ['a section with neither text nor fields', [], [{ type: 'section' }], 'blocks.0: has neither'],
  [
    'fields',
    [{ type: 'section', fields: many(10, () => mrkdwn(x(2000))) }],
    [{ type: 'section', fields: many(11, () => mrkdwn('a')) }],
    'blocks.0.fields',
  ],
  ['a field', [], [{ type: 'section', fields: [mrkdwn(x(2001))] }], 'blocks.0.fields.0.text'],
  [
    'context elements',
    [{ type: 'context', elements: many(10, () => mrkdwn('a')) }],
    [{ type: 'context', elements: many(11, () => mrkdwn('a')) }],
    'blocks.0.elements',
  ],
  ['an empty context', [], [{ type: 'context', elements: [] }], 'blocks.0.elements: is empty'],
  [
    'actions',
    [actions(...many(25, (i) => button({ action_id: `a${i}` })))],
    [actions(...many(26, (i) => button({ action_id: `a${i}` })))],
    'blocks.0.elements',
  ],
  ['an empty actions block', [], [actions()], 'blocks.0.elements: is empty'],
  [
    'an action twice',
    [actions(button(), button({ action_id: 'b' }))],
    [actions(button(), button())],
    'blocks.0: action_id: is not unique',
  ],
  [
    'a block id twice',
    [{ type: 'divider', block_id: 'a' }],
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    'block_id: is not unique',
  ],
  [
    'a block id',
    [{ type: 'divider', block_id: x(255) }],
    [{ type: 'divider', block_id: x(256) }],
    'blocks.0.block_id',
  ],
  [
    'a button’s text',
    [actions(button({ text: plain(x(75)) }))],
    [actions(button({ text: plain(x(76)) }))],
    'elements.0.text.text',
  ],
  [
    'a button’s value',
    [actions(button({ value: x(2000) }))],
    [actions(button({ value: x(2001) }))],
    'elements.0.value',
  ],
  [
    'a button’s url',
    [actions(button({ url: `https://a.example/${x(2900)}` }))],
    [actions(button({ url: `https://a.example/${x(3000)}` }))],
    'elements.0.url',
  ],
  [
    'a button’s label',
    [actions(button({ accessibility_label: x(75) }))],
    [actions(button({ accessibility_label: x(76) }))],
    'accessibility_label',
  ],
  [
    'a button’s style',
    [actions(button({ style: 'danger' }))],
    [actions(button({ style: 'red' }))],
    'elements.0.style',
  ],
  [
    'an action id',
    [actions(button({ action_id: x(255) }))],
    [actions(button({ action_id: x(256) }))],
    'elements.0.action_id',
  ],
  [
    'a confirm title',
    [actions(button({ confirm: confirm({ title: plain(x(100)) }) }))],
    [actions(button({ confirm: confirm({ title: plain(x(101)) }) }))],
    'confirm.title',
  ],
  [
    'a confirm text',
    [actions(button({ confirm: confirm({ text: plain(x(300)) }) }))],
    [actions(button({ confirm: confirm({ text: plain(x(301)) }) }))],
    'confirm.text',
  ],
  [
    'a confirm button',
    [actions(button({ confirm: confirm({ confirm: plain(x(30)) }) }))],
    [actions(button({ confirm: confirm({ deny: plain(x(31)) }) }))],
    'confirm.deny',
  ],
  [
    'options',
    [actions(select({ options: many(100, (i) => option(i)) }))],
    [actions(select({ options: many(101, (i) => option(i)) }))],
    'elements.0.options',
  ],
  [
    'an option',
    [actions(select({ options: [option(1, x(75))] }))],
    [actions(select({ options: [option(1, x(76))] }))],
    'options.0.text',
  ],
  [
    'a placeholder',
    [actions(select({ placeholder: plain(x(150)) }))],
    [actions(select({ placeholder: plain(x(151)) }))],
    'placeholder',
  ],
  [
    'an image’s alternative',
    [image({ alt_text: x(2000) })],
    [image({ alt_text: x(2001) })],
    'blocks.0.alt_text',
  ],
  ['an image without an alternative text', [image()], [image({ alt_text: undefined })], 'blocks.0.alt_text'],
  [
    'markdown together',
    [{ type: 'markdown', text: x(12_000) }],
    [
      { type: 'markdown', text: x(7_000) },
      { type: 'markdown', text: x(7_000) },
    ],
    'markdown',
  ],
  ['rows', [table(100, 20)], [table(101, 1)], 'blocks.0.rows'],
  ['cells', [], [table(1, 21)], 'blocks.0.rows.0'],
  ['a table’s text', [table(1, 1, x(10_000))], [table(2, 1, x(5_001))], 'blocks.0: is longer'],
  ['two tables', [table(1, 1)], [table(1, 1), table(1, 1)], 'more than one table'],
  [
    'ragged rows',
    [],
    [
      {
        type: 'table',
        rows: [
          [{ type: 'raw_text', text: 'a' }],
          [
            { type: 'raw_text', text: 'a' },
            { type: 'raw_text', text: 'b' },
          ],
        ],
      },
    ],
    'different lengths',
  ],
  ['rich text', [rich(richLine('a'))], [rich(richLine(''))], 'has an empty text'],
  ['an empty rich text', [], [rich()], 'blocks.0.elements: is empty'],
  ['an unknown block', [], [{ type: 'nope' }], 'nope is not a block'],
  ['an unknown element', [], [actions({ type: 'nope', action_id: 'a' })], 'nope is not an element'],
  [
    'a context text',
    [{ type: 'context', elements: [mrkdwn(x(3000))] }],
    [{ type: 'context', elements: [mrkdwn('a'), mrkdwn(x(3001))] }],
    'blocks.0.elements.1.text',
  ],
  [
    'a url, to the character',
    [actions(button({ url: urlOf(3000) }))],
    [actions(button({ url: urlOf(3001) }))],
    'blocks.0.elements.0.url: is longer than 3000',
  ],
  [
    'an image’s url',
    [image({ image_url: urlOf(3000) })],
    [image({ image_url: urlOf(3001) })],
    'blocks.0.image_url',
  ],
  [
    'an image’s title',
    [image({ title: plain(x(2000)) })],
    [image({ title: plain(x(2001)) })],
    'blocks.0.title.text',
  ],
  [
    'an accessory',
    [{ ...section('a'), accessory: button({ text: plain(x(75)) }) }],
    [{ ...section('a'), accessory: button({ text: plain(x(76)) }) }],
    'blocks.0.accessory.text.text',
  ],
  [
    'an accessory that is an image',
    [{ ...section('a'), accessory: image() }],
    [{ ...section('a'), accessory: image({ alt_text: '' }) }],
    'blocks.0.accessory.alt_text: is empty',
  ],
  [
    'an overflow menu',
    [actions({ type: 'overflow', action_id: 'o', options: many(5, (i) => option(i)) })],
    [actions({ type: 'overflow', action_id: 'o', options: many(6, (i) => option(i)) })],
    'blocks.0.elements.0.options: more than 5',
  ],
  ['an empty menu', [actions(select())], [actions(select({ options: [] }))], 'elements.0.options: is empty'],
  [
    'an option’s value, far beyond',
    [actions(select({ options: [{ text: plain('a'), value: x(75) }] }))],
    [actions(select({ options: [{ text: plain('a'), value: x(151) }] }))],
    'options.0.value',
  ],
  [
    'an option’s description',
    [actions(select({ options: [{ ...option(1), description: plain(x(75)) }] }))],
    [actions(select({ options: [{ ...option(1), description: plain(x(76)) }] }))],
    'options.0.description.text',
  ],
  [
    'a confirmation without its answer',
    [actions(button({ confirm: confirm() }))],
    [actions(button({ confirm: confirm({ confirm: undefined }) }))],
    'confirm.confirm: is missing',
  ],
  [
    'one markdown text',
    [{ type: 'markdown', text: x(12_000) }],
    [{ type: 'markdown', text: x(12_001) }],
    'blocks.0.text: is longer than 12000',
  ],
  [
    'markdown together, to the character',
    many(2, () => ({ type: 'markdown', text: x(6_000) })),
    [
      { type: 'markdown', text: x(6_000) },
      { type: 'markdown', text: x(6_001) },
    ],
    'longer than 12000 in total',
  ],
  [
    'an empty rich text list',
    [rich({ type: 'rich_text_list', style: 'bullet', elements: [richLine('a')] })],
    [rich({ type: 'rich_text_list', style: 'bullet', elements: [] })],
    'blocks.0.elements.0.elements: is empty',
  ],
  [
    'an empty text in a list',
    [rich({ type: 'rich_text_list', style: 'ordered', elements: [richLine('a'), richLine('b')] })],
    [rich({ type: 'rich_text_list', style: 'ordered', elements: [richLine('a'), richLine('')] })],
    'blocks.0.elements.0: has an empty text',
  ],
  [
    'an unknown part of rich text',
    [],
    [rich({ type: 'nope', elements: [] })],
    'nope is not a part of rich text',
  ],
  [
    'an input in a message',
    [],
    [{ type: 'input', label: plain('a'), element: { type: 'plain_text_input', action_id: 'a' } }],
    'input is not a block',
  ],
];

const message = (blocks: object[]) => ({ text: 'A sentence.', blocks: blocks as KnownBlock[] });

describe('the limits of a message', () => {
  it.each(LIMITS)('hold for %s', (_name, taken, refused, path) => {
    expect(validateMessage(message(taken))).toEqual([]);
    expect(validateMessage(message(refused)).join('\n')).toContain(path);
    expect(checkBlocks(taken).ok).toBe(true);
    expect(checkBlocks(refused).ok).toBe(false);
  });

  it('count code points of the text as it is sent, with escaped characters in full', () => {
    const header = (text: string) => message([{ type: 'header', text: plain(text) }]);
    expect(validateMessage(header('🔥'.repeat(150)))).toEqual([]);
    expect(validateMessage(header('🔥'.repeat(151)))).toHaveLength(1);
    expect(validateMessage(message([section('&amp;'.repeat(600))]))).toEqual([]);
    expect(validateMessage(message([section('&amp;'.repeat(601))]))).toHaveLength(1);
  });

  it('include our own for rich text, per block: Slack documents none', () => {
    const halves = (second: number) => message([rich(richLine(x(6_000)), richLine(x(second)))]);
    expect(validateMessage(halves(6_000))).toEqual([]);
    expect(validateMessage(halves(6_001))).toEqual(['blocks.0: is longer than 12000 characters']);
  });

  it('are all reported at once, each with its path', () => {
    const wrong = [
      section(x(3001)),
      { type: 'divider' },
      actions(button({ text: plain(''), value: x(2001) })),
    ];
    expect(validateMessage(message(wrong))).toEqual([
      'blocks.0.text.text: is longer than 3000 characters',
      'blocks.2.elements.0.text.text: is empty',
      'blocks.2.elements.0.value: is longer than 2000 characters',
    ]);
  });

  it('apply to the text, too', () => {
    expect(validateMessage({ text: x(4000), blocks: [] })).toEqual([]);
    expect(validateMessage({ text: x(4001), blocks: [] })).toEqual(['text: is longer than 4000 characters']);
    expect(validateMessage({ text: '', blocks: [] })).toEqual(['text: is empty']);
  });
});

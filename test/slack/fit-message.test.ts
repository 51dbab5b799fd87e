import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBlocks } from '../../sandbox/slack/blocks/check.ts';
import { fitMessage } from '../../src/slack/client/fit-message.ts';
import { validateMessage } from '../../src/slack/client/validate-message.ts';
import {
  context,
  line,
  list,
  plain,
  preformatted,
  richText,
  section,
} from '../../src/slack/views/parts/message.ts';

const BEGINS = expect.stringMatching(/^begin x+…$/);
const fitted = (text: string, ...blocks: KnownBlock[]) => fitMessage({ text, blocks });

describe('a message that is too long', () => {
  it('stays unchanged when it is short enough', () => {
    const message = { text: 'Well.', blocks: [section('Well.')] };
    expect(fitMessage(message)).toEqual({ message, faults: [] });
  });

  it('is cut with a mark, keeps its beginning, and reports what was too long', () => {
    const { message, faults } = fitted('t'.repeat(5000), section(`begin${'x'.repeat(4000)}`));
    expect(faults).toEqual([
      'text: is longer than 4000 characters',
      'blocks.0.text.text: is longer than 3000 characters',
    ]);
    expect(message.text).toMatch(/^t{3999}…$/);
    expect(message.blocks[0]).toMatchObject({ text: { text: expect.stringMatching(/^beginx+…$/) } });
  });

  it.each([
    ['a link', `${'x'.repeat(2990)}<https://a.example/very-long|label>`],
    ['a mention', `${'x'.repeat(2995)}<@U0123456>`],
    ['an escaped character', `${'x'.repeat(2996)}&amp;&amp;`],
  ])('is not cut inside %s', (_name, text) => {
    const [block] = fitted('t', section(text)).message.blocks;
    const cut = block?.type === 'section' ? (block.text?.text ?? '') : '';
    expect(cut).toMatch(/^x{2980,}(&amp;)*…$/);
  });

  it('keeps the beginning of rich text, and the first blocks', () => {
    const rich = richText(preformatted([`first ${'a'.repeat(20_000)}`]), line(plain('last')));
    const { message } = fitted('t', ...Array.from({ length: 60 }, () => rich));
    expect(message.blocks).toHaveLength(50);
    expect(JSON.stringify(message.blocks[0])).toContain('first aaa');
  });

  it('becomes its text alone when nothing else helps', () => {
    const broken = { type: 'nope' } as unknown as KnownBlock;
    const { message } = fitted('What matters.', broken);
    expect(message.blocks).toEqual([
      { type: 'section', text: { type: 'mrkdwn', text: 'What matters.', verbatim: true } },
    ]);
  });

  it('becomes one that Slack accepts, whatever it was', () => {
    const text = fc.oneof(
      fc.string(),
      fc.integer({ min: 0, max: 14_000 }).map((length) => 'ab<&'.repeat(length / 4)),
    );
    const block = fc.oneof(
      text.map(section),
      fc.array(text, { maxLength: 14 }).map((texts) => context(...texts)),
      fc.array(text, { maxLength: 5 }).map((texts) =>
        richText(
          list(
            'bullet',
            texts.map((one) => line(plain(one))),
          ),
        ),
      ),
      text.map((one) => richText(line(plain(one)), preformatted([one]))),
    );
    fc.assert(
      fc.property(text, fc.array(block, { maxLength: 60 }), (given, blocks) => {
        expect(validateMessage(fitMessage({ text: given, blocks }).message)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the beginning of fields, headers and contexts, and the rest of the block unchanged', () => {
    const long = `begin ${'x'.repeat(4000)}`;
    const { message } = fitted(
      'A sentence.',
      {
        type: 'section',
        block_id: 'facts',
        fields: Array.from({ length: 12 }, () => ({ type: 'mrkdwn', text: long })),
      },
      { type: 'header', text: { type: 'plain_text', text: long } },
      context(...Array.from({ length: 12 }, () => long)),
    );
    expect(message.text).toBe('A sentence.');
    expect(message.blocks).toMatchObject([
      { type: 'section', block_id: 'facts', fields: Array.from({ length: 10 }, () => ({ text: BEGINS })) },
      { type: 'header', text: { text: BEGINS } },
      { type: 'context', elements: Array.from({ length: 10 }, () => ({ text: BEGINS, verbatim: true })) },
    ]);
  });

  it('drops what is empty from rich text, and nothing before it', () => {
    const rich = richText(
      line(plain('first')),
      preformatted(['y'.repeat(12_000)]),
      list('bullet', [line(plain('too late'))]),
    );
    const [block] = fitted('t', rich).message.blocks;
    const said = JSON.stringify(block);
    expect(said).toContain('"first"');
    expect(said).not.toContain('too late');
  });

  it('keeps rich text after a bare <, which starts no link there', () => {
    const [block] = fitted('t', richText(preformatted([`if a < b: ${'x'.repeat(20_000)}`]))).message.blocks;
    expect(JSON.stringify(block).length).toBeGreaterThan(11_000);
  });

  it('never ends inside a link, a mention or an escaped character', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '&amp;',
        '&lt;',
        '&gt;',
        '<https://a.example/x?y=1|a label>',
        '<@U0KRIS001>',
        '<!here>',
      ),
      fc.stringMatching(/^[a-z \n🔥é]{1,12}$/u),
    );
    const mrkdwn = fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 30 }), fc.integer({ min: 3_000, max: 9_000 }))
      .map(([pieces, length]) => pieces.join('').repeat(Math.ceil(length / pieces.join('').length)));
    fc.assert(
      fc.property(mrkdwn, (given) => {
        const { message } = fitted(given, section(given), context(given));
        expect(validateMessage(message)).toEqual([]);
        const [first, second] = message.blocks;
        const cuts = [
          message.text,
          first?.type === 'section' ? (first.text?.text ?? '') : '',
          second?.type === 'context' && second.elements[0]?.type === 'mrkdwn' ? second.elements[0].text : '',
        ];
        for (const cut of cuts) {
          const kept = cut.endsWith('…') && cut !== given ? cut.slice(0, -1) : cut;
          expect(given.startsWith(kept)).toBe(true);
          expect(kept).not.toBe('');
          expect(kept).not.toMatch(/<[^>]*$/);
          expect(kept).not.toMatch(/&(?!amp;|lt;|gt;)/);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('becomes one that Slack accepts when it has more than fifty blocks of every kind', () => {
    const text = fc.integer({ min: 0, max: 14_000 }).map((length) => 'ab <x> &amp; '.repeat(length / 13));
    const block = fc.oneof(
      text.map(section),
      fc.array(text, { maxLength: 14 }).map(
        (texts): KnownBlock => ({
          type: 'section',
          fields: texts.map((one) => ({ type: 'mrkdwn', text: one })),
        }),
      ),
      text.map((one): KnownBlock => ({ type: 'header', text: { type: 'plain_text', text: one } })),
      fc.array(text, { maxLength: 14 }).map((texts) => context(...texts)),
      fc.array(text, { maxLength: 6 }).map((texts) =>
        richText(
          list(
            'ordered',
            texts.map((one) => line(plain(one))),
          ),
          preformatted(texts),
        ),
      ),
      fc.integer({ min: 0, max: 30 }).map(
        (count): KnownBlock => ({
          type: 'actions',
          elements: Array.from({ length: count }, (_, index) => ({
            type: 'button',
            action_id: `a${index}`,
            text: { type: 'plain_text', text: 'Go' },
          })),
        }),
      ),
      fc.constant<KnownBlock>({ type: 'divider' }),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 70 }), (blocks) => {
        const { message, faults } = fitMessage({ text: 'What matters.', blocks });
        expect(validateMessage(message)).toEqual([]);
        expect(checkBlocks(message.blocks)).toMatchObject({ ok: true });
        expect(message.text).toBe('What matters.');
        expect(faults.length > 0).toBe(validateMessage({ text: 'What matters.', blocks }).length > 0);
      }),
      { numRuns: 80 },
    );
  });
});

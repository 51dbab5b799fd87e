import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitMessage } from '../../src/slack/fit-message.ts';
import { validateMessage } from '../../src/slack/validate-message.ts';
import {
  context,
  line,
  list,
  plain,
  preformatted,
  richText,
  section,
} from '../../src/slack/views/message.ts';

const fitted = (text: string, ...blocks: KnownBlock[]) => fitMessage({ text, blocks });

describe('a message that is too long', () => {
  it('stays as it is when it is not', () => {
    const message = { text: 'Well.', blocks: [section('Well.')] };
    expect(fitMessage(message)).toEqual({ message, faults: [] });
  });

  it('is cut with a mark, keeps its beginning, and says what was wrong', () => {
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
  ])('is not cut in the middle of %s', (_name, text) => {
    const [block] = fitted('t', section(text)).message.blocks;
    const cut = block?.type === 'section' ? (block.text?.text ?? '') : '';
    expect(cut).toMatch(/^x{2980,}(&amp;)*…$/);
  });

  it('keeps what stands first of rich text, and of blocks', () => {
    const rich = richText(preformatted([`first ${'a'.repeat(20_000)}`]), line(plain('last')));
    const { message } = fitted('t', ...Array.from({ length: 60 }, () => rich));
    expect(message.blocks).toHaveLength(50);
    expect(JSON.stringify(message.blocks[0])).toContain('first aaa');
  });

  it('is sent as its text alone when nothing else helps', () => {
    const broken = { type: 'nope' } as unknown as KnownBlock;
    const { message } = fitted('What matters.', broken);
    expect(message.blocks).toEqual([
      { type: 'section', text: { type: 'mrkdwn', text: 'What matters.', verbatim: true } },
    ]);
  });

  it('is one that Slack takes, whatever it was', () => {
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
});

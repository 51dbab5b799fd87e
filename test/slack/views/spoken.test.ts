import { describe, expect, it } from 'vitest';
import { bold, emoji, line, plain } from '../../../src/slack/views/parts/message.ts';
import { atParts, person, sinceParts } from '../../../src/slack/views/parts/moments.ts';
import { spoken } from '../../../src/slack/views/parts/spoken.ts';

const NOW = Date.parse('2026-05-01T10:00:00Z');
const HOUR = 3_600_000;

describe('lines of a card as text', () => {
  it('are sentences: an emoji is left out, and a full stop is added where none is', () => {
    const lines = [
      line(emoji('red_circle'), bold(' raxx-api-prod'), ...sinceParts(NOW - 60_000, NOW)),
      line(plain('Is it me?')),
      line(plain('Yes.')),
    ];
    expect(spoken(lines, NOW)).toMatch(/^raxx-api-prod since 09:59 UTC \(1 min ago\)\. Is it me\? Yes\.$/);
  });

  it('say "at" before a time, however long ago it was', () => {
    const stopped = (ms: number) =>
      spoken([line(plain('stopped by '), person('U0KRIS001'), ...atParts(NOW - ms, NOW))], NOW);
    expect(stopped(60_000)).toBe('stopped by <@U0KRIS001> at 09:59 UTC.');
    expect(stopped(2 * HOUR)).toBe('stopped by <@U0KRIS001> at 08:00 UTC.');
    expect(stopped(20 * HOUR)).toBe('stopped by <@U0KRIS001> at 2026-04-30 14:00 UTC.');
  });

  it('escape text from outside once, and mention only whom the card mentions', () => {
    expect(spoken([line(plain('<!channel> & <@U1>'))], NOW)).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;.');
  });
});

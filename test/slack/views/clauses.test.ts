import { describe, expect, it } from 'vitest';
import {
  type ClauseLine,
  clause,
  clauseLine,
  labelled,
  namedClause,
  sentencesOf,
} from '../../../src/slack/views/parts/clauses.ts';
import { bold, emoji, line, plain } from '../../../src/slack/views/parts/message.ts';
import { atParts, person, sinceParts } from '../../../src/slack/views/parts/moments.ts';

const NOW = Date.parse('2026-05-01T10:00:00Z');
const HOUR = 3_600_000;

const DOWN: ClauseLine = [
  namedClause(emoji('red_circle'), bold(' raxx-api-prod is down'), ...sinceParts(NOW - 60_000, NOW)),
];
const UNKNOWN: ClauseLine = [clause(plain('No failure mode matches')), namedClause(plain('Heroku is green'))];

describe('text of a first screen', () => {
  it('says what is wrong in one sentence and what comes next in another, without emoji', () => {
    const next = [[labelled('Owner', plain('none'))], [clause(plain('Try Restart.'))]];
    expect(sentencesOf([DOWN, UNKNOWN], next, NOW)).toBe(
      'raxx-api-prod is down since 09:59 UTC (1 min ago); no failure mode matches; Heroku is green. Owner: none; try Restart.',
    );
  });

  it('says the state in a sentence of its own if nothing comes next', () => {
    expect(sentencesOf([DOWN], [], NOW)).toBe('raxx-api-prod is down since 09:59 UTC (1 min ago).');
    expect(sentencesOf([DOWN, [clause(plain('Is it me?'))]], [], NOW)).toBe(
      'raxx-api-prod is down since 09:59 UTC (1 min ago). Is it me?',
    );
  });

  it('says "at" before a time, however long ago it was', () => {
    const stopped = (ms: number) =>
      sentencesOf([[clause(plain('stopped by '), person('U0KRIS001'), ...atParts(NOW - ms, NOW))]], [], NOW);
    expect(stopped(60_000)).toBe('stopped by <@U0KRIS001> at 09:59 UTC.');
    expect(stopped(2 * HOUR)).toBe('stopped by <@U0KRIS001> at 08:00 UTC.');
    expect(stopped(20 * HOUR)).toBe('stopped by <@U0KRIS001> at 2026-04-30 14:00 UTC.');
  });

  it('escapes text from outside once, and mentions only whom the card mentions', () => {
    expect(sentencesOf([[namedClause(plain('<!channel> & <@U1>'))]], [], NOW)).toBe(
      '&lt;!channel&gt; &amp; &lt;@U1&gt;.',
    );
  });
});

describe('line of a card', () => {
  it('writes two clauses as sentences, and a single one without a period', () => {
    expect(clauseLine(UNKNOWN)).toEqual(
      line(plain('No failure mode matches'), plain('.'), plain(' '), plain('Heroku is green'), plain('.')),
    );
    expect(clauseLine([labelled('Owner', plain('none'))])).toEqual(line(bold('Owner: '), plain('none')));
  });
});

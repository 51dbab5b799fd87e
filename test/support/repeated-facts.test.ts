import { describe, expect, it } from 'vitest';
import {
  line,
  type Message,
  plain,
  preformatted,
  richText,
  section,
} from '../../src/slack/views/parts/message.ts';
import { repeatedFacts, unexpectedRepetitions } from './repeated-facts.ts';

const card = (...lines: string[]): Message => ({
  text: 'prod is down',
  blocks: [richText(...lines.map((words) => line(plain(words))))],
});

describe('the facts that a card repeats', () => {
  it.each<readonly [name: string, card: Message, facts: readonly string[]]>([
    [
      'a sentence within a longer one',
      card('HTTP 500 in 9 ms from the app. Try Restart.', 'Health URL: HTTP 500 in 12 ms from the app'),
      ['http 500 in # ms from the app'],
    ],
    [
      'a short error in the cause and the evidence',
      {
        ...card(),
        blocks: [
          section("Likely failure mode B: KeyError: 'SESSION_SECRET'"),
          richText(preformatted(["KeyError: 'SESSION_SECRET'"])),
        ],
      },
      ['keyerror session_secret'],
    ],
    [
      'a reason of four words in three places',
      card('Dynos: no response in time', 'Releases: no response in time; Slug: no response in time'),
      ['no response in time'],
    ],
    ['a short line that is there twice', card('web.1 up', 'web.1 up'), ['web.1 up']],
    [
      'a clause within one line',
      card('A (its diff was not read yet), B (its diff was not read yet)'),
      ['its diff was not read yet'],
    ],
  ])('include %s', (_name, message, facts) => expect(repeatedFacts(message)).toEqual(facts));

  it.each<readonly [name: string, card: Message]>([
    ['a phrase', card('web.1 up since 10:00', 'web.2 up since 10:02')],
    [
      'what the line "Verify" asks for',
      card(
        'no rule of type required_reviewers at all',
        'Once fixed: a rule of type required_reviewers at all',
      ),
    ],
    [
      'the same words in the target of a link',
      { ...card(), blocks: [section('<https://a.example/b c d e f|b c d e f>')] },
    ],
  ])('do not include %s', (_name, message) => expect(repeatedFacts(message)).toEqual([]));
});

describe('an unexpected repetition', () => {
  const known = [{ why: 'the page quotes itself', fact: /^web\.1 up$/, cards: ['page'] }];

  it('is one that is not known for its card', () => {
    const twice = card('web.1 up', 'web.1 up');
    const cards = new Map([
      ['page', twice],
      ['incident', twice],
    ]);
    expect(unexpectedRepetitions(cards, known)).toEqual(['incident: web.1 up']);
  });

  it('is also one that is known and gone', () => {
    const cards = new Map([['page', card('web.1 up')]]);
    expect(unexpectedRepetitions(cards, known)).toEqual(['page: no longer: the page quotes itself']);
  });
});

import { describe, expect, it } from 'vitest';
import { cutPhrase, joinPhrases, phraseOf, phraseText } from '../../src/runbook/text/phrase.ts';

const kris = { who: 'U0KRIS001' };

describe('a phrase', () => {
  it('is plain text when nobody is mentioned in it', () => {
    expect(phraseOf(['This has expired.', ' Nothing was done.'])).toBe('This has expired. Nothing was done.');
    expect(phraseOf([])).toBe('');
  });

  it('keeps mentions as values, and texts next to each other as one', () => {
    expect(phraseOf([kris, ' has it', ' already.'])).toEqual([kris, ' has it already.']);
  });

  it('names mentions by their ids, or as the reader wants them named', () => {
    const phrase = ['Who can: ', kris, ', ', { group: 'S0ONCALL1' }, ' in ', { channel: 'C0MOOSE01' }];
    expect(phraseText(phrase)).toBe('Who can: U0KRIS001, S0ONCALL1 in C0MOOSE01');
    expect(phraseText(phrase, () => 'someone')).toBe('Who can: someone, someone in someone');
  });

  it('does not read a mention out of text from outside', () => {
    expect(phraseOf(['Note by <@U0EVIL001>'])).toBe('Note by <@U0EVIL001>');
  });

  it('is joined with others', () => {
    expect(joinPhrases([[kris], 'Moira', ['the ', kris]], ', ')).toEqual([
      kris,
      ', ',
      'Moira',
      ', ',
      'the ',
      kris,
    ]);
  });

  it('is cut between its parts or inside a text, never inside a mention', () => {
    expect(cutPhrase(['by ', kris, ', 2 min before the failure'], 22)).toEqual(['by ', kris, ', 2 mi…']);
    expect(cutPhrase(['by ', kris], 10)).toEqual(['by ']);
  });
});

/**
 * What was typed, as words to compare and as text to keep. Phones and word processors send curly quotes, long dashes,
 * zero-width and non-breaking spaces: none of them matters.
 */
import { cut } from '../text/cut.ts';

/** Characters without a width: zero-width, soft hyphen, joiners, bidi marks, variation selectors. */
const INVISIBLE = /\u034f|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ufe00-\ufe0f]/g;

/** The words without quotes and punctuation around them. */
export function wordsIn(text: string): string[] {
  return text.replace(INVISIBLE, '').split(/\s+/u).map(bare).filter(isWord);
}

/** What follows this many words, exactly as it was typed. Quotes around the whole of it are dropped. */
export function textAfter(text: string, words: number): string {
  const clean = text.replace(INVISIBLE, '');
  const last = [...clean.matchAll(/\S+/gu)].filter(([word]) => isWord(bare(word)))[words - 1];
  if (!last) return '';
  const rest = clean
    .slice(last.index + last[0].length)
    .replace(/\s+/gu, ' ')
    .trim();
  return rest
    .replace(/^[-\u2010-\u2015\u2212]+ /u, '')
    .replace(/^(["'`\u2018-\u201f\u00ab])([^"'`\u2018-\u201f\u00bb]+)["'`\u2018-\u201f\u00bb]$/u, '$2');
}

function bare(word: string): string {
  return word
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/^["'`*_~\u2018-\u201f\u00ab\u00bb]+|["'`*_~\u2018-\u201f\u00ab\u00bb,.!?]+$/gu, '');
}

/** People put dashes between words: a dash alone is not a word. */
function isWord(word: string): boolean {
  return !/^-*$/.test(word);
}

/** Long enough for any word that could have been meant. */
const CLIPPED = 60;

/** What was typed, for a quote in our answer: not too long, and without the characters that mark code and mentions. */
export function clip(typed: string): string {
  return cut(typed.replace(/[`<>]/g, ''), CLIPPED);
}

/**
 * Splits typed text into words to compare and text to keep. Phones and word processors send curly quotes, long dashes,
 * zero-width and non-breaking spaces, and none of them may make a difference.
 */
import { cut } from '../text/cut.ts';

/** Matches characters without a width: zero-width spaces, soft hyphens, joiners, bidi marks, variation selectors. */
const INVISIBLE = /\u034f|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ufe00-\ufe0f]/g;

/** Returns the words without surrounding quotes and punctuation. */
export function wordsIn(text: string): string[] {
  return text.replace(INVISIBLE, '').split(/\s+/u).map(bare).filter(isWord);
}

/** Returns the text after this many words, exactly as typed, but without quotes around the whole of it. */
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

/** People put dashes between words, so a dash by itself is not a word. */
function isWord(word: string): boolean {
  return !/^-*$/.test(word);
}

/** No word that could have been meant is longer. */
const CLIPPED = 60;

/** Prepares typed text for a quote in our reply: shortened, and without the characters that mark code and mentions. */
export function clip(typed: string): string {
  return cut(typed.replace(/[`<>]/g, ''), CLIPPED);
}

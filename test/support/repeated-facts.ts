/** Finds what a card says twice: the same words in two places cost a reader at night a line, and the question whether they differ. */
import type { Message } from '../../src/slack/views/parts/message.ts';
import { cardLines } from './card-text.ts';

/** Shorter runs of words are phrases. A run of this length is a fact, even if a card has it only twice. */
const LEAST_WORDS = 5;
/** A shorter run, such as "no response in time", that a card has three times is a fact, too. */
const LEAST_WORDS_OF_THREE = 4;
/** `KeyError: 'SESSION_SECRET'` is a fact in two words. */
const LEAST_WORDS_OF_AN_ERROR = 2;
const ERROR_NAME = /^[a-z_][\w.]*(?:error|exception)$/;

type Words = readonly string[];

/**
 * The longest runs of words that the card has in more than one place, in the order of their repetition. Durations in
 * milliseconds are `# ms`. Buttons are not read, nor is the line "Verify", which describes the opposite of what is wrong.
 */
export function repeatedFacts(message: Message): string[] {
  const lines = cardLines(message)
    .filter(({ kind, words }) => kind !== 'buttons' && !words.startsWith('Once fixed: '))
    .flatMap(({ words }) => words.split(';').map(wordsOf));
  const runs = lines.flatMap((words, line) => runsIn(words, lines.slice(0, line)));
  const whole = lines.filter((words) => lines.some((other) => other !== words && isRepeated(words, other)));
  return [...new Set([...runs, ...whole].map((run) => run.join(' ')))];
}

/** Whether a whole line is another line, or, unless it is short, a part of one. */
function isRepeated(words: Words, other: Words): boolean {
  if (words.length < LEAST_WORDS_OF_THREE) return words.length > 0 && words.join(' ') === other.join(' ');
  return has(other, words);
}

function runsIn(words: Words, earlier: readonly Words[]): Words[] {
  const runs: Words[] = [];
  for (let from = 0; from < words.length; ) {
    const run = longestRepeated(words.slice(from), [...earlier, words.slice(0, from)]);
    if (run.length > 0) runs.push(run);
    from += Math.max(run.length, 1);
  }
  return runs;
}

/** The longest run at the beginning of these words that is a fact and that the places have; else none. */
function longestRepeated(words: Words, places: readonly Words[]): Words {
  const isError = ERROR_NAME.test(words[0] ?? '');
  const least = isError ? LEAST_WORDS_OF_AN_ERROR : LEAST_WORDS_OF_THREE;
  for (let length = words.length; length >= least; length -= 1) {
    const run = words.slice(0, length);
    const times = places.filter((place) => has(place, run)).length;
    if (times > 1 || (times === 1 && (isError || length >= LEAST_WORDS))) return run;
  }
  return [];
}

function has(place: Words, run: Words): boolean {
  return ` ${place.join(' ')} `.includes(` ${run.join(' ')} `);
}

/** In lower case, without punctuation, emoji, and the targets of links. A moment that Slack formats is one word. */
function wordsOf(line: string): string[] {
  return line
    .replaceAll(/ <https?:[^>]*>/g, '')
    .replaceAll(/<https?:[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll(/<!date[^|>]*\|[^>]*>|\{(?:\{[^}]*\}|[^{}])*\}/g, ' MOMENT ')
    .replaceAll(/:[a-z_]+:/g, ' ')
    .replaceAll(/\b\d+ ms\b/g, '# ms')
    .split(/[\s·"“”'`()[\]{},]+/)
    .map((word) => word.replaceAll(/^[^\p{L}\p{N}$/<@#-]+|[^\p{L}\p{N}%/>#]+$/gu, '').toLowerCase())
    .filter((word) => word !== '');
}

/** A repetition that is known, and the cards that have it. It goes when they no longer do. */
export interface KnownRepetition {
  readonly why: string;
  readonly fact: RegExp;
  readonly cards: readonly string[];
}

/** `card: fact` of every repetition that is not known, and `card: why` of every known one that the card no longer has. */
export function unexpectedRepetitions(
  cards: ReadonlyMap<string, Message>,
  known: readonly KnownRepetition[],
): string[] {
  const isKnown = (card: string, fact: string) =>
    known.some((one) => one.cards.includes(card) && one.fact.test(fact));
  const found = new Map([...cards].map(([name, card]) => [name, repeatedFacts(card)]));
  const repeated = [...found].flatMap(([name, facts]) =>
    facts.filter((fact) => !isKnown(name, fact)).map((fact) => `${name}: ${fact}`),
  );
  const gone = known.flatMap(({ why, fact, cards: names }) =>
    names
      .filter((name) => !found.get(name)?.some((one) => fact.test(one)))
      .map((name) => `${name}: no longer: ${why}`),
  );
  return [...repeated, ...gone];
}

/** What somebody typed after `/raxx`: strict words in, helpful words out. */
import type { Facts, Target } from './facts.ts';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'status'; readonly targets: readonly Target[] }
  | { readonly kind: 'diagnose'; readonly target: Target }
  | { readonly kind: 'logs'; readonly target: Target }
  /** Nothing was understood, and nothing is done: `words` say what was wrong and what to type instead. */
  | { readonly kind: 'usage'; readonly words: string };

interface Usage {
  readonly target: 'none' | 'optional' | 'required';
  readonly words: string;
}

/** The commands, in the order of the help. */
export const USAGES = {
  status: { target: 'optional', words: 'dynos, release and health of one target or all' },
  diagnose: {
    target: 'required',
    words: "run the runbook's checks, name the failure mode and its fix; posted in the channel",
  },
  logs: { target: 'required', words: "the last log lines, and what the runbook's step 6 makes of them" },
  help: { target: 'none', words: 'this list' },
} as const satisfies Record<string, Usage>;

type Word = keyof typeof USAGES;

/** Finds the candidate that was probably meant, or null. */
export type Nearest = (word: string, candidates: readonly string[]) => string | null;

/** `diagnose <target>` */
export function usageOf(word: Word): string {
  const { target }: Usage = USAGES[word];
  if (target === 'none') return word;
  return target === 'optional' ? `${word} [target]` : `${word} <target>`;
}

/** Never throws. Phones and word processors send curly quotes, dashes, zero-width and non-breaking spaces: they do not matter. */
export function parseCommand(text: string, { targets }: Facts, nearest: Nearest): Command {
  const [word, spoken, ...rest] = wordsOf(text);
  if (word === undefined || word === 'help') return { kind: 'help' };
  if (!isWord(word)) return unknownWord(word, nearest);
  if (rest.length > 0) {
    return usage(`\`${word}\` takes one target, and "${clip(rest.join(' '))}" is one word too many.`, word);
  }
  if (word === 'help') return { kind: 'help' };
  if (spoken === undefined) {
    if (word === 'status') return { kind: 'status', targets };
    return usage(`\`${word}\` needs a target: ${names(targets)}.`, word);
  }
  const target = targets.find(({ name, aliases }) => name === spoken || aliases.includes(spoken));
  if (!target) return unknownTarget(spoken, word, targets, nearest);
  return word === 'status' ? { kind: word, targets: [target] } : { kind: word, target };
}

function unknownWord(word: string, nearest: Nearest): Command {
  const near = nearest(word, Object.keys(USAGES));
  const hint = near === null ? '' : ` Did you mean \`${near}\`?`;
  return {
    kind: 'usage',
    words: `There is no command "${clip(word)}".${hint} Nothing was done. Type \`/raxx help\`.`,
  };
}

function unknownTarget(spoken: string, word: Word, targets: readonly Target[], nearest: Nearest): Command {
  const near = nearest(
    spoken,
    targets.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  const hint = near === null ? '' : ` Did you mean \`${near}\`?`;
  return usage(`There is no target "${clip(spoken)}".${hint} Targets: ${names(targets)}.`, word);
}

function usage(wrong: string, word: Word): Command {
  return { kind: 'usage', words: `${wrong} Nothing was done. Usage: \`/raxx ${usageOf(word)}\`` };
}

function names(targets: readonly Target[]): string {
  return targets.map(({ name }) => `\`${name}\``).join(', ');
}

function isWord(word: string): word is Word {
  return Object.hasOwn(USAGES, word);
}

/** Long enough for every word that could have been meant. */
const CLIPPED = 60;

/** What was typed, as it may be quoted: not too long, and without the backticks that mark our own words. */
function clip(typed: string): string {
  const text = typed.replaceAll('`', '');
  return text.length <= CLIPPED ? text : `${text.slice(0, CLIPPED)}…`;
}

/** Characters that take no room: zero-width, soft hyphen, joiners, bidi marks, variation selectors. */
const INVISIBLE = /\u034f|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ufe00-\ufe0f]/g;

function wordsOf(text: string): string[] {
  return text
    .replace(INVISIBLE, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .toLowerCase()
    .split(/\s+/u)
    .map((word) =>
      word.replace(/^["'`*_~\u2018-\u201f\u00ab\u00bb]+|["'`*_~\u2018-\u201f\u00ab\u00bb,.!?]+$/gu, ''),
    )
    .filter((word) => word !== '');
}

/** Parses what was typed after `/raxx`: strict about the words, helpful about mistakes. */

import type { Facts, Target } from '../model/runbook-config.ts';
import { changeWordOf } from './change-words.ts';
import type { Command } from './command.ts';
import { type Nearest, suggestCommand } from './command-hint.ts';
import { parseDefined } from './grammar.ts';
import { clip, textAfter, wordsIn } from './typed-text.ts';
import { COMMANDS, isCommandWord } from './vocabulary.ts';

/** Never throws: a mistake becomes a `usage` command, which says what to type instead. */
export function parseCommand(text: string, { targets }: Facts, nearest: Nearest): Command {
  const words = wordsIn(text);
  const [first, ...after] = words;
  const word = first?.toLowerCase();
  if (word === undefined || word === 'help') return { kind: 'help' };
  // A note quotes what someone saw, so it may contain another program's options.
  const option = (word === 'note' ? words.slice(0, 2) : words).find((one) => /^-+\p{L}/u.test(one));
  if (option !== undefined) return unknownOption(option, words);
  if (!isCommandWord(word)) return unknownWord(words, targets, nearest);
  const parsed = parseDefined(word, COMMANDS[word], {
    after,
    targets,
    nearest,
    textAfter: (count) => textAfter(text, 1 + count),
  });
  if (parsed.kind !== 'mistake') return parsed;
  return { kind: 'usage', words: `${parsed.what} Nothing was done. Usage: \`/raxx ${parsed.usage}\`` };
}

function unknownWord(words: readonly string[], targets: readonly Target[], nearest: Nearest): Command {
  const [word = ''] = words;
  const small = words.map((one) => one.toLowerCase());
  const near = suggestCommand(small, targets, Object.keys(COMMANDS), nearest);
  const [meant, ...after] = near?.split(' ') ?? [];
  // If only the first word differs, only that word was mistyped.
  const isOnlyWord = after.join(' ') === small.slice(1).join(' ');
  const hint = near === null ? '' : ` Did you mean \`${isOnlyWord ? meant : `/raxx ${clip(near)}`}\`?`;
  const next = near === null ? '/raxx help' : `/raxx ${clip(near)}`;
  return {
    kind: 'usage',
    words: `There is no command "${clip(word)}".${hint} Nothing was done. Type \`${next}\`.`,
  };
}

/** `--dry-run` is neither a branch nor a reason: the author wants to see the plan. */
function unknownOption(option: string, words: readonly string[]): Command {
  const plain = words.filter((one) => !/^-+\p{L}/u.test(one)).map((one) => one.toLowerCase());
  const [first, ...rest] = plain;
  const change = changeWordOf(first);
  const hint =
    change === undefined
      ? ' Type `/raxx help`.'
      : ` To see the plan and propose nothing: \`/raxx ${clip(['plan', change, ...rest].join(' '))}\`.`;
  return { kind: 'usage', words: `There is no option "${clip(option)}". Nothing was done.${hint}` };
}

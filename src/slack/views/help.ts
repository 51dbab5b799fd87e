/** The commands, and short answers that are a sentence. */
import { USAGES, usageOf } from '../../runbook/command.ts';
import type { Facts } from '../../runbook/facts.ts';
import { bold, escapeText, line, list, type Message, plain, richText, section } from './message.ts';

export function helpView({ targets }: Facts): Message {
  const words = Object.keys(USAGES) as (keyof typeof USAGES)[];
  const names = targets.map(({ name, app }) => `${name} (${app})`).join(', ');
  const commands = words.map((word) =>
    line(bold(`/raxx ${usageOf(word)}`), plain(`: ${USAGES[word].words}`)),
  );
  return {
    text: escapeText(`Commands of /raxx: ${words.map(usageOf).join(', ')}. Targets: ${names}.`),
    blocks: [
      section('*The Heroku runbook, alive*'),
      richText(list('bullet', commands), line(bold('Targets: '), plain(names))),
    ],
  };
}

/** One sentence or two, as they are; backticks in it are ours. */
export function sentenceView(words: string): Message {
  const text = escapeText(words);
  return { text, blocks: [section(text)] };
}

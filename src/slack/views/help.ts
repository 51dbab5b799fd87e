/** The commands, and short answers that are a sentence. */
import { USAGES, usageOf } from '../../runbook/command.ts';
import type { Facts } from '../../runbook/facts.ts';
import {
  bold,
  code,
  escapeText,
  line,
  list,
  type Message,
  plain,
  richText,
  section,
  withMentions,
} from './message.ts';

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

/** Why somebody may not, in our own words: `<@U…>` names the one who was faster. */
export function refusalView(words: string): Message {
  return { text: escapeText(withoutMentions(words)), blocks: [richText(line(...withMentions(words)))] };
}

/** For places where a mention would show as its sign. */
export function withoutMentions(words: string): string {
  return words.replaceAll(/<@[UW][A-Z0-9]+>/g, 'somebody');
}

/** One sentence or two; what stands between backticks is shown as code. */
export function sentenceView(words: string): Message {
  const parts = words.split('`').map((text, index) => (index % 2 === 1 ? code(text) : plain(text)));
  return { text: escapeText(words), blocks: [richText(line(...parts))] };
}

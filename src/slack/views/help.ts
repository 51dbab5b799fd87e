/** The commands that `/raxx help` lists. */

import { COMMANDS, usageOf } from '../../runbook/commands/vocabulary.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { bold, escapeText, line, list, type Message, plain, richText, section } from './parts/message.ts';

export function helpView({ targets }: Facts): Message {
  const words = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
  const names = targets.map(({ name, app }) => `${name} (${app})`).join(', ');
  const commands = words.map((word) =>
    line(bold(`/raxx ${usageOf(word)}`), plain(`: ${COMMANDS[word].help}`)),
  );
  return {
    text: escapeText(`Commands of /raxx: ${words.map(usageOf).join(', ')}. Targets: ${names}.`),
    blocks: [
      section('*raxx commands*'),
      richText(list('bullet', commands), line(bold('Targets: '), plain(names))),
    ],
  };
}

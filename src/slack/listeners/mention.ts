/** `@raxx diagnose prod`: what a slash command reads, where none can be typed, which is in threads. It changes nothing. */

import type { Command } from '../../runbook/commands/command.ts';
import { parseCommand } from '../../runbook/commands/parse-command.ts';
import { cut } from '../../runbook/text/cut.ts';
import { nearestWord } from '../../runbook/text/nearest-word.ts';
import type { SlackDeps } from '../deps.ts';
import { sentenceView } from '../views/help.ts';
import { begin, type CommandReply, nameOf, type TypedCommand } from './command.ts';

/** The same as of a slash command, but for what would change anything. */
export async function beginMention(typed: TypedCommand, deps: SlackDeps): Promise<CommandReply> {
  const [known, whole] = await Promise.all([deps.recognise(typed.user, typed.from), typed.text]);
  if (!known.ok) return { ack: sentenceView(known.words), rest: null };
  const text = whole.trim();
  if (text === '') return { ack: sentenceView(EMPTY), rest: null };
  const command = parseCommand(text, deps.facts, nearestWord);
  const name = nameOf(command);
  if (isReading(command)) return { ...begin(command, known.person, typed.place, deps), name };
  return { ack: sentenceView(typeItWords(text)), rest: null, name };
}

const EMPTY =
  'Mention me with what you want to read: `status`, `diagnose prod`, `incidents`, `catchup`. All commands: `/raxx help`.';

function isReading({ kind }: Command): boolean {
  switch (kind) {
    case 'help':
    case 'usage':
    case 'status':
    case 'diagnose':
    case 'logs':
    case 'changes':
    case 'history':
    case 'incidents':
    case 'catchup':
      return true;
    case 'propose':
    case 'plan':
    case 'escalate':
    case 'snooze':
    case 'note':
      return false;
  }
}

const LONGEST = 300;

function typeItWords(text: string): string {
  const line = cut(`/raxx ${text.replace(/[`\s]+/g, ' ')}`, LONGEST);
  return `A mention only reads. Nothing was done. Type it in the channel (Slack takes no slash command in a thread): \`${line}\``;
}

/** What stands behind the first mention of the bot, to the end of its line. */
export function textBehindMention(text: string, botUser: string): string {
  const mention = text.search(new RegExp(`<@${botUser}(\\|[^>]*)?>`));
  if (mention < 0) return '';
  const [line = ''] = text.slice(text.indexOf('>', mention) + 1).split(/\r?\n/);
  return line.trim();
}

/**
 * Handles `@raxx diagnose prod`: the reading commands, for threads,
 * where Slack allows no slash command. It changes nothing.
 */

import type { App } from '@slack/bolt';
import type { Command } from '../../runbook/commands/command.ts';
import { parseCommand } from '../../runbook/commands/parse-command.ts';
import { cut } from '../../runbook/text/cut.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import { nearestWord } from '../../runbook/text/nearest-word.ts';
import type { ReplyTo } from '../client/post.ts';
import type { SlackContext } from '../context.ts';
import { identify, type Origin } from '../people/identify.ts';
import { readTyped } from '../people/typed-text.ts';
import { sentenceView } from '../views/parts/answers.ts';
import { beginCommand, type CommandReply, nameOf, onlyReply } from './command-handlers.ts';
import { runAfterAck } from './failure.ts';

export function listenToMention(app: App, context: SlackContext): void {
  // Bolt has already acknowledged the event.
  // If Slack misses the acknowledgement, it repeats the event with the same id.
  app.event('app_mention', async ({ event, body }) => {
    const { user, channel, ts, thread_ts: parent, bot_id: bot, team } = event;
    if (user === undefined || bot !== undefined || !context.once.isFirst(body.event_id)) return;
    const replyTo: ReplyTo = { channel, user, responseUrl: null, threadTs: parent ?? ts };
    const from: Origin = { team: body.team_id, home: event.user_team ?? team, app: body.api_app_id };
    const typed = textBehindMention(fromOutside(event.text), context.identity.botUserId);
    await runAfterAck(context, replyTo, async () => {
      const reply = await answerMention(context, typed, from, replyTo);
      await (reply.followUp ? reply.followUp() : context.post.toAsker(replyTo, reply.ack));
    });
  });
}

async function answerMention(
  context: SlackContext,
  typed: string,
  from: Origin,
  replyTo: ReplyTo,
): Promise<CommandReply> {
  const [known, words] = await Promise.all([
    identify(context, replyTo.user, from),
    readTyped(context, typed),
  ]);
  if (!known.ok) return onlyReply(sentenceView(known.words));
  const text = words.trim();
  if (text === '') return onlyReply(sentenceView(EMPTY));
  const command = parseCommand(text, context.facts, nearestWord);
  context.counts.command(nameOf(command));
  if (!READS[command.kind]) return onlyReply(sentenceView(typeItWords(text)));
  return beginCommand(context, command, { person: known.person, replyTo });
}

const EMPTY =
  'Mention me with a read-only command: `status`, `diagnose prod`, `incidents`, `catchup`. All commands: `/raxx help`.';

/** Marks the commands that only read. */
const READS: Readonly<Record<Command['kind'], boolean>> = {
  help: true,
  usage: true,
  status: true,
  diagnose: true,
  logs: true,
  changes: true,
  history: true,
  incidents: true,
  catchup: true,
  propose: false,
  plan: false,
  escalate: false,
  snooze: false,
  note: false,
};

const LONGEST = 300;

function typeItWords(text: string): string {
  const line = cut(`/raxx ${text.replace(/[`\s]+/g, ' ')}`, LONGEST);
  return `A mention can only read. Nothing was done. Type this in the channel, as Slack doesn't allow slash commands in threads: \`${line}\``;
}

/** Returns the text after the first mention of the bot, to the end of its line. */
function textBehindMention(text: string, botUser: string): string {
  const mention = text.search(new RegExp(`<@${botUser}(\\|[^>]*)?>`));
  if (mention < 0) return '';
  const [line = ''] = text.slice(text.indexOf('>', mention) + 1).split(/\r?\n/);
  return line.trim();
}

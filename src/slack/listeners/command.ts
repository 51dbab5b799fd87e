/** Handles `/raxx …`: replies immediately with what it will do, and then does it. */

import type { App } from '@slack/bolt';
import { parseCommand } from '../../runbook/commands/parse-command.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import { nearestWord } from '../../runbook/text/nearest-word.ts';
import type { ReplyTo } from '../client/post.ts';
import type { SlackContext } from '../context.ts';
import { identify, type Origin } from '../people/identify.ts';
import { readTyped } from '../people/typed-text.ts';
import { sentenceView } from '../views/parts/answers.ts';
import { beginCommand, type CommandReply, nameOf, onlyReply } from './command-handlers.ts';
import { failureSentence, runAfterAck } from './failure.ts';
import { isFirst } from './request.ts';

export function listenToCommand(app: App, context: SlackContext): void {
  app.command(/.*/, async ({ command, ack }) => {
    if (command.command !== '/raxx') {
      await ack({
        response_type: 'ephemeral',
        text: 'I only know `/raxx`. Nothing was done. Type `/raxx help`.',
      });
      return;
    }
    if (!isFirst(context, command.trigger_id)) return ack();
    const { channel_id: channel, user_id: user, response_url: responseUrl } = command;
    const replyTo: ReplyTo = { channel, user, responseUrl };
    const from: Origin = { team: command.team_id, home: undefined, app: command.api_app_id };
    const typed = fromOutside(command.text ?? '');
    const reply = await answerCommand(context, typed, from, replyTo).catch((error: unknown) =>
      onlyReply(sentenceView(failureSentence(context, error))),
    );
    await ack({ response_type: 'ephemeral', ...context.post.prepare(reply.ack) });
    if (reply.followUp) await runAfterAck(context, replyTo, reply.followUp, () => reply.manualCommands ?? []);
  });
}

/** Replies well within Slack's three seconds. */
async function answerCommand(
  context: SlackContext,
  typed: string,
  from: Origin,
  replyTo: ReplyTo,
): Promise<CommandReply> {
  // Run both lookups at the same time, because a person is waiting.
  const [known, text] = await Promise.all([identify(context, replyTo.user, from), readTyped(context, typed)]);
  if (!known.ok) return onlyReply(sentenceView(known.words));
  const command = parseCommand(text, context.facts, nearestWord);
  context.counts.command(nameOf(command));
  return beginCommand(context, command, { person: known.person, replyTo });
}

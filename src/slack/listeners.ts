/** What Slack sends, handed to the code that answers it: commands, clicks, submitted dialogs. */
import type { App, BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { Logger } from 'pino';
import { fromOutside } from '../runbook/harmless.ts';
import { onClick } from './actions/click.ts';
import { onVersionTyped } from './actions/version-typed.ts';
import { beginCommand } from './commands/raxx.ts';
import type { SlackDeps } from './deps.ts';
import type { Place } from './post.ts';
import { sentenceView } from './views/help.ts';
import { TYPED_VERSION, typedVersionView } from './views/typed-version.ts';

export interface FailureDeps {
  readonly log: Logger;
  randomId(): string;
}

export function listen(app: App, slack: SlackDeps, failure: FailureDeps): void {
  app.command(/.*/, async ({ command, ack }) => {
    if (command.command !== '/raxx') {
      await ack({ response_type: 'ephemeral', text: 'I only know `/raxx`. Nothing was done.' });
      return;
    }
    const place: Place = { channel: command.channel_id, responseUrl: command.response_url };
    const from = { team: command.team_id, app: command.api_app_id };
    const typed = { text: typedText(command.text ?? ''), user: command.user_id, from, place };
    const { ack: first, rest } = await beginCommand(typed, slack);
    await ack({ response_type: 'ephemeral', ...slack.post.prepare(first) });
    if (rest) await finish(rest, place, slack, failure);
  });

  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: /.*/ },
    async ({ ack, body, action, client }) => {
      await ack();
      const place: Place = { channel: body.channel?.id ?? body.user.id, responseUrl: body.response_url };
      const click = {
        actionId: action.action_id,
        value: action.value === undefined ? undefined : fromOutside(action.value),
        user: body.user.id,
        from: { team: body.user.team_id ?? body.team?.id, app: body.api_app_id },
        place,
        askVersion: async (id: string) => {
          const proposed = await slack.acts.find(id);
          if (proposed)
            await client.views.open({ trigger_id: body.trigger_id, view: typedVersionView(proposed) });
        },
      };
      await finish(() => onClick(click, slack), place, slack, failure);
    },
  );

  // The typed version is checked before the ack: what is wrong is shown in the dialog.
  app.view<ViewSubmitAction>(TYPED_VERSION, async ({ ack, body, view }) => {
    const typed = fromOutside(view.state.values[TYPED_VERSION]?.[TYPED_VERSION]?.value ?? '');
    const { id: user, team_id: team = body.team?.id } = body.user;
    const from = { team, app: body.api_app_id };
    const wrong = await onVersionTyped({ id: fromOutside(view.private_metadata), typed, user, from }, slack);
    if (wrong === null) await ack();
    else await ack({ response_action: 'errors', errors: { [TYPED_VERSION]: wrong } });
  });
}

/** Slack escapes its three control characters in what people type (docs: "Escaping text"); `&amp;` last. */
function typedText(text: string): string {
  return fromOutside(text).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Whatever breaks after the ack is told to the one who asked; an id leads to the log. */
async function finish(
  rest: () => Promise<void>,
  place: Place,
  { post }: SlackDeps,
  { log, randomId }: FailureDeps,
): Promise<void> {
  try {
    await rest();
  } catch (error) {
    const id = randomId();
    log.error({ err: error, id }, 'an answer could not be given');
    const words = `Something broke on my side before I could answer. Look at the card or the history before you try again. (${id})`;
    await post.toAsker(place, sentenceView(words)).catch((second: unknown) => {
      log.error({ err: second, id }, 'and that could not be told either');
    });
  }
}

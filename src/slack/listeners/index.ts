/** What Slack sends, handed to the code that answers it: commands, mentions, clicks, submitted dialogs, an opened Home tab. */

import type { App, BlockAction, ButtonAction, MessageShortcut, ViewSubmitAction } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Once } from '../../http/once.ts';
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import { isKind } from '../../runbook/model/action.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import { byHandOfAction, byHandOfClick } from '../actions/manual-command.ts';
import { failureWords } from '../client/failure-words.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import type { Homes } from '../home.ts';
import type { Origin } from '../people/identify.ts';
import type { ReadTyped } from '../people/typed-text.ts';
import { failureView, sentenceView } from '../views/help.ts';
import { REJECT_REASON, rejectReasonView } from '../views/reject-reason.ts';
import { TYPED_VERSION, typedVersionView } from '../views/typed-version.ts';
import { onClick } from './click.ts';
import { beginCommand, type CommandReply } from './command.ts';
import { beginMention, textBehindMention } from './mention.ts';
import { onReasonTyped } from './reason-typed.ts';
import { ADD_TO_TIMELINE, onAddToTimeline } from './timeline.ts';
import { onVersionTyped } from './version-typed.ts';

export interface ListenDeps {
  readonly log: Logger;
  readonly readTyped: ReadTyped;
  readonly homes: Pick<Homes, 'opened'>;
  readonly once: Once;
  readonly botUserId: string;
  readonly counts: { command(name: string): void; failedAnswer(): void };
  randomId(): string;
}

export function listen(app: App, slack: SlackDeps, deps: ListenDeps): void {
  listenToCommands(app, slack, deps);
  listenToEvents(app, slack, deps);
  listenToShortcut(app, slack, deps);
  listenToClicks(app, slack, deps);
  listenToDialogs(app, slack, deps);
}

/** Each has a trigger of its own: the same one again is a request that was sent again. */
function isFirst(trigger: string | undefined, { once }: ListenDeps): boolean {
  return trigger === undefined || once.isFirst(trigger);
}

function listenToCommands(app: App, slack: SlackDeps, deps: ListenDeps): void {
  app.command(/.*/, async ({ command, ack }) => {
    if (command.command !== '/raxx') {
      await ack({ response_type: 'ephemeral', text: 'I only know `/raxx`. Nothing was done.' });
      return;
    }
    if (!isFirst(command.trigger_id, deps)) return ack();
    const { channel_id: channel, user_id: user, response_url: responseUrl } = command;
    const place: Place = { channel, user, responseUrl };
    const from: Origin = { team: command.team_id, home: undefined, app: command.api_app_id };
    const typed = { text: deps.readTyped(fromOutside(command.text ?? '')), user, from, place };
    const begun = await beginCommand(typed, slack).catch((error: unknown): CommandReply => {
      return { ack: sentenceView(failed(error, [], deps)), rest: null };
    });
    const { ack: first, rest, byHand, name } = begun;
    if (name !== undefined) deps.counts.command(name);
    await ack({ response_type: 'ephemeral', ...slack.post.prepare(first) });
    if (rest) await finish(rest, { place, byHand: () => byHand ?? [] }, slack, deps);
  });
}

function listenToEvents(app: App, slack: SlackDeps, deps: ListenDeps): void {
  const { readTyped, once } = deps;
  // Slack has its answer already. It sends again what it thinks was not heard: the same event, with the same id.
  app.event('app_mention', async ({ event, body }) => {
    const { user, channel, ts, thread_ts: parent, bot_id: bot, team } = event;
    if (user === undefined || bot !== undefined || !once.isFirst(body.event_id)) return;
    const place: Place = { channel, user, responseUrl: null, threadTs: parent ?? ts };
    const from: Origin = { team: body.team_id, home: event.user_team ?? team, app: body.api_app_id };
    const said = textBehindMention(fromOutside(event.text), deps.botUserId);
    const answer = async () => {
      const begun = await beginMention({ text: readTyped(said), user, from, place }, slack);
      if (begun.name !== undefined) deps.counts.command(begun.name);
      await (begun.rest ? begun.rest() : slack.post.toAsker(place, begun.ack));
    };
    await finish(answer, { place, byHand: () => [] }, slack, deps);
  });

  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home' || !once.isFirst(body.event_id)) return;
    const from: Origin = { team: body.team_id, home: undefined, app: body.api_app_id };
    await deps.homes.opened(event.user, from).catch((error: unknown) => {
      deps.log.error({ err: error }, 'a Home tab could not be drawn');
    });
  });
}

function listenToShortcut(app: App, slack: SlackDeps, deps: ListenDeps): void {
  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: ADD_TO_TIMELINE },
    async ({ ack, body }) => {
      await ack();
      if (!isFirst(body.trigger_id, deps)) return;
      const { user, channel, message, message_ts: ts, team, response_url: responseUrl } = body;
      const place: Place = { channel: channel.id, user: user.id, responseUrl };
      const author = message.user === undefined ? 'an app' : `<@${message.user}>`;
      const picked = {
        words: deps.readTyped(fromOutside(`${author}: ${message.text ?? ''}`)),
        ts,
        threadTs: typeof message.thread_ts === 'string' ? message.thread_ts : undefined,
        user: user.id,
        from: { team: team?.id, home: user.team_id, app: appOf(body) },
        place,
      };
      await finish(() => onAddToTimeline(picked, slack), { place, byHand: () => [] }, slack, deps);
    },
  );
}

function listenToClicks(app: App, slack: SlackDeps, deps: ListenDeps): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: /.*/ },
    async ({ ack, body, action, client }) => {
      await ack();
      if (!isFirst(body.trigger_id, deps)) return;
      const { id: user } = body.user;
      const place: Place = { channel: body.channel?.id ?? user, user, responseUrl: body.response_url };
      const click = {
        actionId: action.action_id,
        value: action.value === undefined ? undefined : fromOutside(action.value),
        user,
        from: originOf(body),
        place,
        askVersion: async (id: string) => {
          const proposed = await slack.actionService.find(id);
          if (proposed && isKind(proposed, 'rollback'))
            await client.views.open({ trigger_id: body.trigger_id, view: typedVersionView(proposed) });
        },
        askWhy: async (id: string) => {
          const rejected = await slack.actionService.find(id);
          if (rejected)
            await client.views.open({ trigger_id: body.trigger_id, view: rejectReasonView(rejected) });
        },
      };
      await finish(
        () => onClick(click, slack),
        { place, byHand: () => byHandOfClick(click, slack) },
        slack,
        deps,
      );
    },
  );
}

function listenToDialogs(app: App, slack: SlackDeps, deps: ListenDeps): void {
  // The typed version is checked before the ack: what is wrong is shown in the dialog.
  app.view<ViewSubmitAction>(TYPED_VERSION, async ({ ack, body, view }) => {
    if (!isFirst(body.trigger_id, deps)) return ack();
    const typed = fromOutside(view.state.values[TYPED_VERSION]?.[TYPED_VERSION]?.value ?? '');
    const from = originOf(body);
    const id = fromOutside(view.private_metadata);
    const submitted = onVersionTyped({ id, typed, user: body.user.id, from }, slack);
    const wrong = await submitted.catch((error) => failed(error, byHandOfAction(id, slack), deps));
    if (wrong === null) await ack();
    else await ack({ response_action: 'errors', errors: { [TYPED_VERSION]: wrong } });
  });

  app.view<ViewSubmitAction>(REJECT_REASON, async ({ ack, body, view }) => {
    if (!isFirst(body.trigger_id, deps)) return ack();
    const reason = fromOutside(view.state.values[REJECT_REASON]?.[REJECT_REASON]?.value ?? '');
    const from = originOf(body);
    const id = fromOutside(view.private_metadata);
    const submitted = onReasonTyped({ id, typed: reason, user: body.user.id, from }, slack);
    const wrong = await submitted.catch((error) => failed(error, [], deps));
    if (wrong === null) await ack();
    else await ack({ response_action: 'errors', errors: { [REJECT_REASON]: wrong } });
  });
}

/** Slack sends it, and Bolt's type does not have it. */
function appOf(body: object): string | undefined {
  return 'api_app_id' in body && typeof body.api_app_id === 'string' ? body.api_app_id : undefined;
}

/** The workspace where it was done, and the person's own: on Enterprise Grid they may differ. */
function originOf(body: BlockAction | ViewSubmitAction): Origin {
  return { team: body.team?.id, home: body.user.team_id, app: body.api_app_id };
}

interface ClickReply {
  readonly place: Place;
  /** The commands that do it by hand. */
  byHand(): readonly string[];
}

/** Whatever breaks after the ack is told to the one who asked; an id leads to the log. */
async function finish(
  rest: () => Promise<void>,
  { place, byHand }: ClickReply,
  { post }: SlackDeps,
  { log, randomId, counts }: ListenDeps,
): Promise<void> {
  try {
    await rest();
  } catch (error) {
    const id = randomId();
    counts.failedAnswer();
    log.error({ err: error, id }, 'an answer could not be given');
    const hand = error instanceof DatabaseFault ? byHand() : [];
    await post.toAsker(place, failureView(failureWords(error, id), hand)).catch((second: unknown) => {
      log.error({ err: second, id }, 'and that could not be sent either');
    });
  }
}

/** The same for what is answered by the ack: a dialog, which shows it, and the beginning of a command. */
function failed(error: unknown, byHand: readonly string[], { log, randomId, counts }: ListenDeps): string {
  const id = randomId();
  counts.failedAnswer();
  log.error({ err: error, id }, 'a request could not be answered');
  const hand = error instanceof DatabaseFault && byHand.length > 0 ? ` By hand: ${byHand.join(' · ')}` : '';
  return `${failureWords(error, id).replaceAll('`', '')}${hand}`;
}

/** The bodies that Slack sends: slash command, block_actions, view_submission. */
import { escapeCommand } from './escape-command.ts';
import type { FoundElement } from './find-element.ts';
import type { Message } from './messages.ts';
import { showMessage } from './methods/chat.ts';
import { showView } from './methods/views.ts';
import type { Slack } from './slack.ts';
import type { View } from './views.ts';
import type { Channel, Person } from './workspace.ts';

/** The typed values, by block id and action id. */
export type ViewValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

const OLD_TOKEN = 'deprecated-verification-token';

/** Builds the form fields of a slash command. */
export function commandForm(
  slack: Slack,
  person: Person,
  channel: Channel,
  typed: { command: string; text: string },
  responseUrl: string,
): Record<string, string> {
  const { team, appId, enterprise } = slack.workspace;
  // For a member of an Enterprise Grid, the command names the workspace where it was typed.
  const own = person.teamId === team.id || person.gridTeams?.includes(team.id) === true;
  return {
    token: OLD_TOKEN,
    team_id: own ? team.id : person.teamId,
    team_domain: own ? team.domain : 'partner',
    ...(enterprise ? { enterprise_id: enterprise.id, enterprise_name: enterprise.name } : {}),
    channel_id: channel.id,
    channel_name: nameOf(channel),
    user_id: person.id,
    user_name: person.name,
    command: typed.command,
    text: escapeCommand(typed.text, slack.workspace),
    api_app_id: appId,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: slack.views.trigger(person.id),
  };
}

/**
 * Builds `block_actions` for one element of a message.
 * `value` is the chosen option of a menu, or a forged value of a button.
 */
export function clickPayload(
  slack: Slack,
  person: Person,
  message: Message,
  { block, element }: FoundElement,
  responseUrl: string,
  value?: string,
): Record<string, unknown> {
  const channel = slack.workspace.channels.find((one) => one.id === message.channel);
  const given =
    element.type === 'button'
      ? { ...pick(element, ['text', 'value', 'style', 'confirm']), ...(value === undefined ? {} : { value }) }
      : { selected_option: element.options.find((one) => one.value === value) ?? null };
  return {
    ...whoAndWhere(slack, person),
    type: 'block_actions',
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: message.onlyFor !== undefined,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: message.channel, name: channel ? nameOf(channel) : '' },
    message: showMessage(message, slack),
    state: { values: {} },
    response_url: responseUrl,
    actions: [
      {
        type: element.type,
        action_id: element.action_id,
        block_id: block.block_id,
        ...given,
        action_ts: (slack.now() / 1000).toFixed(6),
      },
    ],
  };
}

/** Builds `message_action`: a shortcut chosen from the menu of a message. */
export function shortcutPayload(
  slack: Slack,
  person: Person,
  message: Message,
  callbackId: string,
  responseUrl: string,
): Record<string, unknown> {
  const channel = slack.workspace.channels.find((one) => one.id === message.channel);
  return {
    ...whoAndWhere(slack, person),
    type: 'message_action',
    callback_id: callbackId,
    action_ts: (slack.now() / 1000).toFixed(6),
    message_ts: message.ts,
    channel: { id: message.channel, name: channel ? nameOf(channel) : '' },
    message: showMessage(message, slack),
    response_url: responseUrl,
  };
}

/** Builds `view_submission` for a modal. Every input is included, empty ones as null. */
export function submissionPayload(
  slack: Slack,
  person: Person,
  view: View,
  values: ViewValues,
): Record<string, unknown> {
  const state: Record<string, Record<string, unknown>> = {};
  for (const { type, block_id = '', ...block } of view.blocks) {
    if (type !== 'input' || !('element' in block)) continue;
    const { type: kind, action_id = '' } = block.element;
    const typed = values[block_id]?.[action_id] ?? null;
    const answer =
      kind === 'static_select' ? { selected_option: typed && { value: typed } } : { value: typed };
    state[block_id] = { [action_id]: { type: kind, ...answer } };
  }
  return {
    ...whoAndWhere(slack, person),
    type: 'view_submission',
    view: { ...showView(view, slack), state: { values: state } },
    response_urls: [],
  };
}

/** Builds the event for a message that mentions the app. */
export function mentionEvent(slack: Slack, person: Person, message: Message): Record<string, unknown> {
  return eventEnvelope(slack, {
    type: 'app_mention',
    user: person.id,
    text: message.text,
    ts: message.ts,
    team: person.teamId,
    channel: message.channel,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    event_ts: message.ts,
  });
}

/** Builds the event for an opened Home tab. The view is included from the second time on. */
export function homeOpenedEvent(
  slack: Slack,
  person: Person,
  tab: 'home' | 'messages',
): Record<string, unknown> {
  const view = slack.views.home(person.id);
  const im = slack.workspace.channels.find((one) => one.kind === 'im' && one.members.includes(person.id));
  return eventEnvelope(slack, {
    type: 'app_home_opened',
    user: person.id,
    channel: im?.id ?? `D${person.id.slice(1)}`,
    tab,
    ...(view && tab === 'home' ? { view: showView(view, slack) } : {}),
    event_ts: (slack.now() / 1000).toFixed(6),
  });
}

function eventEnvelope(slack: Slack, event: Record<string, unknown>): Record<string, unknown> {
  const { team, appId, botUserId, enterprise } = slack.workspace;
  return {
    token: OLD_TOKEN,
    team_id: team.id,
    ...(enterprise ? { enterprise_id: enterprise.id } : {}),
    api_app_id: appId,
    event,
    type: 'event_callback',
    event_id: `Ev${slack.views.trigger(botUserId).replace(/\D/g, '')}`,
    event_time: Math.floor(slack.now() / 1000),
    authorizations: [
      {
        enterprise_id: enterprise?.id ?? null,
        team_id: team.id,
        user_id: botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
}

function whoAndWhere(slack: Slack, person: Person): Record<string, unknown> {
  const { team, appId, enterprise } = slack.workspace;
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    team: { id: team.id, domain: team.domain },
    enterprise: enterprise ?? null,
    is_enterprise_install: false,
    api_app_id: appId,
    token: OLD_TOKEN,
    trigger_id: slack.views.trigger(person.id),
  };
}

function nameOf(channel: Channel): string {
  return channel.kind === 'im' ? 'directmessage' : channel.name;
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<T> {
  const picked: Partial<T> = {};
  for (const key of keys) if (from[key] !== undefined) picked[key] = from[key];
  return picked;
}

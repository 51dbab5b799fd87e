/** `chat.*`: posting, changing, and deleting messages. */

import type { Message } from '../messages.ts';
import {
  type Arguments,
  type Method,
  need,
  Refusal,
  readBlocks,
  readChannel,
  readJson,
  refuseUnwritable,
} from '../method.ts';
import type { Slack } from '../slack.ts';
import { findChannel, type Workspace } from '../workspace.ts';

const LONGEST_POST = 40_000;
const LONGEST_UPDATE = 4000;

const postMessage: Method = {
  scopes: ['chat:write'],
  run(given, slack, scopes) {
    const channel = readChannel(given, slack);
    const { botUserId } = slack.workspace;
    const mayPost = channel.members.includes(botUserId) || scopes.has('chat:write.public');
    if (!mayPost) throw new Refusal('not_in_channel');
    refuseUnwritable(channel, slack.workspace);
    const content = readContent(given, slack.workspace);
    const metadata = readJson(given, 'metadata', 'invalid_metadata_format');
    const message = slack.messages.post({
      ...content,
      channel: channel.id,
      author: botUserId,
      ...(given.thread_ts ? { threadTs: given.thread_ts } : {}),
      ...(given.thread_ts && given.reply_broadcast === 'true' ? { broadcast: true } : {}),
      ...(metadata === undefined ? {} : { metadata }),
    });
    return { channel: channel.id, ts: message.ts, message: showMessage(message, slack) };
  },
};

const postEphemeral: Method = {
  scopes: ['chat:write'],
  run(given, slack) {
    const channel = readChannel(given, slack);
    const user = need(given, 'user');
    if (!channel.members.includes(slack.workspace.botUserId)) throw new Refusal('not_in_channel');
    if (!channel.members.includes(user)) throw new Refusal('user_not_in_channel');
    refuseUnwritable(channel, slack.workspace);
    const message = slack.messages.post({
      ...readContent(given, slack.workspace),
      channel: channel.id,
      author: slack.workspace.botUserId,
      onlyFor: user,
      ...(given.thread_ts ? { threadTs: given.thread_ts } : {}),
    });
    return { message_ts: message.ts };
  },
};

const update: Method = {
  scopes: ['chat:write'],
  run(given, slack) {
    const before = ownMessage(given, slack, 'cant_update_message');
    const channel = findChannel(slack.workspace, before.channel);
    if (channel) refuseUnwritable(channel, slack.workspace);
    if (slack.workspace.edits === 'refused') throw new Refusal('cant_update_message');
    const { text, blocks } = readContent(given, slack.workspace);
    if ([...text].length > LONGEST_UPDATE) throw new Refusal('msg_too_long');
    // A rich text message can be updated only to rich text.
    if (isRich(before.blocks) && blocks.length > 0 && !isRich(blocks)) throw new Refusal('block_mismatch');
    const metadata = readJson(given, 'metadata', 'invalid_metadata_format');
    // Text without blocks removes the old blocks, as in Slack.
    const after = slack.messages.change(before.channel, before.ts, {
      text,
      blocks,
      ...(metadata === undefined ? {} : { metadata }),
    });
    if (!after) throw new Refusal('message_not_found');
    return { channel: after.channel, ts: after.ts, text: after.text, message: showMessage(after, slack) };
  },
};

const remove: Method = {
  scopes: ['chat:write'],
  run(given, slack) {
    const { channel, ts } = ownMessage(given, slack, 'cant_delete_message');
    slack.messages.remove(channel, ts);
    return { channel, ts };
  },
};

const getPermalink: Method = {
  run(given, slack) {
    const channel = readChannel(given, slack);
    const ts = need(given, 'message_ts');
    if (!slack.messages.find(channel.id, ts)) throw new Refusal('message_not_found');
    const link = `https://${slack.workspace.team.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`;
    return { channel: channel.id, permalink: link };
  },
};

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};

function isRich(blocks: Message['blocks']): boolean {
  return blocks.some(({ type }) => type === 'rich_text');
}

/** Returns the validated text and blocks of a message. A message with neither is `no_text`. */
export function readContent(given: Arguments, workspace: Workspace): Pick<Message, 'text' | 'blocks'> {
  const blocks = readBlocks(given, workspace) ?? [];
  const text = [...(given.text ?? '')].slice(0, LONGEST_POST).join('');
  if (text === '' && blocks.length === 0) throw new Refusal('no_text');
  return { text, blocks };
}

/** Returns a message as it appears in Slack's responses and click payloads. */
export function showMessage(message: Message, slack: Slack): Record<string, unknown> {
  const { workspace } = slack;
  const byBot = message.author === workspace.botUserId;
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.author,
    ...(byBot ? { bot_id: workspace.botId, app_id: workspace.appId } : {}),
    ts: message.ts,
    team: workspace.team.id,
    text: message.text,
    blocks: message.blocks,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
  };
}

function ownMessage(given: Arguments, slack: Slack, foreign: string): Message {
  const channel = readChannel(given, slack);
  const message = slack.messages.find(channel.id, need(given, 'ts'));
  // An ephemeral message can be changed only through its response_url.
  if (!message || message.onlyFor !== undefined) throw new Refusal('message_not_found');
  if (message.author !== slack.workspace.botUserId) throw new Refusal(foreign);
  return message;
}

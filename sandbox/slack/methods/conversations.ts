/** `conversations.*`: channels and direct messages. */
import { type Method, need, page, Refusal, readChannel } from '../method.ts';
import type { Slack } from '../slack.ts';
import { type Channel, joinChannel, openDirectMessage } from '../workspace.ts';

const READS = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];

const list: Method = {
  scopes: READS,
  run(given, slack, scopes) {
    const wanted = (given.types || 'public_channel').split(',').map((type) => type.trim());
    const kinds = new Set<Channel['kind']>();
    for (const [type, scope, kind] of [
      ['public_channel', 'channels:read', 'public'],
      ['private_channel', 'groups:read', 'private'],
      ['im', 'im:read', 'im'],
    ] as const) {
      if (!wanted.includes(type)) continue;
      if (!scopes.has(scope))
        throw new Refusal('missing_scope', { needed: scope, provided: [...scopes].join(',') });
      kinds.add(kind);
    }
    const { botUserId, channels } = slack.workspace;
    const visible = channels.filter(
      (one) =>
        kinds.has(one.kind) &&
        (one.kind === 'public' || one.members.includes(botUserId)) &&
        !(one.isArchived && given.exclude_archived === 'true'),
    );
    const { items, next_cursor } = page(visible, given);
    return {
      channels: items.map((one) => showChannel(one, slack)),
      response_metadata: { next_cursor },
    };
  },
};

/** The scope needed to read each kind of channel. */
const SCOPE = { public: 'channels:read', private: 'groups:read', im: 'im:read' } as const;

const info: Method = {
  scopes: READS,
  run(given, slack, scopes) {
    const channel = readChannel(given, slack);
    const needed = SCOPE[channel.kind];
    if (!scopes.has(needed)) throw new Refusal('missing_scope', { needed, provided: [...scopes].join(',') });
    return { channel: showChannel(channel, slack) };
  },
};

const open: Method = {
  scopes: ['im:write', 'mpim:write'],
  run(given, slack) {
    const users = need(given, 'users').split(',');
    const [user] = users;
    if (users.length !== 1 || user === undefined) throw new Refusal('not_enough_users');
    const person = slack.workspace.people.find((one) => one.id === user);
    if (!person) throw new Refusal('user_not_found');
    if (person.kind === 'bot') throw new Refusal('cannot_dm_bot');
    if (person.isGone) throw new Refusal('user_disabled');
    return {
      no_op: false,
      already_open: false,
      channel: { id: openDirectMessage(slack.workspace, user).id },
    };
  },
};

const join: Method = {
  scopes: ['channels:join'],
  run(given, slack) {
    const channel = readChannel(given, slack);
    if (channel.kind !== 'public') throw new Refusal('method_not_supported_for_channel_type');
    if (channel.isArchived) throw new Refusal('is_archived');
    joinChannel(slack.workspace, channel.id, slack.workspace.botUserId);
    return { channel: showChannel(readChannel(given, slack), slack) };
  },
};

const members: Method = {
  scopes: READS,
  run(given, slack) {
    const { items, next_cursor } = page(readChannel(given, slack).members, given);
    return { members: items, response_metadata: { next_cursor } };
  },
};

export const conversationMethods: Record<string, Method> = {
  'conversations.list': list,
  'conversations.info': info,
  'conversations.open': open,
  'conversations.join': join,
  'conversations.members': members,
};

function showChannel(channel: Channel, slack: Slack): Record<string, unknown> {
  const { botUserId, team, people } = slack.workspace;
  const other = channel.members.find((id) => id !== botUserId);
  if (channel.kind === 'im') {
    return { id: channel.id, created: 1_700_000_000, is_im: true, is_archived: false, user: other };
  }
  const shared = channel.members.some((id) => people.some((one) => one.id === id && one.kind === 'stranger'));
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'public',
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_archived: channel.isArchived === true,
    is_general: false,
    is_shared: shared,
    is_ext_shared: shared,
    is_org_shared: false,
    is_member: channel.members.includes(botUserId),
    context_team_id: team.id,
    created: 1_700_000_000,
    creator: people[0]?.id,
    num_members: channel.members.length,
  };
}

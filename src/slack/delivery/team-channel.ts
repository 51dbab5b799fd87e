/** The team's channel. Cards, alerts, and pages go there as long as Slack lets the bot post. */
import type { ConversationsListResponse, WebClient } from '@slack/web-api';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { answerOf, faultOfCode, type SlackFault } from '../client/fault.ts';

export type ChannelLookup =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly fault: SlackFault };

export interface TeamChannel {
  /** With the mark, for example `#moosequest`. */
  readonly name: string;
  /** Looks a name up once, and again after `forget`. Rejects only on a temporary fault. */
  find(): Promise<ChannelLookup>;
  /** Drops the id, because the channel may have been archived and another one created with its name. */
  forget(): void;
  /**
   * Returns why a message could not be posted there, without posting one.
   * Null if it could. Rejects on a temporary fault.
   */
  check(): Promise<SlackFault | null>;
}

export function createTeamChannel(client: WebClient, { slack }: Facts): TeamChannel {
  const wanted = slack.channel.replace(/^#/, '');
  const isId = /^[CG][A-Z0-9]{6,}$/.test(wanted);
  let known: string | undefined;

  async function find(): Promise<ChannelLookup> {
    if (isId) return { ok: true, id: wanted };
    if (known !== undefined) return { ok: true, id: known };
    const found = await answerOf(() => findChannel(client, wanted.toLowerCase()));
    if (!found.ok) return found;
    if (!found.value) return { ok: false, fault: faultOfCode('channel_not_found') };
    if (found.value.isArchived) return { ok: false, fault: faultOfCode('is_archived') };
    known = found.value.id;
    return { ok: true, id: known };
  }

  return {
    name: isId ? `the team's channel (${wanted})` : `#${wanted}`,
    find,
    forget: () => {
      known = undefined;
    },
    async check() {
      const found = await find();
      return found.ok ? checkMembership(client, found.id) : found.fault;
    },
  };
}

async function checkMembership(client: WebClient, channel: string): Promise<SlackFault | null> {
  const info = await answerOf(async () => (await client.conversations.info({ channel })).channel);
  if (!info.ok) return info.fault;
  if (info.value?.is_archived) return faultOfCode('is_archived');
  return info.value?.is_member ? null : faultOfCode('not_in_channel');
}

interface FoundChannel {
  readonly id: string;
  readonly isArchived: boolean;
}

/** Reports an archived channel as such, unless an active one has the same name. Returns null if there is neither. */
async function findChannel(client: WebClient, name: string): Promise<FoundChannel | null> {
  let archived: FoundChannel | null = null;
  for await (const page of client.paginate('conversations.list', {
    types: 'public_channel,private_channel',
    exclude_archived: false,
    limit: 1000,
  })) {
    const { channels = [] }: ConversationsListResponse = page;
    for (const channel of channels) {
      if (channel.name !== name || !channel.id) continue;
      if (!channel.is_archived) return { id: channel.id, isArchived: false };
      archived = { id: channel.id, isArchived: true };
    }
  }
  return archived;
}

/** The team's channel: where cards, alerts and pings go, as long as Slack lets the bot post there. */
import type { ConversationsListResponse, WebClient } from '@slack/web-api';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { faultOfCode, isPassing, type SlackFault, slackFaultOf } from '../client/fault.ts';

export type ChannelLookup =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly fault: SlackFault };

export interface TeamChannel {
  /** `#moosequest` */
  readonly name: string;
  /** Its id. A name is looked up once, and again after `forget`. Rejects only while Slack cannot be asked. */
  find(): Promise<ChannelLookup>;
  /** What was found is not to be relied on: a channel may have been archived and another one made of its name. */
  forget(): void;
  /** Whether a message could be posted there, without posting one: null, or why not. Rejects while Slack cannot be asked. */
  prove(): Promise<SlackFault | null>;
}

export function createTeamChannel(client: WebClient, { slack }: Facts): TeamChannel {
  const wanted = slack.channel.replace(/^#/, '');
  const isId = /^[CG][A-Z0-9]{6,}$/.test(wanted);
  let known: string | undefined;

  async function find(): Promise<ChannelLookup> {
    if (isId) return { ok: true, id: wanted };
    if (known !== undefined) return { ok: true, id: known };
    const found = await asFault(() => findChannel(client, wanted.toLowerCase()));
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
    async prove() {
      const found = await find();
      if (!found.ok) return found.fault;
      const info = await asFault(
        async () => (await client.conversations.info({ channel: found.id })).channel,
      );
      if (!info.ok) return info.fault;
      if (info.value?.is_archived) return faultOfCode('is_archived');
      return info.value?.is_member ? null : faultOfCode('not_in_channel');
    },
  };
}

type SlackAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: SlackFault };

/** What passes by itself is thrown on. */
async function asFault<T>(ask: () => Promise<T>): Promise<SlackAnswer<T>> {
  try {
    return { ok: true, value: await ask() };
  } catch (error) {
    const fault = slackFaultOf(error);
    if (fault === null || isPassing(fault)) throw error;
    return { ok: false, fault };
  }
}

/** One that is archived is told apart from one that is not there; a living one of the same name comes first. */
async function findChannel(client: WebClient, name: string) {
  let archived: { readonly id: string; readonly isArchived: true } | null = null;
  for await (const page of client.paginate('conversations.list', {
    types: 'public_channel,private_channel',
    exclude_archived: false,
    limit: 1000,
  })) {
    const { channels }: ConversationsListResponse = page;
    for (const one of channels ?? []) {
      if (one.name !== name || !one.id) continue;
      if (!one.is_archived) return { id: one.id, isArchived: false };
      archived = { id: one.id, isArchived: true };
    }
  }
  return archived;
}

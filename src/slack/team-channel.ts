/** The team's channel: where cards, alerts and pings go. */
import type { ConversationsListResponse, WebClient } from '@slack/web-api';
import type { Facts } from '../runbook/facts.ts';

/** It is not there, or private and the bot is not in it: Slack tells the two apart to nobody. */
export class NoSuchChannel extends Error {}

/** Answers its id. A name is looked up once; ids are taken as they are. Rejects when the bot cannot see it. */
export function createTeamChannel(client: WebClient, { slack }: Facts): () => Promise<string> {
  let found: string | undefined;
  return async () => {
    const wanted = slack.channel.replace(/^#/, '');
    if (/^[CG][A-Z0-9]{6,}$/.test(wanted)) return wanted;
    found ??= await findChannel(client, wanted.toLowerCase());
    return found;
  };
}

async function findChannel(client: WebClient, name: string): Promise<string> {
  for await (const page of client.paginate('conversations.list', {
    types: 'public_channel,private_channel',
    exclude_archived: true,
    limit: 1000,
  })) {
    const { channels }: ConversationsListResponse = page;
    const found = channels?.find((one) => one.name === name);
    if (found?.id) return found.id;
  }
  throw new NoSuchChannel(
    `there is no channel #${name} that I can see: invite me, or check slack.channel in the runbook file`,
  );
}

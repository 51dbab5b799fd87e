/** Decides whether a card in a channel would be seen by someone who may approve it. */
import type { WebClient } from '@slack/web-api';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { answerOf } from '../client/fault.ts';
import type { Directory } from './directory.ts';

export interface VisibilityContext {
  readonly client: WebClient;
  readonly directory: Pick<Directory, 'idsOf'>;
  readonly facts: Pick<Facts, 'people'>;
}

export interface ProposalAuthor {
  readonly id: string;
  readonly mayApproveOwn: boolean;
}

/** Returns false if Slack does not show it. Rejects on a temporary fault. */
export async function isSeenByApprover(
  context: VisibilityContext,
  channel: string,
  asker: ProposalAuthor,
): Promise<boolean> {
  const seen = await answerOf(() => readVisibility(context, channel, asker));
  return seen.ok && seen.value;
}

async function readVisibility(
  { client, directory, facts }: VisibilityContext,
  channel: string,
  asker: ProposalAuthor,
): Promise<boolean> {
  const { channel: info } = await client.conversations.info({ channel });
  // Only the asker reads a direct message with the bot.
  if (info?.is_im) return asker.mayApproveOwn;
  if (!info?.is_member || info.is_archived) return false;
  // Any member of the workspace can open a public channel.
  if (!info.is_private) return true;
  const { members = [] } = await client.conversations.members({ channel, limit: 1_000 });
  const approvers = new Set((await Promise.all(facts.people.approvers.map(directory.idsOf))).flat());
  return members.some((id) => (id === asker.id ? asker.mayApproveOwn : approvers.has(id)));
}

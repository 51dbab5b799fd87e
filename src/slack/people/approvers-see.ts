/** Whether a card that stands in a channel would be seen by somebody who may approve it. */
import type { WebClient } from '@slack/web-api';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { isPassing, slackFaultOf } from '../client/fault.ts';
import type { Directory } from './directory.ts';

export interface ProposalAuthor {
  readonly id: string;
  readonly mayApproveOwn: boolean;
}

/** False for what Slack does not show. Rejects for what passes by itself. */
export type ApproversSee = (channel: string, asker: ProposalAuthor) => Promise<boolean>;

export function createApproversSee(client: WebClient, directory: Directory, { people }: Facts): ApproversSee {
  return async (channel, asker) => {
    try {
      const { channel: info } = await client.conversations.info({ channel });
      // With the bot alone: whoever asks here is the one who sees it.
      if (info?.is_im) return asker.mayApproveOwn;
      if (!info?.is_member || info.is_archived) return false;
      // Whoever is in the workspace can open a public channel.
      if (!info.is_private) return true;
      const { members = [] } = await client.conversations.members({ channel, limit: 1_000 });
      const approvers = new Set((await Promise.all(people.approvers.map(directory.idsOf))).flat());
      return members.some((id) => (id === asker.id ? asker.mayApproveOwn : approvers.has(id)));
    } catch (error) {
      const fault = slackFaultOf(error);
      if (fault === null || isPassing(fault)) throw error;
      return false;
    }
  };
}

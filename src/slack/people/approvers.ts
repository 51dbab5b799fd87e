/** Looks up the approvers named in the runbook file, so that they can be mentioned. */

import type { WebClient } from '@slack/web-api';
import { isSlackUser, isUserGroup } from '../../runbook/model/actor.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import type { Approver } from '../views/actions/approval.ts';

/** Never rejects. Anyone who cannot be looked up is named as in the runbook file. */
export type ListApprovers = () => Promise<readonly Approver[]>;

const KNOWN_FOR_MS = 10 * 60_000;
/** Entries that were not found are kept for less time, because Slack may just not have responded. */
const UNKNOWN_FOR_MS = 60_000;

export function createListApprovers(client: WebClient, { people }: Facts, now: () => Instant): ListApprovers {
  let known: { readonly until: Instant; readonly found: readonly Approver[] } | undefined;
  return async () => {
    if (known && now() < known.until) return known.found;
    const found = await Promise.all(people.approvers.map((named) => lookUp(client, named)));
    const isComplete = found.every(({ kind }) => kind !== 'unknown');
    known = { until: now() + (isComplete ? KNOWN_FOR_MS : UNKNOWN_FOR_MS), found };
    return found;
  };
}

async function lookUp(client: WebClient, named: string): Promise<Approver> {
  if (isUserGroup(named)) return { kind: 'group', id: named };
  try {
    const { user } = named.includes('@')
      ? await client.users.lookupByEmail({ email: named })
      : await client.users.info({ user: named });
    if (user?.id && !user.deleted) {
      const name = user.profile?.real_name || user.real_name || named;
      return { kind: 'user', id: user.id, name };
    }
  } catch {
    // An id can be mentioned even if Slack does not show the person. An address is shown unchanged.
    if (isSlackUser(named)) return { kind: 'user', id: named, name: named };
  }
  return { kind: 'unknown', named };
}

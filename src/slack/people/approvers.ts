/** Who may approve, as the runbook file names them, looked up so that they can be mentioned. */
import type { WebClient } from '@slack/web-api';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import type { Approver } from '../views/action.ts';

/** Never rejects: who cannot be looked up now is named as the file does. */
export type Approvers = () => Promise<readonly Approver[]>;

const KNOWN_FOR_MS = 10 * 60_000;
/** Whoever was not found may be found soon: Slack may just not have answered. */
const UNKNOWN_FOR_MS = 60_000;

export function createApprovers(client: WebClient, { people }: Facts, now: () => Instant): Approvers {
  let known: { readonly until: Instant; readonly found: readonly Approver[] } | undefined;
  return async () => {
    if (known && now() < known.until) return known.found;
    const found = await Promise.all(people.approvers.map((one) => look(client, one)));
    const isWhole = found.every(({ kind }) => kind !== 'unknown');
    known = { until: now() + (isWhole ? KNOWN_FOR_MS : UNKNOWN_FOR_MS), found };
    return found;
  };
}

async function look(client: WebClient, named: string): Promise<Approver> {
  if (/^S[A-Z0-9]+$/.test(named)) return { kind: 'group', id: named };
  try {
    const { user } = named.includes('@')
      ? await client.users.lookupByEmail({ email: named })
      : await client.users.info({ user: named });
    if (user?.id && !user.deleted) {
      const name = user.profile?.real_name || user.real_name || named;
      return { kind: 'user', id: user.id, name };
    }
  } catch {
    // Slack does not tell: an id can be mentioned all the same, an address stands as it is.
    if (/^[UW][A-Z0-9]+$/.test(named)) return { kind: 'user', id: named, name: named };
  }
  return { kind: 'unknown', named };
}

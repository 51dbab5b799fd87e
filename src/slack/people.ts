/** Who may read: full members of the workspace, or the people that `people.readers` names. */
import type { WebClient } from '@slack/web-api';
import type { Instant } from '../runbook/evidence.ts';
import type { Facts } from '../runbook/facts.ts';

/** `words` go to the person: why not. */
export type Permission = { readonly ok: true } | { readonly ok: false; readonly words: string };

export interface PeopleDeps {
  /** Short time-outs: a person waits for the answer, and Slack for our ack. */
  readonly client: WebClient;
  readonly facts: Facts;
  /** The workspace that the bot is installed in. */
  readonly teamId: string;
  now(): Instant;
}

/** Somebody who leaves the workspace, or becomes a guest, is noticed within this time. */
const KNOWN_FOR_MS = 5 * 60_000;

const ALLOWED: Permission = { ok: true };
const refused = (words: string): Permission => ({ ok: false, words: `${words} Nothing was done.` });

/** Answers for one person and the workspace that the request came from. Never rejects. */
export function createReaderCheck({ client, facts, teamId, now }: PeopleDeps) {
  const known = new Map<string, { readonly at: Instant; readonly permission: Permission }>();

  async function look(user: string): Promise<Permission> {
    const { user: person } = await client.users.info({ user });
    if (!person) return refused('I could not see who you are.');
    const isForeign = person.team_id !== undefined && person.team_id !== teamId;
    if (
      isForeign ||
      person.is_stranger ||
      person.is_restricted ||
      person.is_ultra_restricted ||
      person.deleted
    ) {
      return refused('I answer only full members of this workspace.');
    }
    const { readers } = facts.people;
    if (!readers || readers.length === 0) return ALLOWED;
    const email = person.profile?.email?.toLowerCase();
    if (readers.some((one) => one === user || (email !== undefined && one.toLowerCase() === email)))
      return ALLOWED;
    const groups = readers.filter((one) => /^S[A-Z0-9]+$/.test(one));
    for (const usergroup of groups) {
      const { users = [] } = await client.usergroups.users.list({ usergroup });
      if (users.includes(user)) return ALLOWED;
    }
    return refused('You are not among the readers that the runbook file names (people.readers).');
  }

  return async (user: string, team: string | undefined): Promise<Permission> => {
    if (team !== teamId) return refused('I answer only people of the workspace that I am installed in.');
    const before = known.get(user);
    if (before && now() - before.at < KNOWN_FOR_MS) return before.permission;
    try {
      const permission = await look(user);
      known.set(user, { at: now(), permission });
      return permission;
    } catch (error) {
      // Not known is not allowed; and it is not remembered.
      const why = error instanceof Error ? error.message : String(error);
      return refused(`I could not see who you are (${why}). Try again.`);
    }
  };
}

/** Who somebody is here: may they read, propose, approve? By Slack id, e-mail or user group, never by a display name. */
import type { WebClient } from '@slack/web-api';
import type { Person } from '../runbook/decision.ts';
import type { Instant } from '../runbook/evidence.ts';
import type { Facts } from '../runbook/facts.ts';

/** `words` go to the person: why not. */
export type Known =
  | { readonly ok: true; readonly person: Person }
  | { readonly ok: false; readonly words: string };

export interface PeopleDeps {
  /** Short time-outs: a person waits for the answer, and Slack for our ack. */
  readonly client: WebClient;
  readonly facts: Facts;
  /** The workspace that the bot is installed in. */
  readonly teamId: string;
  /** The app that the bot belongs to; null: Slack does not tell. */
  readonly appId: string | null;
  now(): Instant;
}

/** Where a request says that it comes from. */
export interface Origin {
  readonly team: string | undefined;
  readonly app: string | undefined;
}

/** Answers for one person and where the request came from. Never rejects: who is not known may nothing. */
export type Recognise = (user: string, from: Origin) => Promise<Known>;

/** Somebody who leaves the workspace, or a group, or becomes a guest, is noticed within this time. */
const KNOWN_FOR_MS = 5 * 60_000;

const refused = (words: string): Known => ({ ok: false, words: `${words} Nothing was done.` });

export function createRecognise({ client, facts, teamId, appId, now }: PeopleDeps): Recognise {
  const known = new Map<string, { readonly at: Instant; readonly answer: Known }>();

  async function look(user: string): Promise<Known> {
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
    const email = person.profile?.email?.toLowerCase();
    const { readers, operators, approvers } = facts.people;
    const groups = await groupsOf(user, [...operators, ...approvers, ...(readers ?? [])]);
    const isAmong = (list: readonly string[]) =>
      list.some(
        (one) => one === user || groups.has(one) || (email !== undefined && one.toLowerCase() === email),
      );
    const [isOperator, isApprover] = [isAmong(operators), isAmong(approvers)];
    const mayRead = !readers || readers.length === 0 || isOperator || isApprover || isAmong(readers);
    if (!mayRead)
      return refused('You are not among the readers that the runbook file names (people.readers).');
    return { ok: true, person: { id: user, isOperator, isApprover } };
  }

  /** Of the user groups that are named, those that this person is in. */
  async function groupsOf(user: string, named: readonly string[]): Promise<ReadonlySet<string>> {
    const groups = [...new Set(named.filter((one) => /^S[A-Z0-9]+$/.test(one)))];
    const members = await Promise.all(groups.map((usergroup) => client.usergroups.users.list({ usergroup })));
    return new Set(groups.filter((_group, index) => members[index]?.users?.includes(user)));
  }

  return async (user, { team, app }) => {
    if (appId !== null && app !== appId) return refused('This came from another Slack app than mine.');
    if (team !== teamId) return refused('I answer only people of the workspace that I am installed in.');
    const before = known.get(user);
    if (before && now() - before.at < KNOWN_FOR_MS) return before.answer;
    try {
      const answer = await look(user);
      known.set(user, { at: now(), answer });
      return answer;
    } catch (error) {
      // Not known is not allowed; and it is not remembered.
      const why = error instanceof Error ? error.message : String(error);
      return refused(`I could not see who you are (${why}). Try again.`);
    }
  };
}

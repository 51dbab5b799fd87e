/**
 * Identifies who sent a request, and whether they may read, propose, or approve:
 * by Slack id, e-mail, or user group, never by display name.
 */

import { isUserGroup } from '../../runbook/model/actor.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { type Person, type UnreadRight, unreadWords } from '../../runbook/people/permissions.ts';
import type { SlackFault } from '../client/fault.ts';
import type { Directory, DirectoryRead, Profile } from './directory.ts';

/** `words` tell the person why they may not. `unreadable` means that Slack did not show whether they may. */
export type Identified =
  | { readonly ok: true; readonly person: Person }
  | {
      readonly ok: false;
      readonly why: 'other_app' | 'foreign' | 'no_member' | 'no_reader' | 'unreadable';
      readonly words: string;
    };

/** The owner of the bot's token, as Slack describes it. */
export interface BotIdentity {
  readonly botId: string;
  readonly botUserId: string;
  /** The workspace in which the bot is installed. */
  readonly teamId: string;
  /** The app that the bot belongs to. Null when Slack does not show it. */
  readonly appId: string | null;
}

export interface IdentifyContext {
  readonly directory: Directory;
  readonly facts: Facts;
  readonly identity: Pick<BotIdentity, 'teamId' | 'appId'>;
}

/** The claimed origin of a request. */
export interface Origin {
  /** The workspace in which the person acted, if the request names one. */
  readonly team: string | undefined;
  /** The person's own workspace, if the request names it. On Enterprise Grid it may be a different one. */
  readonly home: string | undefined;
  readonly app: string | undefined;
}

const refused = (why: Extract<Identified, { ok: false }>['why'], words: string): Identified => ({
  ok: false,
  why,
  words: `${words} Nothing was done.`,
});

const FOREIGN = refused('foreign', 'I answer only members of the workspace where I am installed.');

/** Never rejects because of Slack's response: an unknown person simply has no rights. */
export async function identify(
  context: IdentifyContext,
  user: string,
  { team, home, app }: Origin,
): Promise<Identified> {
  const { directory, facts, identity } = context;
  if (identity.appId !== null && app !== identity.appId)
    return refused('other_app', 'This request came from another Slack app.');
  if ((team ?? home) === undefined) return FOREIGN;
  if (team !== undefined && team !== identity.teamId) return FOREIGN;
  // Run both lookups at the same time, because a person is waiting and Slack gives us three seconds.
  const [read, groups] = await Promise.all([directory.person(user), readGroups(directory, facts)]);
  if (read.ok) return judge(context, { profile: read.value, seenAt: null, home, groups });
  if (read.last) return judge(context, { profile: read.last.value, seenAt: read.last.at, home, groups });
  return unidentified(user, read.fault);
}

type Groups = ReadonlyMap<string, DirectoryRead<readonly string[]>>;

async function readGroups(directory: Directory, { people }: Facts): Promise<Groups> {
  const { operators, approvers, readers = [] } = people;
  const groups = [...new Set([...operators, ...approvers, ...readers].filter(isUserGroup))];
  const read = await Promise.all(groups.map((group) => directory.members(group)));
  return new Map(groups.flatMap((group, index) => (read[index] ? [[group, read[index]]] : [])));
}

interface Seen<P extends Profile | null> {
  readonly profile: P;
  /** When the profile was read. Null means just now. */
  readonly seenAt: Instant | null;
  readonly home: string | undefined;
  readonly groups: Groups;
}

async function judge(context: IdentifyContext, seen: Seen<Profile | null>): Promise<Identified> {
  const { profile, home } = seen;
  const { teamId } = context.identity;
  if (!profile) return refused('no_member', 'I could not see who you are: Slack has no user with your ID.');
  const isHere = profile.teams.includes(teamId);
  if (home !== undefined && home !== teamId && !isHere) return FOREIGN;
  if (profile.isStranger || profile.isGuest || profile.isGone)
    return refused('no_member', 'I answer only full members of this workspace.');
  if (profile.teams.length > 0 && !isHere) return FOREIGN;
  return withRights(context, { ...seen, profile });
}

async function withRights(
  { directory, facts }: IdentifyContext,
  { profile, seenAt, groups }: Seen<Profile>,
): Promise<Identified> {
  const { operators, approvers, readers = [] } = facts.people;
  const match = (list: readonly string[]) => matchList(directory, list, profile, groups);
  const [operator, approver, reader] = await Promise.all([
    match(operators),
    match(approvers),
    match(readers),
  ]);
  const mayRead = readers.length === 0 || operator.isIn || approver.isIn || reader.isIn;
  if (!mayRead) return notAReader([...reader.unread, ...operator.unread, ...approver.unread]);
  const ages = [seenAt, operator.at, approver.at].filter((at) => at !== null);
  const unread = { operators: operator.unread, approvers: approver.unread };
  return {
    ok: true,
    person: {
      id: profile.id,
      isOperator: operator.isIn,
      isApprover: approver.isIn,
      ...(unread.operators.length + unread.approvers.length === 0 ? {} : { unread }),
      ...(ages.length === 0 ? {} : { seenAt: Math.min(...ages) }),
    },
  };
}

/** States whether a list in the runbook file, or one entry of it, names a person. */
interface Match {
  readonly isIn: boolean;
  /** Entries that could not be read and might name the person. */
  readonly unread: readonly UnreadRight[];
  /** When that was read. Null means just now. */
  readonly at: Instant | null;
}

const NO_MATCH: Match = { isIn: false, unread: [], at: null };

/** One entry that names the person is enough. */
async function matchList(
  directory: Directory,
  list: readonly string[],
  profile: Profile,
  groups: Groups,
): Promise<Match> {
  const entries = await Promise.all(list.map((named) => matchEntry(directory, named, profile, groups)));
  const isIn = entries.some((entry) => entry.isIn);
  const remembered = entries.flatMap((entry) => (entry.isIn && entry.at !== null ? [entry.at] : []));
  const isFresh = entries.some((entry) => entry.isIn && entry.at === null);
  return {
    isIn,
    unread: isIn ? [] : entries.flatMap((entry) => entry.unread),
    at: isFresh || remembered.length === 0 ? null : Math.max(...remembered),
  };
}

async function matchEntry(
  directory: Directory,
  named: string,
  { id, email }: Profile,
  groups: Groups,
): Promise<Match> {
  if (named === id) return { isIn: true, unread: [], at: null };
  const group = groups.get(named);
  if (group) return matchRead(group, (members) => members.includes(id), named);
  if (!named.includes('@')) return NO_MATCH;
  if (email !== null) return email === named.toLowerCase() ? { ...NO_MATCH, isIn: true } : NO_MATCH;
  return matchRead(await directory.idOf(named), (found) => found === id, named);
}

function matchRead<T>(read: DirectoryRead<T>, matches: (value: T) => boolean, named: string): Match {
  if (read.ok) return { isIn: matches(read.value), unread: [], at: null };
  if (read.last) return { isIn: matches(read.last.value), unread: [], at: read.last.at };
  const what = isUserGroup(named) ? 'user_group' : 'email';
  return { isIn: false, unread: [unreadOf(what, named, read.fault)], at: null };
}

function unreadOf(what: UnreadRight['what'], id: string, fault: SlackFault): UnreadRight {
  return { what, id, code: fault.code, cure: cureOf(what, id, fault) };
}

const SCOPES: Readonly<Record<UnreadRight['what'], string>> = {
  user_group: 'usergroups:read',
  email: 'users:read.email',
  person: 'users:read',
};

function cureOf(what: UnreadRight['what'], id: string, { kind, code, neededScope }: SlackFault): string {
  if (kind === 'wait') return 'This is temporary; try again in a minute.';
  if (kind === 'token') return 'The person who runs the bot has to renew SLACK_BOT_TOKEN.';
  if (kind === 'scope') {
    return `The person who manages the Slack app can add the scope ${neededScope ?? SCOPES[what]} and reinstall it.`;
  }
  if (code === 'no_such_subteam')
    return `It is disabled or deleted: a Slack admin can enable it, or the runbook file can name its members by id instead of ${id}.`;
  return `Ask a Slack admin, or name people by id instead of ${id} in the runbook file.`;
}

function unidentified(user: string, fault: SlackFault): Identified {
  const { code, cure } = unreadOf('person', user, fault);
  return refused(
    'unreadable',
    `I could not see who you are (Slack: ${code}), so I can't tell what you may do. ${cure}`,
  );
}

function notAReader(unread: readonly UnreadRight[]): Identified {
  return unread.length === 0
    ? refused('no_reader', 'You are not among the readers that the runbook file names (people.readers).')
    : refused('unreadable', `I can't tell whether you may read this: ${unreadWords(unread)}`);
}

/** Who somebody is here: may they read, propose, approve? By Slack id, e-mail or user group, never by a display name. */

import type { Instant } from '../../runbook/model/evidence.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { type Person, type UnreadRight, unreadWords } from '../../runbook/people/permissions.ts';
import type { SlackFault } from '../client/fault.ts';
import { type Directory, type DirectoryRead, isGroup, type Profile } from './directory.ts';

/** `words` go to the person: why not. `unreadable`: whether they may was not seen. */
export type Identified =
  | { readonly ok: true; readonly person: Person }
  | {
      readonly ok: false;
      readonly why: 'other_app' | 'foreign' | 'no_member' | 'no_reader' | 'unreadable';
      readonly words: string;
    };

export interface PeopleDeps {
  readonly directory: Directory;
  readonly facts: Facts;
  /** The workspace that the bot is installed in. */
  readonly teamId: string;
  /** The app that the bot belongs to; null: Slack does not tell. */
  readonly appId: string | null;
}

/** Where a request says that it comes from. */
export interface Origin {
  /** The workspace where it was done; undefined: the request names none. */
  readonly team: string | undefined;
  /** The person's own workspace, where the request names it: on Enterprise Grid it may be another one. */
  readonly home: string | undefined;
  readonly app: string | undefined;
}

/** Answers for one person and where the request came from. Never rejects for what Slack answers: who is not known may nothing. */
export type Recognise = (user: string, from: Origin) => Promise<Identified>;

const refused = (why: Extract<Identified, { ok: false }>['why'], words: string): Identified => ({
  ok: false,
  why,
  words: `${words} Nothing was done.`,
});

const FOREIGN = refused('foreign', 'I answer only people of the workspace that I am installed in.');

export function createRecognise({ directory, facts, teamId, appId }: PeopleDeps): Recognise {
  return async (user, { team, home, app }) => {
    if (appId !== null && app !== appId)
      return refused('other_app', 'This came from another Slack app than mine.');
    if ((team ?? home) === undefined) return FOREIGN;
    if (team !== undefined && team !== teamId) return FOREIGN;
    // Asked for side by side: a person waits, and Slack gives us three seconds.
    const [read, groups] = await Promise.all([directory.person(user), readGroups()]);
    if (read.ok) return judge(read.value, null, home, groups);
    if (read.last) return judge(read.last.value, read.last.at, home, groups);
    return unseen(user, read.fault);
  };

  /** `at`: when the profile was read; null: just now. */
  async function judge(
    profile: Profile | null,
    at: Instant | null,
    home: string | undefined,
    groups: Groups,
  ): Promise<Identified> {
    if (!profile) return refused('no_member', 'I could not see who you are: Slack knows nobody of your id.');
    const isHere = profile.teams.includes(teamId);
    if (home !== undefined && home !== teamId && !isHere) return FOREIGN;
    if (profile.isStranger || profile.isGuest || profile.isGone)
      return refused('no_member', 'I answer only full members of this workspace.');
    if (profile.teams.length > 0 && !isHere) return FOREIGN;
    return withRights(profile, at, groups);
  }

  async function readGroups(): Promise<Groups> {
    const { operators, approvers, readers = [] } = facts.people;
    const groups = [...new Set([...operators, ...approvers, ...readers].filter(isGroup))];
    const read = await Promise.all(groups.map((group) => directory.members(group)));
    return new Map(groups.flatMap((group, index) => (read[index] ? [[group, read[index]]] : [])));
  }

  async function withRights(
    profile: Profile,
    profileAt: Instant | null,
    groups: Groups,
  ): Promise<Identified> {
    const { readers = [] } = facts.people;
    const [operator, approver, reader] = await Promise.all(
      [facts.people.operators, facts.people.approvers, readers].map((list) => isAmong(list, profile, groups)),
    );
    if (!operator || !approver || !reader) throw new Error('three lists were asked for');
    const mayRead = readers.length === 0 || operator.isIn || approver.isIn || reader.isIn;
    if (!mayRead) return noReader([...reader.unread, ...operator.unread, ...approver.unread]);
    const ages = [profileAt, operator.at, approver.at].filter((at) => at !== null);
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

  /** One entry that names them is enough; what could not be read may name them, too. */
  async function isAmong(list: readonly string[], profile: Profile, groups: Groups): Promise<Among> {
    const entries = await Promise.all(list.map((named) => isEntry(named, profile, groups)));
    const isIn = entries.some((one) => one.isIn);
    const old = entries.flatMap(({ isIn: counts, at }) => (counts && at !== null ? [at] : []));
    const fresh = entries.some((one) => one.isIn && one.at === null);
    return {
      isIn,
      unread: isIn ? [] : entries.flatMap((one) => one.unread),
      at: fresh || old.length === 0 ? null : Math.max(...old),
    };
  }

  async function isEntry(named: string, { id, email }: Profile, groups: Groups): Promise<Among> {
    if (named === id) return { isIn: true, unread: [], at: null };
    const group = groups.get(named);
    if (group) return among(group, (members) => members.includes(id), named);
    if (!named.includes('@')) return NOT_IN;
    if (email !== null) return email === named.toLowerCase() ? { ...NOT_IN, isIn: true } : NOT_IN;
    return among(await directory.idOf(named), (found) => found === id, named);
  }
}

type Groups = ReadonlyMap<string, DirectoryRead<readonly string[]>>;

interface Among {
  readonly isIn: boolean;
  readonly unread: readonly UnreadRight[];
  /** When that was seen; null: just now. */
  readonly at: Instant | null;
}

const NOT_IN: Among = { isIn: false, unread: [], at: null };

function among<T>(read: DirectoryRead<T>, holds: (value: T) => boolean, named: string): Among {
  if (read.ok) return { isIn: holds(read.value), unread: [], at: null };
  if (read.last) return { isIn: holds(read.last.value), unread: [], at: read.last.at };
  const what = isGroup(named) ? 'user_group' : 'email';
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

function cureOf(what: UnreadRight['what'], id: string, { kind, code, detail }: SlackFault): string {
  if (kind === 'wait') return 'It passes by itself: try again in a minute.';
  if (kind === 'token') return 'Whoever runs the bot has to renew SLACK_BOT_TOKEN.';
  if (kind === 'scope') {
    const scope = detail.replace('needed: ', '') || SCOPES[what];
    return `Whoever manages the Slack app can add the scope ${scope} and reinstall it.`;
  }
  if (code === 'no_such_subteam')
    return `It is disabled or deleted: a Slack admin can enable it, or the runbook file can name its people by id instead of ${id}.`;
  return `A Slack admin can tell why, or the runbook file can name people by id instead of ${id}.`;
}

function unseen(user: string, fault: SlackFault): Identified {
  const { code, cure } = unreadOf('person', user, fault);
  return refused(
    'unreadable',
    `I could not see who you are (Slack: ${code}), so I can't tell what you may do. ${cure}`,
  );
}

function noReader(unread: readonly UnreadRight[]): Identified {
  return unread.length === 0
    ? refused('no_reader', 'You are not among the readers that the runbook file names (people.readers).')
    : refused('unreadable', `I can't tell whether you may read this: ${unreadWords(unread)}`);
}

/** People, e-mail addresses, and user groups as Slack last showed them, each with the time of reading. */
import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import { isSlackUser, isUserGroup } from '../../runbook/model/actor.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { type SlackFault, slackFaultOf } from '../client/fault.ts';

export interface Profile {
  readonly id: string;
  /** The workspaces of which this person is a member. On Enterprise Grid there may be several. */
  readonly teams: readonly string[];
  readonly isStranger: boolean;
  readonly isGuest: boolean;
  readonly isGone: boolean;
  /** Null when Slack does not show it. */
  readonly email: string | null;
  /** With the mark, for example `@moira`. */
  readonly handle: string;
}

export type DirectoryRead<T> =
  | { readonly ok: true; readonly value: T; readonly at: Instant }
  /** `last` is the value read within the last hour, or null if there is none. */
  | {
      readonly ok: false;
      readonly fault: SlackFault;
      readonly last: { readonly value: T; readonly at: Instant } | null;
    };

/** No method rejects if Slack refuses or does not respond. A null value means that nobody has that id or address. */
export interface Directory {
  person(id: string): Promise<DirectoryRead<Profile | null>>;
  idOf(email: string): Promise<DirectoryRead<string | null>>;
  members(group: string): Promise<DirectoryRead<readonly string[]>>;
  /** Returns the ids of everyone whom an id, an address, or a user group names, as far as Slack shows them. */
  idsOf(named: string): Promise<readonly string[]>;
  /** Reads these ids, addresses, and user groups again, and the members of the groups. */
  refresh(named: readonly string[]): Promise<void>;
}

/** Someone who leaves the workspace or a group, or becomes a guest, loses their rights within this time. */
const FRESH_MS = 5 * 60_000;
/** While Slack does not respond, values read within this time still count. */
const REMEMBERED_MS = 60 * 60_000;
/** Number of members of a user group that are looked up in advance. */
const MOST_MEMBERS = 50;

export interface DirectoryDeps {
  /** Has short timeouts, because a person waits for the reply and Slack for our acknowledgement. */
  readonly quickClient: WebClient;
  /** For lookups in advance. */
  readonly client: WebClient;
  now(): Instant;
}

export function createDirectory({ quickClient, client, now }: DirectoryDeps): Directory {
  const people = createMemory<Profile | null>(now);
  const addresses = createMemory<string | null>(now);
  const groups = createMemory<readonly string[]>(now);

  const personWith = (slack: WebClient) => (id: string) =>
    nobodyAs(null, async () => profileOf((await slack.users.info({ user: id })).user));

  const addressWith = (slack: WebClient) => (email: string) =>
    nobodyAs(null, async () => {
      const profile = profileOf((await slack.users.lookupByEmail({ email })).user);
      if (profile) people.keep(profile.id, profile);
      return profile?.id ?? null;
    });

  const membersWith = (slack: WebClient) => async (usergroup: string) =>
    (await slack.usergroups.users.list({ usergroup })).users ?? [];

  async function refreshOne(named: string): Promise<void> {
    if (isSlackUser(named)) return void (await people.fetch(named, personWith(client)));
    if (!isUserGroup(named)) return void (await addresses.fetch(named.toLowerCase(), addressWith(client)));
    const found = await groups.fetch(named, membersWith(client));
    if (!found.ok) return;
    for (const id of found.value.slice(0, MOST_MEMBERS)) await people.fetch(id, personWith(client));
  }

  async function idsOf(named: string): Promise<readonly string[]> {
    if (isSlackUser(named)) return [named];
    if (isUserGroup(named)) return shown(await groups.read(named, membersWith(quickClient))) ?? [];
    const id = shown(await addresses.read(named.toLowerCase(), addressWith(quickClient))) ?? null;
    return id === null ? [] : [id];
  }

  return {
    idsOf,
    person: (id) => people.read(id, personWith(quickClient)),
    idOf: (email) => addresses.read(email.toLowerCase(), addressWith(quickClient)),
    members: (group) => groups.read(group, membersWith(quickClient)),
    async refresh(named) {
      // Run one after the other, because nobody waits and Slack limits the rate of calls.
      for (const entry of new Set(named)) await refreshOne(entry);
    },
  };
}

/** Returns the value that was read, now or earlier. Undefined if there is none. */
function shown<T>(read: DirectoryRead<T>): T | undefined {
  return read.ok ? read.value : read.last?.value;
}

interface Memory<T> {
  /** Returns the value read within the last five minutes, or fetches it. */
  read(key: string, look: (key: string) => Promise<T>): Promise<DirectoryRead<T>>;
  fetch(key: string, look: (key: string) => Promise<T>): Promise<DirectoryRead<T>>;
  keep(key: string, value: T): void;
}

function createMemory<T>(now: () => Instant): Memory<T> {
  const kept = new Map<string, { readonly value: T; readonly at: Instant }>();
  const isWithin = (at: Instant, ms: number) => {
    const age = now() - at;
    // If the clock was set back, the age is unknown.
    return age >= 0 && age < ms;
  };

  async function fetch(key: string, look: (key: string) => Promise<T>): Promise<DirectoryRead<T>> {
    try {
      const found = { value: await look(key), at: now() };
      kept.set(key, found);
      return { ok: true, ...found };
    } catch (error) {
      const fault = slackFaultOf(error);
      if (!fault) throw error;
      // Slack says that the group is disabled or deleted, so its former members have no rights through it.
      if (fault.kind === 'person' || fault.kind === 'other') kept.delete(key);
      const last = kept.get(key);
      return { ok: false, fault, last: last && isWithin(last.at, REMEMBERED_MS) ? last : null };
    }
  }

  return {
    fetch,
    keep: (key, value) => void kept.set(key, { value, at: now() }),
    async read(key, look) {
      const before = kept.get(key);
      return before && isWithin(before.at, FRESH_MS) ? { ok: true, ...before } : fetch(key, look);
    },
  };
}

/** Returns `nobody` if Slack says that there is no such person. */
async function nobodyAs<T>(nobody: T, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (slackFaultOf(error)?.kind === 'person') return nobody;
    throw error;
  }
}

function profileOf(user: UsersInfoResponse['user']): Profile | null {
  if (!user?.id) return null;
  const { enterprise_user: enterprise, team_id: home } = user;
  return {
    id: user.id,
    teams: [...new Set([...(enterprise?.teams ?? []), ...(home === undefined ? [] : [home])])],
    isStranger: user.is_stranger === true,
    isGuest: user.is_restricted === true || user.is_ultra_restricted === true,
    isGone: user.deleted === true,
    email: user.profile?.email?.toLowerCase() ?? null,
    handle: `@${user.profile?.display_name || user.name || user.id}`,
  };
}

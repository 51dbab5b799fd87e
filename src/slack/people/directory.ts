/** Who is who in Slack, as it was last read: people, addresses and user groups, each with its time. */
import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import type { Instant } from '../../runbook/model/evidence.ts';
import { type SlackFault, slackFaultOf } from '../client/fault.ts';

export interface Profile {
  readonly id: string;
  /** Workspaces that this person is a member of: on Enterprise Grid there may be several. */
  readonly teams: readonly string[];
  readonly isStranger: boolean;
  readonly isGuest: boolean;
  readonly isGone: boolean;
  /** null: Slack does not show it. */
  readonly email: string | null;
  /** `@moira` */
  readonly handle: string;
}

export type DirectoryRead<T> =
  | { readonly ok: true; readonly value: T; readonly at: Instant }
  /** `last`: what was read within the last hour; null: nothing was. */
  | {
      readonly ok: false;
      readonly fault: SlackFault;
      readonly last: { readonly value: T; readonly at: Instant } | null;
    };

/** None of these rejects for what Slack answers, or does not answer. null: there is nobody of that name. */
export interface Directory {
  person(id: string): Promise<DirectoryRead<Profile | null>>;
  idOf(email: string): Promise<DirectoryRead<string | null>>;
  members(group: string): Promise<DirectoryRead<readonly string[]>>;
  /** Everybody whom an id, an address or a user group names, as far as Slack shows them. */
  idsOf(named: string): Promise<readonly string[]>;
  /** Reads all of these anew, and who is in the groups among them: ids, addresses, user groups. */
  refresh(named: readonly string[]): Promise<void>;
}

/** Somebody who leaves the workspace, or a group, or becomes a guest, is noticed within this time. */
const FRESH_MS = 5 * 60_000;
/** While Slack does not answer, what was seen within this time still stands. */
const REMEMBERED_MS = 60 * 60_000;
/** Of a user group so many are looked up beforehand. */
const MOST_MEMBERS = 50;

export const isGroup = (named: string) => /^S[A-Z0-9]+$/.test(named);
export const isPerson = (named: string) => /^[UW][A-Z0-9]+$/.test(named);

export interface DirectoryDeps {
  /** Short time-outs: a person waits for the answer, and Slack for our ack. */
  readonly asking: WebClient;
  /** For what is looked up beforehand. */
  readonly patient: WebClient;
  now(): Instant;
}

export function createDirectory({ asking, patient, now }: DirectoryDeps): Directory {
  const people = createMemory<Profile | null>(now);
  const addresses = createMemory<string | null>(now);
  const groups = createMemory<readonly string[]>(now);

  const personWith = (client: WebClient) => (id: string) =>
    nobodyAs(null, async () => profileOf((await client.users.info({ user: id })).user));

  const addressWith = (client: WebClient) => (email: string) =>
    nobodyAs(null, async () => {
      const profile = profileOf((await client.users.lookupByEmail({ email })).user);
      if (profile) people.keep(profile.id, profile);
      return profile?.id ?? null;
    });

  const membersWith = (client: WebClient) => async (usergroup: string) =>
    (await client.usergroups.users.list({ usergroup })).users ?? [];

  async function refreshOne(named: string): Promise<void> {
    if (isPerson(named)) return void (await people.ask(named, personWith(patient)));
    if (!isGroup(named)) return void (await addresses.ask(named.toLowerCase(), addressWith(patient)));
    const found = await groups.ask(named, membersWith(patient));
    if (!found.ok) return;
    for (const id of found.value.slice(0, MOST_MEMBERS)) await people.ask(id, personWith(patient));
  }

  async function idsOf(named: string): Promise<readonly string[]> {
    if (isPerson(named)) return [named];
    if (isGroup(named)) return shown(await groups.read(named, membersWith(asking))) ?? [];
    const id = shown(await addresses.read(named.toLowerCase(), addressWith(asking))) ?? null;
    return id === null ? [] : [id];
  }

  return {
    idsOf,
    person: (id) => people.read(id, personWith(asking)),
    idOf: (email) => addresses.read(email.toLowerCase(), addressWith(asking)),
    members: (group) => groups.read(group, membersWith(asking)),
    async refresh(named) {
      // One after the other: nobody waits, and Slack counts calls.
      for (const one of new Set(named)) await refreshOne(one);
    },
  };
}

/** What is known, new or old; undefined: nothing. */
function shown<T>(read: DirectoryRead<T>): T | undefined {
  return read.ok ? read.value : read.last?.value;
}

interface Memory<T> {
  /** As it was read a short while ago, else asked for. */
  read(key: string, ask: (key: string) => Promise<T>): Promise<DirectoryRead<T>>;
  ask(key: string, ask: (key: string) => Promise<T>): Promise<DirectoryRead<T>>;
  keep(key: string, value: T): void;
}

function createMemory<T>(now: () => Instant): Memory<T> {
  const kept = new Map<string, { readonly value: T; readonly at: Instant }>();
  const isWithin = (at: Instant, ms: number) => {
    const age = now() - at;
    // A clock that was set back proves nothing.
    return age >= 0 && age < ms;
  };

  async function ask(key: string, look: (key: string) => Promise<T>): Promise<DirectoryRead<T>> {
    try {
      const one = { value: await look(key), at: now() };
      kept.set(key, one);
      return { ok: true, ...one };
    } catch (error) {
      const fault = slackFaultOf(error);
      if (!fault) throw error;
      // A group that is gone or disabled was seen to be so: who was in it has no say any more.
      if (fault.kind === 'person' || fault.kind === 'other') kept.delete(key);
      const last = kept.get(key);
      return { ok: false, fault, last: last && isWithin(last.at, REMEMBERED_MS) ? last : null };
    }
  }

  return {
    ask,
    keep: (key, value) => void kept.set(key, { value, at: now() }),
    async read(key, look) {
      const before = kept.get(key);
      return before && isWithin(before.at, FRESH_MS) ? { ok: true, ...before } : ask(key, look);
    },
  };
}

/** That there is nobody is an answer. */
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

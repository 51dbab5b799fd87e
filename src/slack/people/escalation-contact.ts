/** Finds the operator to page, whom the runbook file names by Slack id, e-mail address, or user group. */
import { isSlackUser, isUserGroup } from '../../runbook/model/actor.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { faultWords, isPassing, type SlackFault } from '../client/fault.ts';
import type { Reached } from '../views/incidents/ping.ts';
import type { Directory, DirectoryRead } from './directory.ts';

export interface ContactContext {
  readonly directory: Pick<Directory, 'person' | 'idOf' | 'members'>;
  readonly facts: Pick<Facts, 'escalation'>;
}

/** Never rejects. A contact whom Slack does not show is also a valid result. */
export async function findContact({ directory, facts }: ContactContext): Promise<Reached> {
  const { name, contact } = facts.escalation.who;
  if (isUserGroup(contact)) return findGroup(directory, contact, name);
  const read = isSlackUser(contact) ? await readPerson(directory, contact) : await directory.idOf(contact);
  const id = read.ok ? read.value : (read.last?.value ?? null);
  if (id !== null) return { ok: true, mention: { type: 'user', user_id: id }, users: [id] };
  if (read.ok)
    return unreachable(
      name,
      `no Slack user matches ${contact} (escalation.who.contact in the runbook file)`,
      false,
    );
  // An id can be mentioned even if Slack does not show whose it is.
  if (isSlackUser(contact))
    return { ok: true, mention: { type: 'user', user_id: contact }, users: [contact] };
  return unreachable(
    name,
    `Slack won't tell me who ${contact} is (${read.fault.code})`,
    isPassing(read.fault),
  );
}

async function readPerson(
  directory: ContactContext['directory'],
  id: string,
): Promise<DirectoryRead<string | null>> {
  const read = await directory.person(id);
  if (!read.ok) return { ok: false, fault: read.fault, last: null };
  return { ok: true, value: read.value && !read.value.isGone ? read.value.id : null, at: read.at };
}

/** The channel mentions the group, and each member also gets a direct message. */
async function findGroup(
  directory: ContactContext['directory'],
  group: string,
  name: string,
): Promise<Reached> {
  const read = await directory.members(group);
  const members = read.ok ? read.value : (read.last?.value ?? []);
  const mention = { type: 'usergroup', usergroup_id: group } as const;
  if (members.length > 0) return { ok: true, mention, users: members };
  if (read.ok) return unreachable(name, `user group ${group} has no members`, false);
  if (isGone(read.fault))
    return unreachable(name, `user group ${group} is disabled or deleted (${faultWords(read.fault)})`, false);
  // During an outage, the mention still reaches the group's members.
  return { ok: true, mention, users: [] };
}

const isGone = ({ kind }: SlackFault) => kind === 'person' || kind === 'other';

function unreachable(name: string, why: string, passes: boolean): Reached {
  return { ok: false, passes, words: `${name} cannot be reached in Slack: ${why}.` };
}

/** The operator to wake, as the runbook file names them: by Slack id, e-mail or user group. */
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { faultWords, isPassing, type SlackFault } from '../client/fault.ts';
import type { Reached } from '../views/ping.ts';
import { type Directory, type DirectoryRead, isGroup, isPerson } from './directory.ts';

/** Who is to be woken. Never rejects: whom Slack does not show is an answer. */
export type Contact = () => Promise<Reached>;

export function createContact(directory: Directory, { escalation }: Facts): Contact {
  const { name, contact } = escalation.who;
  if (isGroup(contact)) return () => reachGroup(directory, contact, name);
  return async () => {
    const read = isPerson(contact) ? await idOfPerson(directory, contact) : await directory.idOf(contact);
    const id = read.ok ? read.value : (read.last?.value ?? null);
    if (id !== null) return { ok: true, mention: { type: 'user', user_id: id }, users: [id] };
    if (read.ok)
      return lost(name, `nobody here is ${contact} (escalation.who.contact in the runbook file)`, false);
    // An id can be mentioned, even if Slack does not tell whose it is.
    if (isPerson(contact)) return { ok: true, mention: { type: 'user', user_id: contact }, users: [contact] };
    return lost(name, `Slack does not tell who ${contact} is (${read.fault.code})`, isPassing(read.fault));
  };
}

async function idOfPerson(directory: Directory, id: string): Promise<DirectoryRead<string | null>> {
  const read = await directory.person(id);
  if (!read.ok) return { ok: false, fault: read.fault, last: null };
  return { ok: true, value: read.value && !read.value.isGone ? read.value.id : null, at: read.at };
}

/** Its members are woken one by one; the channel mentions the group. */
async function reachGroup(directory: Directory, group: string, name: string): Promise<Reached> {
  const read = await directory.members(group);
  const members = read.ok ? read.value : (read.last?.value ?? []);
  const mention = { type: 'usergroup', usergroup_id: group } as const;
  if (members.length > 0) return { ok: true, mention, users: members };
  if (read.ok) return lost(name, `nobody is in user group ${group}`, false);
  // An outage is no reason to wake nobody: the mention reaches whoever is in it.
  if (isGone(read.fault))
    return lost(name, `user group ${group} is disabled or deleted (${faultWords(read.fault)})`, false);
  return { ok: true, mention, users: [] };
}

const isGone = ({ kind }: SlackFault) => kind === 'person' || kind === 'other';

function lost(name: string, why: string, passes: boolean): Reached {
  return { ok: false, passes, words: `${name} cannot be reached in Slack: ${why}.` };
}

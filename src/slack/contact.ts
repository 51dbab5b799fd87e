/** The operator to wake, as the runbook file names them: by Slack id or e-mail. */
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Instant } from '../runbook/evidence.ts';
import type { Facts } from '../runbook/facts.ts';
import type { Reached } from './views/ping.ts';

/** Rejects only when Slack could not be asked; who is not there is an answer. */
export type Contact = () => Promise<Reached>;

/** Somebody who leaves, or is invited, is noticed within this time. */
const KNOWN_FOR_MS = 10 * 60_000;

export function createContact(client: WebClient, { escalation }: Facts, now: () => Instant): Contact {
  const { name, contact } = escalation.who;
  let known: { readonly at: Instant; readonly found: Reached } | undefined;
  return async () => {
    if (known?.found.ok && now() - known.at < KNOWN_FOR_MS) return known.found;
    known = { at: now(), found: await look(client, contact, name) };
    return known.found;
  };
}

const isId = (contact: string) => /^[UW][A-Z0-9]+$/.test(contact);

/** What Slack answers for somebody who is not there. */
const NOBODY = new Set(['users_not_found', 'user_not_found', 'user_not_visible']);

async function look(client: WebClient, contact: string, name: string): Promise<Reached> {
  try {
    const { user } = isId(contact)
      ? await client.users.info({ user: contact })
      : await client.users.lookupByEmail({ email: contact });
    if (user?.id && !user.deleted) return { ok: true, user: user.id };
  } catch (error) {
    // Slack was not reached: whoever asked tries again.
    if (!(error instanceof WebAPIPlatformError)) throw error;
    const { error: code } = error.data;
    // An id can be mentioned, even if Slack does not tell whose it is.
    if (!NOBODY.has(code) && isId(contact)) return { ok: true, user: contact };
    if (!NOBODY.has(code)) return lost(`Slack does not tell who ${contact} is (${code})`);
  }
  return lost(`nobody here is ${contact} (escalation.who.contact in the runbook file)`);

  function lost(why: string): Reached {
    return { ok: false, words: `${name} cannot be reached in Slack: ${why}.` };
  }
}

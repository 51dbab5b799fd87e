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
    if (/^[UW][A-Z0-9]+$/.test(contact)) return { ok: true, user: contact };
    if (known?.found.ok && now() - known.at < KNOWN_FOR_MS) return known.found;
    known = { at: now(), found: await look(client, contact, name) };
    return known.found;
  };
}

async function look(client: WebClient, email: string, name: string): Promise<Reached> {
  try {
    const { user } = await client.users.lookupByEmail({ email });
    if (user?.id && !user.deleted) return { ok: true, user: user.id };
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError) || error.data.error !== 'users_not_found') throw error;
  }
  return {
    ok: false,
    words: `${name} cannot be reached: nobody here has the e-mail ${email} (escalation.who.contact in the runbook file).`,
  };
}

/** Names of people for documents, where no mention is possible. */
import type { WebClient } from '@slack/web-api';
import { wordsFromOutside } from '../../runbook/text/harmless.ts';

const LONGEST_NAME = 80;

/** For these ids a function that names each of them; who is not known, or no person of Slack, keeps their id. Never rejects. */
export type Names = (ids: readonly string[]) => Promise<(id: string) => string>;

export function createNames(client: WebClient): Names {
  return async (ids) => {
    const people = ids.filter((id) => /^[UW][A-Z0-9]+$/.test(id));
    const found = await Promise.all(people.map(async (id) => [id, await nameOf(client, id)] as const));
    const known = new Map(found);
    return (id) => known.get(id) ?? (id === 'bot' ? 'the bot' : id);
  };
}

async function nameOf(client: WebClient, id: string): Promise<string> {
  try {
    const { user } = await client.users.info({ user: id });
    return wordsFromOutside(user?.profile?.real_name || user?.real_name || id, LONGEST_NAME);
  } catch {
    return id;
  }
}

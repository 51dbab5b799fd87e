/** Real names of people, for documents in which a mention is not possible. */
import type { WebClient } from '@slack/web-api';
import { actorName, isSlackUser } from '../../runbook/model/actor.ts';
import { wordsFromOutside } from '../../runbook/text/harmless.ts';

const LONGEST_NAME = 80;

/** Resolves to a function that names each of these ids. An id that Slack does not show stays an id. Never rejects. */
export async function userNames(client: WebClient, ids: readonly string[]): Promise<(id: string) => string> {
  const people = ids.filter(isSlackUser);
  const found = await Promise.all(people.map(async (id) => [id, await nameOf(client, id)] as const));
  const known = new Map(found);
  return (id) => known.get(id) ?? actorName(id);
}

async function nameOf(client: WebClient, id: string): Promise<string> {
  try {
    const { user } = await client.users.info({ user: id });
    return wordsFromOutside(user?.profile?.real_name || user?.real_name || id, LONGEST_NAME);
  } catch {
    return id;
  }
}

/** Once at the start: can the operator be woken? Whoever cannot be is an alarm now, not at 3 a.m. */
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Facts } from '../runbook/facts.ts';
import type { Contact } from './contact.ts';
import type { Post } from './post.ts';
import { createTeamChannel, NoSuchChannel } from './team-channel.ts';
import { alarmView } from './views/alarm.ts';

export interface ReachDeps {
  readonly client: WebClient;
  readonly facts: Facts;
  readonly contact: Contact;
  readonly post: Pick<Post, 'prepare'>;
  readonly log: Logger;
}

/** Never rejects. What could not be asked is logged: nothing is known of it, good or bad. */
export async function checkReach(deps: ReachDeps): Promise<void> {
  const { facts, log, contact } = deps;
  const { name, contact: address } = facts.escalation.who;
  try {
    const channel = await openChannel(deps);
    const person = await contact();
    if (person.ok) return;
    const words = `${person.words} Nobody is woken by me until that is put right: call ${name} (${address}) yourselves.`;
    log.error({ contact: address }, words);
    if (channel !== null) await alarm(channel, words, deps);
  } catch (error) {
    log.error({ err: error }, `whether ${name} can be woken could not be checked`);
  }
}

/** null: the bot cannot post there, and the log says so. Rejects when Slack could not be asked. */
async function openChannel({ client, facts, log }: ReachDeps): Promise<string | null> {
  const named = facts.slack.channel;
  try {
    const id = await createTeamChannel(client, facts)();
    const { channel } = await client.conversations.info({ channel: id });
    if (channel?.is_member && !channel.is_archived) return id;
    const why = channel?.is_archived ? 'it is archived' : 'I am not in it: /invite me there';
    log.error({ channel: named }, `cards and pings cannot be posted in #${named}: ${why}`);
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError) && !(error instanceof NoSuchChannel)) throw error;
    log.error({ err: error, channel: named }, `cards and pings cannot be posted in #${named}`);
  }
  return null;
}

async function alarm(channel: string, words: string, { client, post }: ReachDeps): Promise<void> {
  const message = post.prepare(alarmView(words));
  await client.chat.postMessage({ channel, ...message, unfurl_links: false, unfurl_media: false });
}

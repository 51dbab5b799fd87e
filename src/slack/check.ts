/** What `raxx doctor` asks of Slack: is the token good, is the bot in its channel, is everybody known that the runbook file names? */
import { type ConversationsListResponse, WebClient } from '@slack/web-api';
import type { Checkup } from '../operations/checkup.ts';
import type { Facts } from '../runbook/facts.ts';

export interface SlackCheckDeps {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly facts: Facts;
}

/** Never rejects. One call after the other: nobody is in a hurry, and Slack counts calls. */
export async function checkSlack({ botToken, apiUrl, facts }: SlackCheckDeps): Promise<Checkup[]> {
  const client = new WebClient(botToken, {
    slackApiUrl: apiUrl,
    timeout: 5_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
  });
  const token = await attempt('Slack', 'SLACK_BOT_TOKEN', async () => {
    const { team, user } = await client.auth.test();
    return `the token is that of ${user} in ${team}`;
  });
  if (token.status !== 'ok') return [token];
  const { people, escalation } = facts;
  const named = [...new Set([...people.operators, ...people.approvers, ...(people.readers ?? [])])];
  const found: Checkup[] = [];
  for (const person of named) {
    found.push(await attempt(`Slack ${person}`, 'people in the runbook file', () => resolve(client, person)));
  }
  const { contact } = escalation.who;
  return [
    token,
    await checkChannel(client, facts.slack.channel),
    await attempt(`Slack escalation contact ${contact}`, 'escalation.who.contact in the runbook file', () =>
      resolve(client, contact),
    ),
    ...found,
  ];
}

type Found = string | Pick<Checkup, 'status' | 'words'>;

/** What was found, or Slack's error with where to look. */
async function attempt(about: string, cure: string, look: () => Promise<Found>): Promise<Checkup> {
  try {
    const found = await look();
    return typeof found === 'string' ? { status: 'ok', about, words: found } : { about, ...found };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isAnswer = typeof Object(error).data?.error === 'string';
    return { status: isAnswer ? 'fail' : 'unknown', about, words: `${why}. Check ${cure}` };
  }
}

function checkChannel(client: WebClient, named: string): Promise<Checkup> {
  const cure = 'slack.channel in the runbook file';
  return attempt(`Slack channel ${named}`, cure, async () => {
    const channel = await findChannel(client, named.replace(/^#/, ''));
    if (channel?.is_member) return 'found, and the bot is in it';
    const words = channel
      ? 'found, but the bot is not in it: /invite it there'
      : `not found. Check ${cure}; into a private one the bot must be invited first`;
    return { status: 'fail', words };
  });
}

type Channel = NonNullable<ConversationsListResponse['channels']>[number];

async function findChannel(client: WebClient, wanted: string): Promise<Channel | null> {
  for await (const page of client.paginate('conversations.list', {
    types: 'public_channel,private_channel',
    exclude_archived: true,
    limit: 1000,
  })) {
    const { channels }: ConversationsListResponse = page;
    const found = channels?.find((one) => one.id === wanted || one.name === wanted.toLowerCase());
    if (found) return found;
  }
  return null;
}

/** By e-mail, Slack id or user group; rejects with Slack's error when there is no such one. */
async function resolve(client: WebClient, person: string): Promise<string> {
  if (person.includes('@')) {
    const { user } = await client.users.lookupByEmail({ email: person });
    return `found: ${user?.id}`;
  }
  if (person.startsWith('S')) {
    const { users } = await client.usergroups.users.list({ usergroup: person });
    return `a user group of ${users?.length ?? 0}`;
  }
  await client.users.info({ user: person });
  return 'found';
}

/** The checkup says what failed; the library's own log would say it again. */
const SILENT = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => 'error' as never,
  setName() {},
};

/** What `raxx doctor` asks of Slack: is the token good, can each place be reached, is everybody known that the runbook file names? */
import { WebClient } from '@slack/web-api';
import type { Checkup } from '../../operations/diagnosis/doctor.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { faultWords, isPassing, placeWhy, type SlackFault, slackFaultOf } from '../client/fault.ts';
import { createDirectory, type Directory, isGroup, isPerson, type Profile } from '../people/directory.ts';
import { createContact } from '../people/escalation-contact.ts';
import { proveDirectMessage } from './places.ts';
import { createTeamChannel } from './team-channel.ts';

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
  const mentions: Checkup[] = [];
  const token = await attempt('Slack', 'SLACK_BOT_TOKEN', async () => {
    const { team, user, response_metadata } = await client.auth.test();
    mentions.push(...checkMentions(response_metadata?.scopes));
    return `the token is that of ${user} in ${team}`;
  });
  if (token.status !== 'ok') return [token];
  // Each is asked once, however often it is named.
  const directory = createDirectory({ asking: client, patient: client, now: () => 0 });
  const { people } = facts;
  const named = [...new Set([...people.operators, ...people.approvers, ...(people.readers ?? [])])];
  const found: Checkup[] = [];
  for (const person of named) found.push(await checkNamed(directory, person));
  return [
    token,
    ...mentions,
    await checkChannel(client, facts),
    ...(await checkContact(client, directory, facts)),
    ...found,
  ];
}

/** Without its scope everything but mentions works. Where Slack does not tell the scopes, nothing is said. */
function checkMentions(scopes: readonly string[] | undefined): Checkup[] {
  if (scopes === undefined) return [];
  const about = 'Slack mentions';
  if (scopes.includes('app_mentions:read'))
    return [
      { status: 'ok', about, words: 'the scope app_mentions:read is granted: `@raxx status` is heard' },
    ];
  const words =
    'the scope app_mentions:read is not granted: `@raxx diagnose prod` is not heard, slash commands are. Save the manifest of this version (raxx manifest) and reinstall the app';
  return [{ status: 'warn', about, words }];
}

type CheckResult = string | Pick<Checkup, 'status' | 'words'>;

/** What was found, or Slack's error with where to look. */
async function attempt(about: string, cure: string, look: () => Promise<CheckResult>): Promise<Checkup> {
  try {
    const found = await look();
    return typeof found === 'string' ? { status: 'ok', about, words: found } : { about, ...found };
  } catch (error) {
    const fault = slackFaultOf(error);
    const why = error instanceof Error ? error.message : String(error);
    return {
      status: fault && fault.kind !== 'wait' ? 'fail' : 'unknown',
      about,
      words: `${why}. Check ${cure}`,
    };
  }
}

function checkChannel(client: WebClient, facts: Facts): Promise<Checkup> {
  const { channel } = facts.slack;
  return attempt(`Slack channel ${channel}`, 'slack.channel in the runbook file', async () => {
    const fault = await createTeamChannel(client, facts).prove();
    if (fault === null) return 'found, and the bot is in it';
    const { why, cure } = placeWhy(fault);
    return {
      status: 'fail',
      words: `cards and pings cannot be posted there: ${why}. Fix: ${cure}`,
    };
  });
}

/** Each of those who are woken, and whether a message of their own would reach them. */
async function checkContact(client: WebClient, directory: Directory, facts: Facts): Promise<Checkup[]> {
  const { contact } = facts.escalation.who;
  const about = `Slack escalation contact ${contact}`;
  const where = 'escalation.who.contact in the runbook file';
  const reached = await createContact(directory, facts)();
  if (!reached.ok)
    return [{ status: reached.passes ? 'unknown' : 'fail', about, words: `${reached.words} Check ${where}` }];
  const found: Checkup[] = [];
  for (const user of reached.users) {
    const who = isGroup(contact) ? `${about}: ${user}` : about;
    found.push(
      await attempt(who, where, async () => {
        const fault = await proveDirectMessage(client, user);
        if (fault === null)
          return `found: ${user}; that the app's Messages tab is open is seen at the first message`;
        const { why, cure } = placeWhy(fault);
        return { status: 'fail', words: `cannot be sent a direct message: ${why}. Fix: ${cure}` };
      }),
    );
  }
  return found.length > 0
    ? found
    : [{ status: 'unknown', about, words: `Slack does not show who is in ${contact}. Check ${where}` }];
}

async function checkNamed(directory: Directory, named: string): Promise<Checkup> {
  const about = `Slack ${named}`;
  const cure = 'Check people in the runbook file';
  if (isGroup(named)) {
    const read = await directory.members(named);
    if (!read.ok) return unread(about, read.fault, `its members have no rights through it. ${cure}`);
    const words = `a user group of ${read.value.length}`;
    return read.value.length === 0
      ? { status: 'warn', about, words: `${words}: nobody has rights by it` }
      : { status: 'ok', about, words };
  }
  if (isPerson(named)) {
    const read = await directory.person(named);
    if (!read.ok) return unread(about, read.fault, cure);
    return personOf(about, read.value, cure);
  }
  const read = await directory.idOf(named);
  if (!read.ok) return unread(about, read.fault, cure);
  if (read.value === null) return { status: 'fail', about, words: `nobody here has this address. ${cure}` };
  const person = await directory.person(read.value);
  return person.ok ? personOf(about, person.value, cure) : unread(about, person.fault, cure);
}

function personOf(about: string, profile: Profile | null, cure: string): Checkup {
  if (!profile) return { status: 'fail', about, words: `nobody here has this id. ${cure}` };
  const { isGone, isGuest, isStranger, id } = profile;
  const words = `found: ${id}`;
  if (isGone) return { status: 'fail', about, words: `${words}, but the account is deactivated. ${cure}` };
  if (isGuest || isStranger)
    return { status: 'fail', about, words: `${words}, but is not a full member and has no rights. ${cure}` };
  return { status: 'ok', about, words };
}

function unread(about: string, fault: SlackFault, cure: string): Checkup {
  return { status: isPassing(fault) ? 'unknown' : 'fail', about, words: `${faultWords(fault)}: ${cure}` };
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

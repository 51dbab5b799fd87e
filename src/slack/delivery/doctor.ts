/**
 * The Slack checks of `raxx doctor`: the token, the team's channel,
 * the escalation contact, and everyone named in the runbook file.
 */

import { WebClient } from '@slack/web-api';
import type { Checkup } from '../../operations/diagnosis/doctor.ts';
import { isSlackUser, isUserGroup } from '../../runbook/model/actor.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { faultWords, isPassing, type SlackFault, slackFaultOf, whyAndFix } from '../client/fault.ts';
import { createDirectory, type Directory, type Profile } from '../people/directory.ts';
import { findContact } from '../people/escalation-contact.ts';
import { checkDirectMessage } from './delivery.ts';
import { createTeamChannel } from './team-channel.ts';

export interface SlackCheckDeps {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly facts: Facts;
}

/** Never rejects. Calls run one after the other, because nobody waits and Slack limits their rate. */
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
    return `the token belongs to ${user} in ${team}`;
  });
  if (token.status !== 'ok') return [token];
  // The directory caches everyone, so nobody is looked up twice.
  const directory = createDirectory({ quickClient: client, client, now: () => 0 });
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

/** Everything except mentions works without this scope. Nothing is reported if Slack does not show the scopes. */
function checkMentions(scopes: readonly string[] | undefined): Checkup[] {
  if (scopes === undefined) return [];
  const about = 'Slack mentions';
  if (scopes.includes('app_mentions:read'))
    return [{ status: 'ok', about, words: 'the scope app_mentions:read is granted: `@raxx status` works' }];
  const words =
    'the scope app_mentions:read is not granted: slash commands work, but `@raxx diagnose prod` does not. Save the manifest of this version (raxx manifest) and reinstall the app';
  return [{ status: 'warn', about, words }];
}

type CheckResult = string | Pick<Checkup, 'status' | 'words'>;

/** Returns the result, or Slack's error and where to look. */
async function attempt(about: string, setting: string, look: () => Promise<CheckResult>): Promise<Checkup> {
  try {
    const found = await look();
    return typeof found === 'string' ? { status: 'ok', about, words: found } : { about, ...found };
  } catch (error) {
    const fault = slackFaultOf(error);
    const why = error instanceof Error ? error.message : String(error);
    return {
      status: fault && fault.kind !== 'wait' ? 'fail' : 'unknown',
      about,
      words: `${why}. Check ${setting}`,
    };
  }
}

function checkChannel(client: WebClient, facts: Facts): Promise<Checkup> {
  const { channel } = facts.slack;
  return attempt(`Slack channel ${channel}`, 'slack.channel in the runbook file', async () => {
    const fault = await createTeamChannel(client, facts).check();
    if (fault === null) return 'found, and the bot is in it';
    const { why, fix } = whyAndFix(fault);
    return {
      status: 'fail',
      words: `cards and pages cannot be posted there: ${why}. Fix: ${fix}`,
    };
  });
}

/** Checks everyone who is paged, and whether a direct message would reach them. */
async function checkContact(client: WebClient, directory: Directory, facts: Facts): Promise<Checkup[]> {
  const { contact } = facts.escalation.who;
  const about = `Slack escalation contact ${contact}`;
  const where = 'escalation.who.contact in the runbook file';
  const reached = await findContact({ directory, facts });
  if (!reached.ok)
    return [{ status: reached.passes ? 'unknown' : 'fail', about, words: `${reached.words} Check ${where}` }];
  const found: Checkup[] = [];
  for (const user of reached.users) {
    const who = isUserGroup(contact) ? `${about}: ${user}` : about;
    found.push(
      await attempt(who, where, async () => {
        const fault = await checkDirectMessage(client, user);
        if (fault === null)
          return `found: ${user}; whether the app's Messages tab is open can't be checked until a message is sent`;
        const { why, fix } = whyAndFix(fault);
        return { status: 'fail', words: `cannot be sent a direct message: ${why}. Fix: ${fix}` };
      }),
    );
  }
  return found.length > 0
    ? found
    : [{ status: 'unknown', about, words: `Slack won't show the members of ${contact}. Check ${where}` }];
}

async function checkNamed(directory: Directory, named: string): Promise<Checkup> {
  const about = `Slack ${named}`;
  const fix = 'Check people in the runbook file';
  if (isUserGroup(named)) {
    const read = await directory.members(named);
    if (!read.ok) return unread(about, read.fault, `its members get no rights from it. ${fix}`);
    const words = `a user group with ${read.value.length} members`;
    return read.value.length === 0
      ? { status: 'warn', about, words: `${words}: nobody gets rights from it` }
      : { status: 'ok', about, words };
  }
  if (isSlackUser(named)) {
    const read = await directory.person(named);
    if (!read.ok) return unread(about, read.fault, fix);
    return personOf(about, read.value, fix);
  }
  const read = await directory.idOf(named);
  if (!read.ok) return unread(about, read.fault, fix);
  if (read.value === null) return { status: 'fail', about, words: `no Slack user has this address. ${fix}` };
  const person = await directory.person(read.value);
  return person.ok ? personOf(about, person.value, fix) : unread(about, person.fault, fix);
}

function personOf(about: string, profile: Profile | null, fix: string): Checkup {
  if (!profile) return { status: 'fail', about, words: `no Slack user has this ID. ${fix}` };
  const { isGone, isGuest, isStranger, id } = profile;
  const words = `found: ${id}`;
  if (isGone) return { status: 'fail', about, words: `${words}, but the account is deactivated. ${fix}` };
  if (isGuest || isStranger)
    return { status: 'fail', about, words: `${words}, but not a full member, so without rights. ${fix}` };
  return { status: 'ok', about, words };
}

function unread(about: string, fault: SlackFault, fix: string): Checkup {
  return { status: isPassing(fault) ? 'unknown' : 'fail', about, words: `${faultWords(fault)}: ${fix}` };
}

/** The result says what failed, and the library's own log would only repeat it. */
const SILENT = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => 'error' as never,
  setName() {},
};

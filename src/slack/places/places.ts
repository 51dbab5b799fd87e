/** Places that the bot has to reach: the team's channel, and each person to be woken. One that it cannot is told once, where it can be told. */
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { faultOfCode, isPassing, placeWhy, type SlackFault, slackFaultOf } from '../client/fault.ts';
import type { Posted, Send, Thread } from '../client/send.ts';
import type { Directory } from '../people/directory.ts';
import type { Contact } from '../people/escalation-contact.ts';
import { alarmView } from '../views/alarm.ts';
import type { Message } from '../views/message.ts';
import type { TeamChannel } from './team-channel.ts';

export interface PlacesDeps {
  readonly client: WebClient;
  readonly send: Pick<Send, 'post'>;
  readonly team: TeamChannel;
  readonly contact: Contact;
  readonly directory: Directory;
  readonly facts: Facts;
  readonly log: Logger;
  /** The team's channel can be posted in again. Never rejects. */
  worksAgain(): Promise<void>;
}

/** The posts reject for what passes by itself; a place that refuses is a value, and is told. */
export interface Places {
  toTeam(message: Message, thread?: Thread): Promise<Posted>;
  toPerson(user: string, message: Message): Promise<Posted>;
  /** Why the team's channel could not be posted in, when it was last tried; null: it could, or was not tried. */
  teamFault(): SlackFault | null;
  /** `I cannot post in #moosequest: it is archived. Fix: unarchive it, …` */
  teamWords(fault: SlackFault): string;
  /** What cannot be reached as far as is known, a sentence each: `I cannot send …`. */
  problems(): readonly string[];
  /** Proves each place without posting there. Never rejects. */
  check(): Promise<void>;
}

export function createPlaces(deps: PlacesDeps): Places {
  const { client, send, team, contact, directory, facts, log } = deps;
  const { name, contact: address } = facts.escalation.who;
  /** What is told already, by place: Slack's code, or our own words. */
  const told = new Map<string, string>();
  /** People who could not be sent a message, with why. */
  const unreached = new Map<string, string>();
  let broken: SlackFault | null = null;

  function teamWords(fault: SlackFault): string {
    const { why, cure } = placeWhy(fault);
    return `I cannot post in ${team.name}: ${why}. Fix: ${cure}.`;
  }

  async function toTeam(message: Message, thread?: Thread): Promise<Posted> {
    const found = await team.find();
    const posted: Posted = found.ok ? await send.post(found.id, message, thread) : found;
    if (posted.ok) teamWorks();
    // A message that is refused for itself says nothing of the place.
    else if (posted.fault.kind !== 'content') await teamRefuses(posted.fault);
    return posted;
  }

  function teamWorks(): void {
    told.delete('team');
    if (broken === null) return;
    broken = null;
    log.info({ channel: team.name }, "the team's channel can be posted in again");
    // Not waited for: whoever posts just now may be drawing one of those that are drawn then.
    void deps.worksAgain();
  }

  async function teamRefuses(fault: SlackFault): Promise<void> {
    broken = fault;
    team.forget();
    if (told.get('team') === fault.code) return;
    told.set('team', fault.code);
    const words = `${teamWords(fault)} Until then cards and pings do not show there.`;
    const { why, cure } = placeWhy(fault);
    log.error(
      { fault },
      `cards and pings cannot be posted in #${facts.slack.channel.replace(/^#/, '')}: ${why}: ${cure}`,
    );
    await tellOperators(words);
  }

  /** Each by a message of their own, `but` one; whoever cannot be reached either is told of in the log. */
  async function tellOperators(words: string, but?: string): Promise<void> {
    for (const user of await whoCanBeTold()) {
      if (user === but) continue;
      const posted = await send.post(user, alarmView(words)).catch(() => null);
      if (!posted?.ok) log.error({ user }, 'and that could not be sent to them either');
    }
  }

  /** The operators and whoever is woken: as far as Slack shows them. */
  async function whoCanBeTold(): Promise<ReadonlySet<string>> {
    const reached = await contact();
    const found = await Promise.all(facts.people.operators.map(directory.idsOf));
    return new Set([...(reached.ok ? reached.users : []), ...found.flat()]);
  }

  async function toPerson(user: string, message: Message): Promise<Posted> {
    const posted = await send.post(user, message);
    if (posted.ok) {
      told.delete(user);
      unreached.delete(user);
    } else if (posted.fault.kind !== 'content') await personRefuses(user, posted.fault);
    return posted;
  }

  async function personRefuses(user: string, fault: SlackFault): Promise<void> {
    if (told.get(user) === fault.code) return;
    told.set(user, fault.code);
    const { why, cure } = placeWhy(fault);
    const words = `I cannot send <@${user}> a direct message: ${why}. Fix: ${cure}.`;
    unreached.set(user, words);
    log.error({ user, fault }, words);
    await alarm(words, user);
  }

  /** In the channel, else to the operators, `but` one; the log has it anyway. */
  async function alarm(words: string, but?: string): Promise<void> {
    try {
      const posted = await toTeam(alarmView(words));
      if (!posted.ok) await tellOperators(words, but);
    } catch (error) {
      log.error({ err: error }, 'and that could not be posted in the channel');
    }
  }

  async function check(): Promise<void> {
    try {
      const fault = await team.prove();
      if (fault) await teamRefuses(fault);
      else teamWorks();
      await checkContact();
    } catch (error) {
      log.error({ err: error }, `whether ${name} can be woken could not be checked`);
    }
  }

  async function checkContact(): Promise<void> {
    const reached = await contact();
    if (!reached.ok) {
      // Nothing is known of it, good or bad.
      if (reached.passes) return log.error({ contact: address }, reached.words);
      if (told.get('contact') === reached.words) return;
      told.set('contact', reached.words);
      const words = `${reached.words} Nobody is woken by me until that is put right: call ${name} (${address}) yourselves.`;
      log.error({ contact: address }, words);
      return alarm(words);
    }
    told.delete('contact');
    for (const user of reached.users) {
      const fault = await proveDirectMessage(client, user);
      if (fault) await personRefuses(user, fault);
    }
  }

  const problems = () => [...(broken === null ? [] : [teamWords(broken)]), ...unreached.values()];

  return { toTeam, toPerson, teamFault: () => broken, teamWords, problems, check };
}

/**
 * Whether a person could get a message of their own: null, or why not. Rejects while Slack cannot be asked. Whether the app's
 * Messages tab is open is seen only when a message is sent.
 */
export async function proveDirectMessage(client: WebClient, user: string): Promise<SlackFault | null> {
  try {
    const { user: found } = await client.users.info({ user });
    if (found?.deleted) return faultOfCode('user_disabled');
    return found?.is_bot ? faultOfCode('cannot_dm_bot') : null;
  } catch (error) {
    const fault = slackFaultOf(error);
    if (fault === null || isPassing(fault)) throw error;
    // Without the scope a message can still be sent: nothing is known of it.
    return fault.kind === 'scope' ? null : fault;
  }
}

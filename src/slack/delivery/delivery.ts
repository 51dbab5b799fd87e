/**
 * Delivers messages to the team's channel and to people.
 * It reports everything unreachable once, where someone can read it.
 */

import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { type Phrase, phraseText } from '../../runbook/text/phrase.ts';
import { answerOf, faultOfCode, type SlackFault, whyAndFix } from '../client/fault.ts';
import type { Posted, Send, Thread } from '../client/send.ts';
import type { Directory } from '../people/directory.ts';
import { findContact } from '../people/escalation-contact.ts';
import { alarmView } from '../views/alarm.ts';
import type { Message } from '../views/parts/message.ts';
import type { TeamChannel } from './team-channel.ts';

export interface DeliveryDeps {
  readonly client: WebClient;
  readonly send: Pick<Send, 'post'>;
  readonly team: TeamChannel;
  readonly directory: Directory;
  readonly facts: Facts;
  readonly log: Logger;
  /** Called when the team's channel accepts messages again. Never rejects. */
  onRecovered(): Promise<void>;
}

/** `toTeam` and `toPerson` reject on a temporary fault. A permanent refusal is returned and reported. */
export interface Delivery {
  toTeam(message: Message, thread?: Thread): Promise<Posted>;
  toPerson(user: string, message: Message): Promise<Posted>;
  /** Returns why the last attempt to post in the team's channel was refused. Null if it succeeded or there was none. */
  teamFault(): SlackFault | null;
  /** Returns a sentence such as `I cannot post in #moosequest: it is archived. Fix: unarchive it, …`. */
  teamWords(fault: SlackFault): string;
  /** Lists everything known to be unreachable, one sentence each: `I cannot send …`. */
  problems(): readonly Phrase[];
  /** Checks the channel and the contact without posting. Never rejects. */
  check(): Promise<void>;
}

interface DeliveryContext extends DeliveryDeps {
  readonly state: DeliveryState;
}

interface DeliveryState {
  teamFault: SlackFault | null;
  /** Sentences about people who cannot receive a message, by their ids. */
  readonly unreachable: Map<string, Phrase>;
  /** Problems that were already reported. Maps each subject to Slack's error code or our sentence. */
  readonly reported: Map<string, string>;
}

export function createDelivery(deps: DeliveryDeps): Delivery {
  const state: DeliveryState = { teamFault: null, unreachable: new Map(), reported: new Map() };
  const context = { ...deps, state };
  return {
    toTeam: (message, thread) => toTeam(context, message, thread),
    toPerson: (user, message) => toPerson(context, user, message),
    teamFault: () => state.teamFault,
    teamWords: (fault) => teamWords(deps.team, fault),
    problems: () => [
      ...(state.teamFault === null ? [] : [teamWords(deps.team, state.teamFault)]),
      ...state.unreachable.values(),
    ],
    check: () => check(context),
  };
}

async function toTeam(context: DeliveryContext, message: Message, thread?: Thread): Promise<Posted> {
  const found = await context.team.find();
  const posted: Posted = found.ok ? await context.send.post(found.id, message, thread) : found;
  if (posted.ok) teamAccepts(context);
  // A message that is refused because of its content says nothing about the channel.
  else if (posted.fault.kind !== 'content') await teamRefuses(context, posted.fault);
  return posted;
}

function teamAccepts({ state, team, log, onRecovered }: DeliveryContext): void {
  state.reported.delete('team');
  if (state.teamFault === null) return;
  state.teamFault = null;
  log.info({ channel: team.name }, "the team's channel takes messages again");
  // Not awaited, because the message just posted may itself be one of those that are drawn now.
  void onRecovered();
}

async function teamRefuses(context: DeliveryContext, fault: SlackFault): Promise<void> {
  const { state, team, facts, log } = context;
  state.teamFault = fault;
  team.forget();
  if (state.reported.get('team') === fault.code) return;
  state.reported.set('team', fault.code);
  const { why, fix } = whyAndFix(fault);
  log.error(
    { fault },
    `cards and pages cannot be posted in #${facts.slack.channel.replace(/^#/, '')}: ${why}: ${fix}`,
  );
  await alertOperators(
    context,
    `${teamWords(team, fault)} Until then, no cards and no pages are posted there.`,
  );
}

function teamWords({ name }: TeamChannel, fault: SlackFault): string {
  const { why, fix } = whyAndFix(fault);
  return `I cannot post in ${name}: ${why}. Fix: ${fix}.`;
}

/** Sends a direct message to each operator and to the escalation contact, but not to `except`. */
async function alertOperators(context: DeliveryContext, words: Phrase, except?: string): Promise<void> {
  const { send, log } = context;
  for (const user of await operatorsAndContact(context)) {
    if (user === except) continue;
    try {
      const posted = await send.post(user, alarmView(words));
      if (!posted.ok) log.error({ user, fault: posted.fault }, NO_ALERT);
    } catch (error) {
      log.error({ err: error, user }, NO_ALERT);
    }
  }
}

const NO_ALERT = 'the alert about it could not be sent to an operator either';

async function operatorsAndContact({ directory, facts }: DeliveryContext): Promise<ReadonlySet<string>> {
  const reached = await findContact({ directory, facts });
  const operators = await Promise.all(facts.people.operators.map(directory.idsOf));
  return new Set([...(reached.ok ? reached.users : []), ...operators.flat()]);
}

async function toPerson(context: DeliveryContext, user: string, message: Message): Promise<Posted> {
  const { send, state } = context;
  const posted = await send.post(user, message);
  if (posted.ok) {
    state.reported.delete(user);
    state.unreachable.delete(user);
  } else if (posted.fault.kind !== 'content') await personRefuses(context, user, posted.fault);
  return posted;
}

async function personRefuses(context: DeliveryContext, user: string, fault: SlackFault): Promise<void> {
  const { state, log } = context;
  if (state.reported.get(user) === fault.code) return;
  state.reported.set(user, fault.code);
  const { why, fix } = whyAndFix(fault);
  const words: Phrase = ['I cannot send ', { who: user }, ` a direct message: ${why}. Fix: ${fix}.`];
  state.unreachable.set(user, words);
  log.error({ user, fault }, phraseText(words));
  await alert(context, words, user);
}

/** Posts in the channel, or else sends to the operators except one. */
async function alert(context: DeliveryContext, words: Phrase, except?: string): Promise<void> {
  try {
    const posted = await toTeam(context, alarmView(words));
    if (!posted.ok) await alertOperators(context, words, except);
  } catch (error) {
    context.log.error({ err: error }, 'the alert about it could not be posted in the channel');
  }
}

async function check(context: DeliveryContext): Promise<void> {
  const { team, facts, log } = context;
  try {
    const fault = await team.check();
    if (fault) await teamRefuses(context, fault);
    else teamAccepts(context);
    await checkContact(context);
  } catch (error) {
    log.error({ err: error }, `could not check whether ${facts.escalation.who.name} can be paged`);
  }
}

async function checkContact(context: DeliveryContext): Promise<void> {
  const { state, client, facts, log } = context;
  const { name, contact } = facts.escalation.who;
  const reached = await findContact(context);
  if (!reached.ok) {
    // An outage of Slack says nothing about the contact.
    if (reached.passes) return log.error({ contact }, reached.words);
    if (state.reported.get('contact') === reached.words) return;
    state.reported.set('contact', reached.words);
    const words = `${reached.words} I can't page anyone until that's fixed. Until then, contact ${name} directly: ${contact}.`;
    log.error({ contact }, words);
    return alert(context, words);
  }
  state.reported.delete('contact');
  for (const user of reached.users) {
    const fault = await checkDirectMessage(client, user);
    if (fault) await personRefuses(context, user, fault);
  }
}

/**
 * Returns why a person could not receive a direct message. Null means they could, as far as Slack shows: only sending
 * a message reveals whether the app's Messages tab is open. Rejects on a temporary fault.
 */
export async function checkDirectMessage(client: WebClient, user: string): Promise<SlackFault | null> {
  const found = await answerOf(async () => (await client.users.info({ user })).user);
  // Without the scope `users:read`, a message can still be sent.
  if (!found.ok) return found.fault.kind === 'scope' ? null : found.fault;
  if (found.value?.deleted) return faultOfCode('user_disabled');
  return found.value?.is_bot ? faultOfCode('cannot_dm_bot') : null;
}

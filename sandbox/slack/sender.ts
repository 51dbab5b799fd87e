/**
 * Acts as people in the local Slack: sends their commands, clicks,
 * and submissions, and shows them an error when the bot fails.
 */
import { type Ack, type Delivery, deliver } from './deliver.ts';
import { escapeMessage } from './escape-command.ts';
import { findElement } from './find-element.ts';
import { Refusal } from './method.ts';
import {
  clickPayload,
  commandForm,
  homeOpenedEvent,
  mentionEvent,
  shortcutPayload,
  submissionPayload,
  type ViewValues,
} from './payloads.ts';
import { showReply } from './respond.ts';
import type { Origin } from './response-urls.ts';
import type { Slack } from './slack.ts';
import { type Person, SLACKBOT } from './workspace.ts';

export interface SenderOptions {
  readonly slack: Slack;
  /** Returns the bot's request URL. Called for each request, because the bot may restart on another port. */
  readonly eventsUrl: () => string;
  readonly signingSecret: string;
  /** The base of this Slack's response_urls: the simulator's `url`. */
  readonly replyBase: string;
  /** Slack's time limit for a response, in milliseconds. */
  readonly ackLimitMs?: number;
}

export interface Click {
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
  readonly user: string;
  readonly blockId?: string;
  /** The chosen option of a menu. For a button, a forged value. */
  readonly value?: string;
}

export interface Sender {
  /** Types `text` (`/raxx status prod`) as this person, who is shown the ack's body. */
  command(text: string, user: string, channel: string): Promise<Ack>;
  /**
   * Writes an ordinary message in the channel or in a thread. The app is notified only of a mention in a channel that
   * it is in. Returns null if it was not notified. An event that it does not accept is retried once, which Slack does
   * immediately.
   */
  say(text: string, user: string, channel: string, threadTs?: string): Promise<Ack | null>;
  /** Opens the app's Home tab, about which the app is notified. */
  openHome(user: string, tab?: 'home' | 'messages'): Promise<Ack>;
  /** Presses a button, or chooses from a menu, in a message that this person sees. */
  click(click: Click): Promise<Ack>;
  /** Chooses a shortcut of the app from the menu of a message that this person sees. */
  shortcut(chosen: { channel: string; ts: string; callbackId: string; user: string }): Promise<Ack>;
  /** Submits the topmost modal of this person. */
  submit(user: string, values: ViewValues): Promise<Ack>;
  /** Sends any form body, signed. */
  send(form: Record<string, string>): Promise<Ack>;
  /** Sends an event unchanged, signed. */
  sendEvent(event: Record<string, unknown>): Promise<Ack>;
}

/**
 * Thrown for something that no person could do here: press a button that is gone, or click in someone else's message.
 */
export class Impossible extends Error {}

const ACK_LIMIT_MS = 3000;

/** All methods resolve with the bot's response, or reject with `Impossible` before anything is sent. */
export function createSender(options: SenderOptions): Sender {
  const { slack, replyBase } = options;

  const { send, sendEvent } = deliveryOf(options);

  return {
    send,
    sendEvent,
    openHome: async (user, tab = 'home') => sendEvent(homeOpenedEvent(slack, findTypist(slack, user), tab)),
    async say(typed, user, channelId, threadTs) {
      const person = findTypist(slack, user);
      const channel = slack.workspace.channels.find((one) => one.id === channelId);
      if (!channel?.members.includes(user)) throw new Impossible('this person is not in that channel');
      const { botUserId } = slack.workspace;
      const text = escapeMessage(typed, slack.workspace);
      const thread = threadTs === undefined ? {} : { threadTs };
      const message = slack.messages.post({ channel: channelId, author: user, text, blocks: [], ...thread });
      const isHeard = text.includes(`<@${botUserId}>`) && channel.members.includes(botUserId);
      return isHeard ? sendEvent(mentionEvent(slack, person, message)) : null;
    },
    async command(typed, user, channelId) {
      const person = findTypist(slack, user);
      const channel = slack.workspace.channels.find((one) => one.id === channelId);
      if (!channel?.members.includes(user)) throw new Impossible('this person is not in that channel');
      const [, command = '', text = ''] = /^(\S*)\s*([\s\S]*)$/.exec(typed.trim()) ?? [];
      if (command !== '/raxx')
        throw new Impossible(`${command || 'An empty command'} is not a valid command here`);
      const origin = { channel: channelId, user };
      const responseUrl = replyBase + slack.responseUrls.issue('commands', origin);
      const ack = await send(commandForm(slack, person, channel, { command, text }, responseUrl));
      if (ack.failure) tell(slack, origin, `${command} failed with the error "${ack.failure}"`);
      else if (ack.body !== '') showAck(slack, origin, typed.trim(), ack.body);
      return ack;
    },
    async click({ channel, ts, actionId, user, blockId, value }) {
      const person = findTypist(slack, user);
      const message = slack.messages.find(channel, ts);
      const seen = message && (message.onlyFor === undefined || message.onlyFor === user);
      if (!message || !seen) throw new Impossible('this person cannot see that message');
      const found = findElement(message.blocks, actionId, blockId);
      if (!found) throw new Impossible(`that message no longer has ${actionId}`);
      const origin = { channel, user, source: { ts } };
      const responseUrl = replyBase + slack.responseUrls.issue('actions', origin);
      const payload = clickPayload(slack, person, message, found, responseUrl, value);
      const ack = await send({ payload: JSON.stringify(payload) });
      if (ack.failure) slack.messages.change(channel, ts, { failedAction: actionId });
      else if (message.failedAction) slack.messages.change(channel, ts, { failedAction: undefined });
      return ack;
    },
    async shortcut({ channel, ts, callbackId, user }) {
      const person = findTypist(slack, user);
      const message = slack.messages.find(channel, ts);
      if (!message || message.onlyFor !== undefined)
        throw new Impossible('this person cannot see that message');
      const origin = { channel, user, source: { ts } };
      const responseUrl = replyBase + slack.responseUrls.issue('actions', origin);
      const payload = shortcutPayload(slack, person, message, callbackId, responseUrl);
      return send({ payload: JSON.stringify(payload) });
    },
    async submit(user, values) {
      const person = findTypist(slack, user);
      const view = slack.views.stack(user).at(-1);
      if (!view) throw new Impossible('this person has no dialog open');
      const payload = submissionPayload(slack, person, view, values);
      const ack = await send({ payload: JSON.stringify(payload) });
      // An empty body closes the dialog. Errors leave it open, and the caller shows them.
      if (!ack.failure && ack.body === '') slack.views.close(user, false);
      if (!ack.failure && /"response_action":\s*"clear"/.test(ack.body)) slack.views.close(user, true);
      return ack;
    },
  };
}

/** Sends signed requests to the bot. An event that it does not accept is retried once. */
function deliveryOf(options: SenderOptions): Pick<Sender, 'send' | 'sendEvent'> {
  const sendBody = (body: Delivery['body']) =>
    deliver({
      url: options.eventsUrl(),
      signingSecret: options.signingSecret,
      body,
      now: options.slack.now(),
      limitMs: options.ackLimitMs ?? ACK_LIMIT_MS,
    });
  return {
    send: (form) => sendBody({ form }),
    async sendEvent(event) {
      const first = await sendBody({ json: event });
      if (!first.failure) return first;
      const reason = first.failure === 'operation_timeout' ? 'http_timeout' : 'http_error';
      return sendBody({ json: event, retry: { num: 1, reason } });
    },
  };
}

function findTypist(slack: Slack, id: string): Person {
  const person = slack.workspace.people.find((one) => one.id === id && one.kind !== 'bot');
  if (!person) throw new Impossible(`nobody has the id ${id} here`);
  return person;
}

function tell(slack: Slack, { channel, user }: Origin, text: string): void {
  slack.messages.post({ channel, author: SLACKBOT, onlyFor: user, text, blocks: [] });
}

/** Shows the body of a command's ack: plain text, or a message as JSON. `in_channel` also shows what was typed. */
function showAck(slack: Slack, origin: Origin, typed: string, body: string): void {
  const content = parse(body);
  const { channel, user } = origin;
  if (/"response_type":\s*"in_channel"/.test(body)) {
    slack.messages.post({ channel, author: user, text: typed, blocks: [] });
  }
  try {
    showReply(slack, origin, content);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(slack, origin, `${typed.split(/\s/)[0]} failed with the error "${error.message}"`);
  }
}

/** A JSON object is a message. Anything else is the text of one. */
function parse(body: string): unknown {
  if (!body.startsWith('{')) return { text: body };
  try {
    return JSON.parse(body);
  } catch {
    return { text: body };
  }
}

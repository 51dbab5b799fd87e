/**
 * Sends messages through the Web API: redacted, cut to Slack's limits,
 * and in a simpler form if Slack refuses the first one.
 */
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { RefusalSeen } from '../../operations/ports/slack-refusals.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { Message } from '../views/parts/message.ts';
import { type Fallback, fallbacksOf } from './fallbacks.ts';
import { answerOf, faultWords, NOTHING_TO_SEND, type SlackAnswer, type SlackFault } from './fault.ts';
import { fitMessage } from './fit-message.ts';
import { keepNewest } from './keep-newest.ts';

export interface SendDeps {
  readonly client: WebClient;
  readonly redact: Redactor;
  readonly log: Logger;
  /** Stores Slack's refusal for `raxx doctor`. Never rejects. */
  noteRefusal(refusal: RefusalSeen): Promise<void>;
}

/** Slack identifies a message by its channel and its `ts`. */
export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
}

export type Posted =
  | ({ readonly ok: true } & MessageRef)
  | { readonly ok: false; readonly fault: SlackFault };

export type Edited =
  | { readonly kind: 'edited' }
  /** This message cannot be changed or was deleted, so a new one has to be posted. */
  | { readonly kind: 'uneditable'; readonly fault: SlackFault }
  /** Slack refuses this content or this channel, and would refuse it again. */
  | { readonly kind: 'refused'; readonly fault: SlackFault };

/** Returns whether neither the message nor its thread can take anything: it was deleted, or its channel refuses. */
export function isGone(edited: Edited): boolean {
  return (
    edited.kind === 'refused' || (edited.kind === 'uneditable' && edited.fault.code === 'message_not_found')
  );
}

/** A reply in the thread of `ts`, also shown in the channel if `everybody` is set. */
export interface Thread {
  readonly ts: string;
  readonly everybody: boolean;
}

/**
 * `post` and `edit` reject on a temporary fault,
 * or if it is unknown whether Slack accepted the message. The caller retries.
 */
export interface Send {
  /** `where` is the id of a channel or a person. */
  post(where: string, message: Message, thread?: Thread): Promise<Posted>;
  edit(ref: MessageRef, message: Message): Promise<Edited>;
  /**
   * Prepares the response to a request, which can be given only once: redacted, cut to size, and limited to blocks
   * that Slack accepts everywhere.
   */
  prepare(message: Message): Message;
  /** Returns the message and its simpler forms in the order to try, each redacted and cut to size. */
  fallbacks(message: Message): readonly Fallback[];
  /** Logs and stores a refusal. `what` is the form of the message, or where it was sent. */
  refused(method: string, what: string, fault: SlackFault): void;
}

/** Refused edits are not sent again unchanged. Only the newest are remembered. */
const MOST_REFUSED_EDITS = 500;

interface SendContext extends SendDeps {
  /** Maps `channel` and `ts` to the content that was to be shown and Slack's response. */
  readonly refusedEdits: Map<string, { readonly shown: string; readonly edited: Edited }>;
}

export function createSend(deps: SendDeps): Send {
  const context: SendContext = { ...deps, refusedEdits: new Map() };
  return {
    post: (where, message, thread) => post(context, where, message, thread),
    edit: (ref, message) => edit(context, ref, message),
    prepare: (message) => prepare(context, message),
    fallbacks: (message) => fallbacks(context, message),
    refused: (method, what, fault) => refused(context, method, what, fault),
  };
}

function prepare(context: SendContext, message: Message): Message {
  const all = fallbacks(context, message);
  return (all.find(({ name }) => name === 'classic sections') ?? all[0])?.message ?? message;
}

function fallbacks({ redact, log }: SendContext, message: Message): readonly Fallback[] {
  const { message: fitted, faults } = fitMessage(redact.deep(message));
  if (faults.length > 0) log.warn({ faults }, 'a message was too long for Slack and was shortened');
  return fallbacksOf(fitted).map((fallback, index) => {
    if (index === 0 || fallback.message.blocks.length === 0) return fallback;
    return { ...fallback, message: fitMessage(fallback.message).message };
  });
}

function refused({ log, noteRefusal }: SendContext, method: string, what: string, fault: SlackFault): void {
  const { code, detail } = fault;
  log.error({ method, what, code, detail }, `Slack refused a message (${faultWords(fault)})`);
  void noteRefusal({ method, what, code, detail });
}

/** Returns the first form that Slack accepts, or the last fault if it accepts none. Rejects on a temporary fault. */
async function sendFirstAccepted<T>(
  context: SendContext,
  { method, where, message }: { readonly method: string; readonly where: string; readonly message: Message },
  attempt: (message: Message) => Promise<T>,
): Promise<SlackAnswer<T>> {
  let accepted: SlackAnswer<T> = { ok: false, fault: NOTHING_TO_SEND };
  for (const { name, message: simpler } of fallbacks(context, message)) {
    accepted = await answerOf(() => attempt(simpler));
    if (accepted.ok) return accepted;
    const { fault } = accepted;
    if (fault.kind !== 'message') refused(context, method, fault.kind === 'content' ? name : where, fault);
    if (fault.kind !== 'content') return accepted;
  }
  return accepted;
}

async function post(
  context: SendContext,
  where: string,
  message: Message,
  thread: Thread | undefined,
): Promise<Posted> {
  const sending = { method: 'chat.postMessage', where, message };
  const accepted = await sendFirstAccepted(context, sending, async ({ text, blocks }) => {
    // Without blocks, Slack shows the text.
    const body = { channel: where, text, ...(blocks.length === 0 ? {} : { blocks }), ...NO_UNFURL };
    const { channel, ts } = await context.client.chat.postMessage(inThread(body, thread));
    if (!channel || !ts) throw new Error('Slack posted a message and did not say where');
    return { channel, ts };
  });
  return accepted.ok ? { ok: true, ...accepted.value } : accepted;
}

async function edit(context: SendContext, ref: MessageRef, message: Message): Promise<Edited> {
  const { client, refusedEdits } = context;
  const key = `${ref.channel}:${ref.ts}`;
  const shown = JSON.stringify(message);
  const before = refusedEdits.get(key);
  if (before?.shown === shown) return before.edited;
  const sending = { method: 'chat.update', where: ref.channel, message };
  const accepted = await sendFirstAccepted(context, sending, async (simpler) => {
    await client.chat.update({ ...ref, ...simpler });
  });
  refusedEdits.delete(key);
  if (accepted.ok) return { kind: 'edited' };
  const { fault } = accepted;
  const edited: Edited = { kind: fault.kind === 'message' ? 'uneditable' : 'refused', fault };
  keepNewest(refusedEdits, key, { shown, edited }, MOST_REFUSED_EDITS);
  return edited;
}

const NO_UNFURL = { unfurl_links: false, unfurl_media: false } as const;

function inThread<Body extends object>(body: Body, thread: Thread | undefined) {
  if (!thread) return body;
  const { ts: thread_ts, everybody } = thread;
  return everybody ? { ...body, thread_ts, reply_broadcast: true as const } : { ...body, thread_ts };
}

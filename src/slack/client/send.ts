/** How messages leave by the Web API: redacted, made to fit, and simpler where Slack does not take them. */
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { RefusalSeen } from '../../operations/ports/slack-refusals.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { Message } from '../views/message.ts';
import { faultWords, isPassing, type SlackFault, slackFaultOf } from './fault.ts';
import { fitMessage } from './fit-message.ts';
import { type LadderStep, simplerSteps } from './simpler.ts';

export interface SendDeps {
  readonly client: WebClient;
  readonly redact: Redactor;
  readonly log: Logger;
  /** Remembers what Slack refused, for `raxx doctor`. Never rejects. */
  noteRefusal(refusal: RefusalSeen): Promise<void>;
}

export interface MessagePlace {
  readonly channel: string;
  readonly ts: string;
}

export type Posted =
  | ({ readonly ok: true } & MessagePlace)
  | { readonly ok: false; readonly fault: SlackFault };

export type Edited =
  | { readonly kind: 'edited' }
  /** That message cannot be changed, or is gone: a new one has to be posted. */
  | { readonly kind: 'fixed'; readonly fault: SlackFault }
  /** Slack does not take it there: repeated unchanged it would be refused again. */
  | { readonly kind: 'refused'; readonly fault: SlackFault };

/** It is not there any more, so that it has no thread either; nor does its channel take anything. */
export function isGone(edited: Edited): boolean {
  return edited.kind === 'refused' || (edited.kind === 'fixed' && edited.fault.code === 'message_not_found');
}

/** In a thread; `everybody`: in the channel as well. */
export interface Thread {
  readonly ts: string;
  readonly everybody: boolean;
}

/** Both reject for what passes by itself, or when nobody knows whether it was taken: whoever asked tries again. */
export interface Send {
  /** `where`: a channel's id, or a person's. */
  post(where: string, message: Message, thread?: Thread): Promise<Posted>;
  edit(place: MessagePlace, message: Message): Promise<Edited>;
  /** Redacted and made to fit, for the answer to a request: it cannot be tried twice, so it is made of what Slack takes everywhere. */
  prepare(message: Message): Message;
  /** The steps to try, redacted and made to fit each. */
  steps(message: Message): readonly LadderStep[];
  /** A step was refused: it is logged with Slack's reason, and kept. */
  refused(method: string, what: string, fault: SlackFault): void;
}

/** Edits that were refused, so that they are not sent again unchanged; the oldest are forgotten. */
const MOST_REMEMBERED = 500;

export function createSend({ client, redact, log, noteRefusal }: SendDeps): Send {
  const refusedEdits = new Map<string, { readonly said: string; readonly edited: Edited }>();

  function prepare(message: Message): Message {
    const all = steps(message);
    return (all.find(({ name }) => name === 'classic sections') ?? all[0])?.message ?? message;
  }

  function shortened(message: Message): Message {
    const { message: fitted, faults } = fitMessage(message);
    if (faults.length > 0) log.warn({ faults }, 'a message was too long for Slack and was shortened');
    return fitted;
  }

  function steps(message: Message): readonly LadderStep[] {
    return simplerSteps(shortened(redact.deep(message))).map((step, index) => {
      if (index === 0 || step.message.blocks.length === 0) return step;
      return { ...step, message: fitMessage(step.message).message };
    });
  }

  function refused(method: string, what: string, fault: SlackFault): void {
    const { code, detail } = fault;
    log.error({ method, what, code, detail }, `Slack refused a message (${faultWords(fault)})`);
    void noteRefusal({ method, what, code, detail });
  }

  /** The first step that is taken; the fault of the last one when none is. Rejects for what passes. */
  async function climb<T>(
    method: string,
    where: string,
    message: Message,
    attempt: (message: Message) => Promise<T>,
  ): Promise<Taken<T>> {
    let taken: Taken<T> = { ok: false, fault: { kind: 'content', code: 'no_text', detail: '' } };
    for (const { name, message: simpler } of steps(message)) {
      taken = await takenOr(() => attempt(simpler));
      if (taken.ok) return taken;
      const { fault } = taken;
      if (fault.kind !== 'message') refused(method, fault.kind === 'content' ? name : where, fault);
      if (fault.kind !== 'content') return taken;
    }
    return taken;
  }

  async function post(where: string, message: Message, thread?: Thread): Promise<Posted> {
    const taken = await climb('chat.postMessage', where, message, async ({ text, blocks }) => {
      // Without blocks a post shows its text.
      const said = { channel: where, text, ...(blocks.length === 0 ? {} : { blocks }), ...UNFURL };
      const { channel, ts } = await client.chat.postMessage(inThread(said, thread));
      if (!channel || !ts) throw new Error('Slack posted a message and did not say where');
      return { channel, ts };
    });
    return taken.ok ? { ok: true, ...taken.value } : taken;
  }

  async function edit(place: MessagePlace, message: Message): Promise<Edited> {
    const key = `${place.channel}:${place.ts}`;
    const said = JSON.stringify(message);
    const before = refusedEdits.get(key);
    if (before?.said === said) return before.edited;
    const taken = await climb('chat.update', place.channel, message, async (simpler) => {
      await client.chat.update({ ...place, ...simpler });
    });
    refusedEdits.delete(key);
    if (taken.ok) return { kind: 'edited' };
    const { fault } = taken;
    const edited: Edited = { kind: fault.kind === 'message' ? 'fixed' : 'refused', fault };
    refusedEdits.set(key, { said, edited });
    for (const oldest of [...refusedEdits.keys()].slice(0, refusedEdits.size - MOST_REMEMBERED))
      refusedEdits.delete(oldest);
    return edited;
  }

  return { post, edit, prepare, steps, refused };
}

type Taken<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: SlackFault };

const UNFURL = { unfurl_links: false, unfurl_media: false } as const;

function inThread<Said extends object>(said: Said, thread: Thread | undefined) {
  if (!thread) return said;
  const { ts: thread_ts, everybody } = thread;
  return everybody ? { ...said, thread_ts, reply_broadcast: true as const } : { ...said, thread_ts };
}

/** What passes by itself is thrown on. */
async function takenOr<T>(work: () => Promise<T>): Promise<Taken<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    const fault = slackFaultOf(error);
    if (fault === null || isPassing(fault)) throw error;
    return { ok: false, fault };
  }
}

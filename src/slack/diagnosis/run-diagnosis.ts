/** Posts a diagnosis in the channel. What changed, every check, and the log are shown only to the asker. */

import { notBegunWords } from '../../operations/diagnosis/not-begun.ts';
import type { Requester } from '../../operations/diagnosis/request-limits.ts';
import { changeSentence } from '../../runbook/changes/change-line.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import { type Person, readUse } from '../../runbook/people/permissions.ts';
import { permalinkOf } from '../client/card.ts';
import type { ReplyTo } from '../client/post.ts';
import type { MessageRef } from '../client/send.ts';
import type { Asker, SlackContext } from '../context.ts';
import { changesThread, changesView } from '../views/diagnosis/changes.ts';
import { checksView } from '../views/diagnosis/checks.ts';
import { diagnosisView } from '../views/diagnosis/diagnosis.ts';
import { namesCause } from '../views/diagnosis/first-screen.ts';
import { logsView } from '../views/diagnosis/logs.ts';
import { sentenceView } from '../views/parts/answers.ts';
import type { Message } from '../views/parts/message.ts';
import { removeWaiting, showWaiting } from './waiting-message.ts';

/** Resolves when the card was shown, or the reason why there is none. Rejects if neither could be shown. */
export async function runDiagnosis(context: SlackContext, target: Target, asker: Asker): Promise<void> {
  const { facts, post, canDo, log } = context;
  const { person, replyTo } = asker;
  const { answer, waiting } = await diagnoseShowingWaits(context, target, asker);
  if (!answer.ok) {
    if (waiting) await removeWaiting(context, waiting);
    return post.toAsker(replyTo, sentenceView(notBegunWords(answer)));
  }
  const incidentCard = await permalinkOf(context, answer.value.situation.incident?.card ?? null);
  const draw = (diagnosis: Diagnosis) =>
    diagnosisView(diagnosis, { by: person.id, facts, incidentCard, canDo });
  const card = await putCard(context, replyTo, waiting, draw(answer.value));
  if (!card) return;
  // A message in a thread has no thread of its own.
  const thread = { channel: card.channel, ts: replyTo.threadTs ?? card.ts };
  try {
    await addChanges(context, { card, thread }, answer.value, await answer.explain(), draw);
  } catch (error) {
    // The card is complete without the changes.
    log.warn({ err: error }, 'what changed could not be added to a diagnosis');
  }
}

/** Reading diffs takes time, so the card is posted without them and edited afterwards. */
async function addChanges(
  { post }: SlackContext,
  { card, thread }: { readonly card: MessageRef; readonly thread: MessageRef },
  before: Diagnosis,
  after: Diagnosis,
  draw: (diagnosis: Diagnosis) => Message,
): Promise<void> {
  const { changes, lastHour, at } = after;
  if (changeSentence(changes, at) !== changeSentence(before.changes, at)) await post.edit(card, draw(after));
  const all = changesThread(changes, lastHour, at, namesCause(after));
  if (all) await post.inThread(thread, all);
}

export async function runChanges(
  { diagnosisService, post }: SlackContext,
  target: Target,
  { person, replyTo }: Asker,
): Promise<void> {
  const answer = await diagnosisService.diagnose(target, requesterOf(person));
  if (!answer.ok) return post.toAsker(replyTo, sentenceView(notBegunWords(answer)));
  await post.toAsker(replyTo, changesView(await answer.explain()));
}

/** Shows every check with what it saw. */
export async function showChecks(
  { diagnosisService, post }: SlackContext,
  target: Target,
  { person, replyTo }: Asker,
): Promise<void> {
  const answer = await diagnosisService.diagnose(target, requesterOf(person));
  await post.toAsker(replyTo, answer.ok ? checksView(answer.value) : sentenceView(notBegunWords(answer)));
}

export async function runLogs(
  { diagnosisService, post }: SlackContext,
  target: Target,
  { person, replyTo }: Asker,
): Promise<void> {
  const answer = await diagnosisService.logs(target, requesterOf(person));
  await post.toAsker(replyTo, answer.ok ? logsView(answer.value) : sentenceView(notBegunWords(answer)));
}

export function requesterOf(person: Person): Requester {
  return { id: person.id, use: readUse(person) };
}

/** Returns the reply, and the message that says what it is waiting for, if there is one. */
async function diagnoseShowingWaits(context: SlackContext, target: Target, asker: Asker) {
  const waiting = showWaiting(context, target, asker);
  try {
    const answer = await context.diagnosisService.diagnose(target, requesterOf(asker.person));
    return { answer, waiting: waiting.end() };
  } catch (error) {
    const shown = waiting.end();
    if (shown) await removeWaiting(context, shown);
    throw error;
  }
}

/** The card replaces the waiting message, or is posted separately if Slack does not accept that edit. */
async function putCard(
  context: SlackContext,
  replyTo: ReplyTo,
  waiting: MessageRef | null,
  card: Message,
): Promise<MessageRef | null> {
  if (waiting === null) return context.post.inChannel(replyTo, card);
  if (await editedInTime(context, waiting, card)) return waiting;
  const posted = await context.post.inChannel(replyTo, card);
  await removeWaiting(context, waiting);
  return posted;
}

/** A finished card does not wait longer than this for an edit that Slack is slow to accept. */
const EDIT_WITHIN_MS = 2_000;

async function editedInTime(
  { post, log }: SlackContext,
  waiting: MessageRef,
  card: Message,
): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), EDIT_WITHIN_MS);
  const edited = post.edit(waiting, card).catch((error: unknown) => {
    log.warn({ err: error }, 'a card could not replace the message that announced it');
    return false;
  });
  try {
    return await Promise.race([edited, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

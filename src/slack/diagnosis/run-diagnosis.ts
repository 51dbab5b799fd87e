/** A diagnosis for the channel; for the asker alone: what changed, every check, the log. */

import { notBegunWords } from '../../operations/diagnosis/not-begun.ts';
import type { Requester } from '../../operations/diagnosis/request-limits.ts';
import { changeLine } from '../../runbook/changes/change-line.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import { type Person, readUse } from '../../runbook/people/permissions.ts';
import { permalinkOf } from '../client/card.ts';
import type { MessageRef } from '../client/send.ts';
import type { Asker, SlackContext } from '../context.ts';
import { changesThread, changesView } from '../views/changes.ts';
import { checksView } from '../views/checks.ts';
import { diagnosisView } from '../views/diagnosis.ts';
import { sentenceView } from '../views/help.ts';
import { logsView } from '../views/logs.ts';
import type { Message } from '../views/message.ts';
import { waitingView } from '../views/waiting.ts';

/** Resolves when the card was shown, or the reason why there is none. Rejects when neither could be. */
export async function runDiagnosis(context: SlackContext, target: Target, asker: Asker): Promise<void> {
  const { facts, post, canDo, log } = context;
  const { person, replyTo } = asker;
  const answer = await diagnoseWithNotice(context, target, asker);
  if (!answer.ok) return post.toAsker(replyTo, sentenceView(notBegunWords(answer)));
  const incidentCard = await permalinkOf(context, answer.value.situation.incident?.card ?? null);
  const draw = (diagnosis: Diagnosis) =>
    diagnosisView(diagnosis, { by: person.id, facts, incidentCard, canDo });
  const card = await post.inChannel(replyTo, draw(answer.value));
  if (!card) return;
  // A message in a thread has no thread of its own.
  const thread = { channel: card.channel, ts: replyTo.threadTs ?? card.ts };
  try {
    await addChanges(context, { card, thread }, answer.value, await answer.explain(), draw);
  } catch (error) {
    // The card is complete without it.
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
  const { changes, at } = after;
  if (changeLine(changes, at) !== changeLine(before.changes, at)) await post.edit(card, draw(after));
  const all = changesThread(changes, at);
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

/** Every check with what it saw. */
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

/** Most diagnoses end before anybody wonders. */
const NOTICE_AFTER_MS = 2_000;

/** After two seconds, tells the asker once what it waits for: an answer to the asker alone cannot be edited. */
async function diagnoseWithNotice(
  { diagnosisService, facts, post, now, log }: SlackContext,
  target: Target,
  { person, replyTo }: Asker,
) {
  const since = now();
  const notice = setTimeout(() => {
    const message = waitingView(diagnosisService.waitingFor(target), since, facts.deadlines.diagnoseMs);
    // The card is posted either way.
    post.toAsker(replyTo, message).catch((error: unknown) => {
      log.warn({ err: error }, 'the asker could not be shown what a diagnosis waits for');
    });
  }, NOTICE_AFTER_MS);
  try {
    return await diagnosisService.diagnose(target, requesterOf(person));
  } finally {
    clearTimeout(notice);
  }
}

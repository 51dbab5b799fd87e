/** A diagnosis for the channel, by command or by button; and what changed, for whoever asks. */

import { notBegunWords } from '../../operations/diagnosis/not-begun.ts';
import type { Requester } from '../../operations/diagnosis/request-limits.ts';
import { changeLine } from '../../runbook/changes/change-line.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import { type Person, readUse } from '../../runbook/people/permissions.ts';
import type { Place } from '../client/post.ts';
import type { MessagePlace } from '../client/send.ts';
import type { SlackDeps } from '../deps.ts';
import { changesThread, changesView } from '../views/changes.ts';
import { checksView } from '../views/checks.ts';
import { diagnosisView } from '../views/diagnosis.ts';
import { sentenceView } from '../views/help.ts';
import type { Message } from '../views/message.ts';
import { showWaiting } from './waiting-message.ts';

/** Resolves when the card, or the reason why there is none, is shown. Rejects when neither could be. */
export async function runDiagnosis(
  target: Target,
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const { facts, post, canDo, incidentCards } = deps;
  const { answer, waiting } = await patiently(target, person, place, deps);
  if (!answer.ok) {
    if (waiting) await removeWaiting(waiting, deps);
    return post.toAsker(place, sentenceView(notBegunWords(answer)));
  }
  const { incident } = answer.value.situation;
  const incidentCard = incident && (await incidentCards.permalink(incident));
  const draw = (diagnosis: Diagnosis) =>
    diagnosisView(diagnosis, { by: person.id, facts, incidentCard, canDo });
  const card = await putCard(waiting, place, draw(answer.value), deps);
  if (!card) return;
  // A reply has no thread of its own.
  const thread = { channel: card.channel, ts: place.threadTs ?? card.ts };
  try {
    await tellChanges({ card, thread }, answer.value, await answer.explain(), draw, deps);
  } catch (error) {
    // The card stands, and says what was known without it.
    deps.noteFailure(error, 'what changed could not be added to a diagnosis');
  }
}

/** Diffs take their time, and nobody waits for them: the card is edited when they are read. */
async function tellChanges(
  { card, thread }: { readonly card: MessagePlace; readonly thread: MessagePlace },
  before: Diagnosis,
  after: Diagnosis,
  draw: (diagnosis: Diagnosis) => Message,
  { post }: SlackDeps,
): Promise<void> {
  const { changes, at } = after;
  if (changeLine(changes, at) !== changeLine(before.changes, at)) await post.edit(card, draw(after));
  const all = changesThread(changes, at);
  if (all) await post.inThread(thread, all);
}

/** For the asker. */
export async function runChanges(
  target: Target,
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const { diagnosisService, post } = deps;
  const answer = await diagnosisService.diagnose(target, askerOf(person));
  if (!answer.ok) return post.toAsker(place, sentenceView(notBegunWords(answer)));
  await post.toAsker(place, changesView(await answer.explain()));
}

export function askerOf(person: Person): Requester {
  return { id: person.id, use: readUse(person) };
}

/** The answer, and the message that says what it waited for, where one stands. */
async function patiently(target: Target, person: Person, place: Place, deps: SlackDeps) {
  const waiting = showWaiting(target, person, place, deps);
  try {
    const answer = await deps.diagnosisService.diagnose(target, askerOf(person));
    return { answer, waiting: waiting.end() };
  } catch (error) {
    const shown = waiting.end();
    if (shown) await removeWaiting(shown, deps);
    throw error;
  }
}

/** In the place of the message that said what it waits for; where Slack does not take the edit, as a message of its own. */
async function putCard(
  waiting: MessagePlace | null,
  place: Place,
  card: Message,
  deps: SlackDeps,
): Promise<MessagePlace | null> {
  if (waiting === null) return deps.post.inChannel(place, card);
  if (await editedInTime(waiting, card, deps)) return waiting;
  const posted = await deps.post.inChannel(place, card);
  await removeWaiting(waiting, deps);
  return posted;
}

/** A card that is ready does not wait for an edit that Slack is slow to take. */
const EDIT_WITHIN_MS = 2_000;

async function editedInTime(
  waiting: MessagePlace,
  card: Message,
  { post, noteFailure }: SlackDeps,
): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), EDIT_WITHIN_MS);
  const edited = post.edit(waiting, card).catch((error: unknown) => {
    noteFailure(error, 'a card could not take the place of the message that announced it');
    return false;
  });
  try {
    return await Promise.race([edited, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function removeWaiting(waiting: MessagePlace, { post, noteFailure }: SlackDeps): Promise<void> {
  await post
    .remove(waiting)
    .catch((error: unknown) => noteFailure(error, 'a message about waiting could not be removed'));
}

/** Every check with what it saw, for whoever asks. */
export async function showChecks(
  target: Target,
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const answer = await deps.diagnosisService.diagnose(target, askerOf(person));
  await deps.post.toAsker(place, answer.ok ? checksView(answer.value) : sentenceView(notBegunWords(answer)));
}

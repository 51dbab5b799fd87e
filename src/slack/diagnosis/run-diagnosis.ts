/** A diagnosis for the channel, by command or by button. */

import { notBegunWords } from '../../operations/diagnosis/not-begun.ts';
import type { Asker } from '../../operations/diagnosis/reports.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import { type Person, readUse } from '../../runbook/people/permissions.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import { checksView } from '../views/checks.ts';
import { diagnosisView } from '../views/diagnosis.ts';
import { sentenceView } from '../views/help.ts';
import { waitingView } from '../views/waiting.ts';

/** Resolves when the card, or the reason why there is none, is shown. Rejects when neither could be. */
export async function runDiagnosis(
  target: Target,
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const { facts, post, canDo, incidentCards } = deps;
  const answer = await patiently(target, person, place, deps);
  if (!answer.ok) return post.toAsker(place, sentenceView(notBegunWords(answer)));
  const { incident } = answer.value.situation;
  const incidentCard = incident && (await incidentCards.permalink(incident));
  await post.inChannel(place, diagnosisView(answer.value, { by: person.id, facts, incidentCard, canDo }));
}

export function askerOf(person: Person): Asker {
  return { id: person.id, use: readUse(person) };
}

/** Most are done before anybody wonders. */
const WONDER_MS = 2_000;

/** One that takes longer says once whom it waits for: an answer for the asker alone cannot be edited afterwards. */
async function patiently(
  target: Target,
  person: Person,
  place: Place,
  { readings, facts, post, now }: SlackDeps,
) {
  const since = now();
  const telling = setTimeout(() => {
    const said = waitingView(readings.waitingFor(target), since, facts.deadlines.diagnoseMs);
    // The card comes all the same.
    post.toAsker(place, said).catch(() => undefined);
  }, WONDER_MS);
  try {
    return await readings.diagnose(target, askerOf(person));
  } finally {
    clearTimeout(telling);
  }
}

/** Every check with what it saw, for whoever asks. */
export async function showChecks(
  target: Target,
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const answer = await deps.readings.diagnose(target, askerOf(person));
  await deps.post.toAsker(place, answer.ok ? checksView(answer.value) : sentenceView(notBegunWords(answer)));
}

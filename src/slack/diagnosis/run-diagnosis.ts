/** A diagnosis for the channel, by command or by button. */

import type { Target } from '../../runbook/model/runbook-config.ts';
import { formatDuration } from '../../runbook/text/time.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import { diagnosisView } from '../views/diagnosis.ts';
import { sentenceView } from '../views/help.ts';

/** Resolves when the card, or the reason why there is none, is shown. Rejects when neither could be. */
export async function runDiagnosis(target: Target, by: string, place: Place, deps: SlackDeps): Promise<void> {
  const { readings, facts, post, canDo, incidentCards } = deps;
  const answer = await readings.diagnose(target, by);
  if (!answer.ok) return post.toAsker(place, sentenceView(tooMany(answer)));
  const { incident } = answer.value.situation;
  const incidentCard = incident && (await incidentCards.permalink(incident));
  await post.inChannel(place, diagnosisView(answer.value, { by, facts, incidentCard, canDo }));
}

/** What somebody reads who asked too often. */
export function tooMany({ perMinute, waitMs }: { perMinute: number; waitMs: number }): string {
  const wait = formatDuration(Math.max(1_000, waitMs));
  return `Limit: ${perMinute} diagnoses a minute. Nothing was done. Try again in ${wait}.`;
}

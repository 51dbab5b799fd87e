/** Shows the asker the state of one target or all, with what the watch knows about them. */

import { notBegunWords } from '../operations/diagnosis/not-begun.ts';
import { readWatches, type Watches } from '../operations/incidents/watch-report.ts';
import { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { Target } from '../runbook/model/runbook-config.ts';
import type { Asker, SlackContext } from './context.ts';
import { requesterOf } from './diagnosis/run-diagnosis.ts';
import { sentenceView } from './views/parts/answers.ts';
import { statusView } from './views/status.ts';

export async function runStatus(
  context: SlackContext,
  targets: readonly Target[],
  { person, replyTo }: Asker,
): Promise<void> {
  const [answer, watches] = await Promise.all([
    context.diagnosisService.status(targets, requesterOf(person)),
    watchesOf(context, targets),
  ]);
  const message = answer.ok
    ? statusView(answer.value, watches, context.facts)
    : sentenceView(notBegunWords(answer));
  await context.post.toAsker(replyTo, message);
}

/** Without the database, the apps are still shown, with the reason why the watch's part is missing. */
async function watchesOf(
  { incidentStore, facts, now }: SlackContext,
  targets: readonly Target[],
): Promise<Watches> {
  try {
    return { ok: true, reports: await readWatches(targets, incidentStore, facts, now()) };
  } catch (error) {
    const why = error instanceof DatabaseFault ? error.words : String(error);
    return { ok: false, words: `Incidents and the watch could not be read: ${why}` };
  }
}

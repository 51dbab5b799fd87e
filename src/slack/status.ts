/** The state of one target or all, with what the watch knows of them, for the asker. */

import { notBegunWords } from '../operations/diagnosis/not-begun.ts';
import { readWatches, type Watches } from '../operations/incidents/watch-report.ts';
import { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { Target } from '../runbook/model/runbook-config.ts';
import type { Person } from '../runbook/people/permissions.ts';
import type { Place } from './client/post.ts';
import type { SlackDeps } from './deps.ts';
import { askerOf } from './diagnosis/run-diagnosis.ts';
import { sentenceView } from './views/help.ts';
import { statusView } from './views/status.ts';

export async function runStatus(
  targets: readonly Target[],
  person: Person,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const [answer, watches] = await Promise.all([
    deps.diagnosisService.status(targets, askerOf(person)),
    watchesOf(targets, deps),
  ]);
  const message = answer.ok
    ? statusView(answer.value, watches, deps.facts)
    : sentenceView(notBegunWords(answer));
  await deps.post.toAsker(place, message);
}

/** Without the ledger the apps are still shown, and that it could not be read. */
async function watchesOf(
  targets: readonly Target[],
  { incidentStore, facts, now }: SlackDeps,
): Promise<Watches> {
  try {
    return { ok: true, reports: await readWatches(targets, incidentStore, facts, now()) };
  } catch (error) {
    const why = error instanceof DatabaseFault ? error.words : String(error);
    return { ok: false, words: `Incidents and the watch could not be read: ${why}` };
  }
}

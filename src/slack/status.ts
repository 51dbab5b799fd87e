/** The state of one target or all, with what the watch knows of them, for the asker. */

import { readWatches, type Watches } from '../operations/incidents/watch-report.ts';
import { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { Target } from '../runbook/model/runbook-config.ts';
import type { Place } from './client/post.ts';
import type { SlackDeps } from './deps.ts';
import { tooMany } from './diagnosis/run-diagnosis.ts';
import { sentenceView } from './views/help.ts';
import { statusView } from './views/status.ts';

export async function runStatus(
  targets: readonly Target[],
  user: string,
  place: Place,
  deps: SlackDeps,
): Promise<void> {
  const [answer, watches] = await Promise.all([
    deps.readings.status(targets, user),
    watchesOf(targets, deps),
  ]);
  const message = answer.ok ? statusView(answer.value, watches, deps.facts) : sentenceView(tooMany(answer));
  await deps.post.toAsker(place, message);
}

/** Without the ledger the apps are still shown, and that it could not be read. */
async function watchesOf(targets: readonly Target[], { book, facts, now }: SlackDeps): Promise<Watches> {
  try {
    return { ok: true, reports: await readWatches(targets, book, facts, now()) };
  } catch (error) {
    const why = error instanceof DatabaseFault ? error.words : String(error);
    return { ok: false, words: `Incidents and the watch could not be read: ${why}` };
  }
}

/**
 * Aftercare: checks that the process type stays up without a restart (runbook, "Verification": up for more than five
 * minutes).
 */

import { answerWords } from '../../checks/health.ts';
import type { AfterLook } from '../../model/action-spec.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Dyno } from '../../model/heroku.ts';
import type { Instant } from '../../model/instant.ts';
import { currentRelease, dynoList, dynosOf, formationOf } from './formation-of.ts';

/** This is just over the five minutes without a restart that the runbook requires. */
export const UP_FOR_MS = 5 * 60_000 + 10_000;

/**
 * Also judges health and releases, if they were queried. `since`: the newest dyno change when the action succeeded, by
 * Heroku's clock.
 */
export function stayedUp(evidence: Evidence, processType: string, since: Instant): AfterLook {
  const dynos = dynosOf(evidence, processType);
  if (!dynos.ok) return { seen: 'unknown', words: dynos.words };
  const entry = formationOf(evidence, processType);
  if (entry.ok && entry.value?.quantity === 0)
    return { seen: 'unknown', words: `${processType} has been scaled to 0 since then` };
  const current = currentRelease(evidence);
  // Both times are by Heroku's clock. A later release restarts the dynos itself, so aftercare ends there.
  if (current.ok && since > 0 && current.value.createdAt > since) {
    const { version, description, actor } = current.value;
    return { seen: 'over', words: `v${version} (${description}, by ${actor}) is running now` };
  }
  const crashed = dynos.value.filter(({ state }) => state === 'crashed');
  if (crashed.length > 0) return { seen: 'bad', words: dynoList(crashed), surely: true };
  const again = dynos.value.filter(({ updatedAt, state }) => state !== 'idle' && updatedAt > since);
  if (again.length > 0) return { seen: 'bad', words: restartedWords(again), surely: false };
  if (dynos.value.length === 0) return { seen: 'bad', words: 'there are no dynos', surely: false };
  const { health } = evidence;
  if (health.ok && (health.value.kind !== 'http' || health.value.status >= 500))
    return { seen: 'bad', words: `the health URL: ${answerWords(health.value)}`, surely: false };
  return { seen: 'well', words: dynoList(dynos.value) };
}

/** `web.1 has restarted since` */
function restartedWords(dynos: readonly Dyno[]): string {
  const names = dynos.map(({ name }) => name).join(', ');
  return `${names} ${dynos.length === 1 ? 'has' : 'have'} restarted since`;
}

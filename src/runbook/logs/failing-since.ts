/** Finds when the app began to fail from the evidence alone, for a caller that keeps no earlier observations. */

import type { Evidence } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';
import type { RunbookContext } from '../model/terms.ts';
import { crashLoops } from './crashes.ts';
import { historyOf, type LogHistory } from './history.ts';
import { recoveriesOf } from './recency.ts';

/**
 * Returns the time of the earliest sign of the current failure. Returns null when there is none, or no source shows it.
 */
export function failingSince(evidence: Evidence, context: RunbookContext): Instant | null {
  const history = historyOf(evidence, context);
  const signs = [
    ...(history.ok ? signsIn(history.value, context) : []),
    ...(history.ok && evidence.dynos.ok
      ? crashLoops(history.value, evidence.dynos.value, context).map(({ since }) => since)
      : []),
    ...crashedSince(evidence, context),
  ];
  return signs.length === 0 ? null : Math.min(...signs);
}

function signsIn({ codes, crashes, boots }: LogHistory, { now, target }: RunbookContext): readonly Instant[] {
  const own = codes.filter(({ type, now: count }) => type === target.processType && count > 0);
  const down = crashes.filter(({ isNow }) => isNow).map(({ boot }) => boot.dyno);
  return [
    ...own.map(({ since }) => since).filter((since) => since !== null),
    ...[...new Set(down)].flatMap((dyno) => {
      const lives = boots.filter((boot) => boot.dyno === dyno);
      const recovered = recoveriesOf(lives, now).at(-1) ?? Number.NEGATIVE_INFINITY;
      const first = crashes.find(({ boot, at, isOfRelease }) => {
        return boot.dyno === dyno && isOfRelease && at > recovered;
      });
      return first ? [first.at] : [];
    }),
  ];
}

/** Heroku's list of dynos has the time of the last crash, which the log may have lost. */
function crashedSince({ dynos }: Evidence, { target }: RunbookContext): readonly Instant[] {
  if (!dynos.ok) return [];
  return dynos.value
    .filter(({ type, state }) => type === target.processType && state === 'crashed')
    .map(({ updatedAt }) => updatedAt);
}

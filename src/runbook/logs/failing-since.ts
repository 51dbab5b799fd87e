/** Since when it fails, as far as the log alone can tell: whoever keeps no memory of earlier looks has nothing else. */

import type { Evidence, Instant } from '../model/evidence.ts';
import type { Context } from '../model/terms.ts';
import { crashLoops, historyOf, type LogHistory, recoveriesOf } from './history.ts';

/** The earliest sign of what goes on now; null: there is none, or nobody tells. */
export function failingSince(evidence: Evidence, context: Context): Instant | null {
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

function signsIn({ codes, crashes, boots }: LogHistory, { now, target }: Context): readonly Instant[] {
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

/** Heroku tells when the last crash was; the log may have lost it. */
function crashedSince({ dynos }: Evidence, { target }: Context): readonly Instant[] {
  if (!dynos.ok) return [];
  return dynos.value
    .filter(({ type, state }) => type === target.processType && state === 'crashed')
    .map(({ updatedAt }) => updatedAt);
}

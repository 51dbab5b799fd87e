/** Finds an earlier failure of the same kind: when it happened, how long it lasted, and what ended it. */

import { incidentTimes, triedDuring } from '../incidents/times.ts';
import type { Action } from '../model/action.ts';
import type { SeenBefore } from '../model/change.ts';
import { failureKey, type Incident, type Picture } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { cut } from '../text/cut.ts';
import { formatSpan } from '../text/duration.ts';
import type { TimedSentence } from '../text/timed-sentence.ts';

type Failed = Pick<Picture, 'failure' | 'error' | 'fault'>;

/** Matches ages, ports and addresses, which differ from one failure to the next. */
const MEASURE = /\b\d+(?:\.\d+)?\s?(?:ms|s|min|h|d)\b|0x[0-9a-f]+|\d+/gi;

/**
 * Returns a signature that is equal for equal failures: the mode and code, or the failing check, plus the error with
 * the missing name, without ports and addresses. Returns null when nothing distinguishes the failure from other
 * outages, as in rows from versions that stored no fault.
 */
export function signatureOf({ failure, error, fault }: Failed): string | null {
  const isOutage = failure.kind === 'verdict' && failure.verdict !== 'stopped';
  if (isOutage && error === null && fault === null) return null;
  const what = error === null ? (fault ?? '') : error.replace(MEASURE, '#').slice(0, 200);
  return `${failureKey(failure)} ${what}`;
}

/**
 * `past`: the target's incidents; `actions`: its actions; both newest first. Returns null if no earlier failure
 * matches.
 */
export function seenBefore(
  failed: Failed,
  past: readonly Incident[],
  actions: readonly Action[],
  now: Instant,
): SeenBefore | null {
  const signature = signatureOf(failed);
  if (signature === null) return null;
  const same = past.filter(
    ({ state, worst, picture }) =>
      state === 'resolved' && [worst, picture].some((one) => signatureOf(one) === signature),
  );
  const [last] = same;
  if (!last) return null;
  const { fixed, beganAt, lastedMs } = incidentTimes(last, triedDuring(last, actions, now), now);
  return { at: beganAt, lastedMs, endedBy: fixed?.action.plan.title ?? null, times: same.length };
}

const LONGEST_TITLE = 200;

/** Example: `Seen before: 2026-04-30 22:04:00 UTC, ended after 14 min by “Roll raxx-api-prod back to v41”.` */
export function seenBeforeSentence({ at, lastedMs, endedBy, times }: SeenBefore): TimedSentence {
  const often = times > 1 ? ` (${times} times)` : '';
  const how = endedBy === null ? 'with no action through the bot' : `by “${cut(endedBy, LONGEST_TITLE)}”`;
  return { label: `Seen before${often}: `, parts: [at, `, ended after ${formatSpan(lastedMs)} ${how}`] };
}

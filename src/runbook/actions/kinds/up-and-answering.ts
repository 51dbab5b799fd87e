/** The runbook's verification: the dynos are up, and the health URL responds. */

import { answerWords, reachesApp } from '../../checks/health.ts';
import type { Look, Sent } from '../../model/action-spec.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Dyno } from '../../model/heroku.ts';
import type { Instant } from '../../model/instant.ts';
import { dynoList, dynosOf } from './formation-of.ts';

/** A dyno that crashes sooner than this after the change may be an old one that is shutting down. */
const SETTLED_MS = 5_000;

/** Returns the time of the newest dyno change of the type, by Heroku's clock. Returns 0 when there is none. */
export function lastDynoChange(dynos: readonly Dyno[], processType: string): Instant {
  const own = dynos.filter(({ type }) => type === processType);
  return Math.max(0, ...own.map(({ createdAt, updatedAt }) => Math.max(createdAt, updatedAt)));
}

/** Distinguishes dynos from before the change from those after it. */
export interface SentSince {
  /** Copied from `Progress.dynoChange`. */
  readonly dynoChange: Instant;
  /** Milliseconds since the request was sent. */
  readonly elapsed: number;
  /** Only dynos of this release or a later one count. */
  readonly release?: number;
}

export function sinceSent({ at, progress }: Sent, now: Instant): SentSince {
  return { dynoChange: progress.dynoChange ?? 0, elapsed: now - at };
}

function isSince(dyno: Dyno, processType: string, { dynoChange, release = 0 }: SentSince): boolean {
  return lastDynoChange([dyno], processType) > dynoChange && (dyno.releaseVersion ?? release) >= release;
}

/**
 * Judges whether enough dynos of the type are up. With `since`, only dynos that changed after the request count. Zero
 * dynos never count as up.
 */
export function areUp(evidence: Evidence, processType: string, quantity: number, since?: SentSince): Look {
  const dynos = dynosOf(evidence, processType);
  if (!dynos.ok) return { seen: 'not_yet', words: dynos.words };
  const own = dynos.value.filter((dyno) => !since || isSince(dyno, processType, since));
  const crashed = own.filter(({ state }) => state === 'crashed');
  if (crashed.length > 0 && (since?.elapsed ?? SETTLED_MS) >= SETTLED_MS) {
    return {
      seen: 'failed',
      words: `${dynoList(crashed)} after the change`,
      evidence: [dynoList(dynos.value)],
    };
  }
  const up = own.filter(({ state }) => state === 'up');
  if (up.length < Math.max(1, quantity)) {
    return { seen: 'not_yet', words: dynos.value.length === 0 ? 'no dynos yet' : dynoList(dynos.value) };
  }
  return { seen: 'done', words: `${dynoList(up)}`, evidence: [dynoList(up)] };
}

/**
 * Judges `areUp`, and that the health URL returns an HTTP response other than a server error. A 403 comes from origin
 * enforcement, so it counts.
 */
export function isUpAndAnswering(
  evidence: Evidence,
  processType: string,
  quantity: number,
  since?: SentSince,
): Look {
  const up = areUp(evidence, processType, quantity, since);
  if (up.seen !== 'done') return up;
  const { health } = evidence;
  if (!health.ok) return { seen: 'not_yet', words: health.detail };
  const answer = answerWords(health.value);
  if (!reachesApp(health.value)) return { seen: 'not_yet', words: `${up.words}, but: ${answer}` };
  return {
    seen: 'done',
    words: `${up.words}; the health URL returns ${answer}`,
    evidence: [...up.evidence, `health: ${answer}`],
  };
}

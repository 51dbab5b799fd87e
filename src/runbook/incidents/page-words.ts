/** Explains why someone is paged, in words that are still true when they are read. */

import { beganAt, conditionOf, type Failure, type Incident, type OpenWake } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import type { Facts } from '../model/runbook-config.ts';
import { formatDuration } from '../text/time.ts';
import type { PageStep } from './paging.ts';

/** Says in one sentence why the page is sent now, and what happened to earlier pages. */
export function pageWords(
  incident: Incident,
  { why, wakes }: Pick<Extract<PageStep, { kind: 'ping' }>, 'why' | 'wakes'>,
  facts: Pick<Facts, 'escalation'>,
  now: Instant,
): string {
  const earlier = earlierWords(why, incident, now);
  const reasons = wakes.map((wake) => wakeWords(wake, incident, facts, now)).join('; ');
  const flaps = flapWords(incident, now);
  return `${earlier === null ? '' : `${earlier}: `}${reasons}${flaps === null ? '' : `; ${flaps}`}.`;
}

/** Returns null for the first page. */
function earlierWords(
  why: Extract<PageStep, { kind: 'ping' }>['why'],
  { acknowledged, pings }: Incident,
  now: Instant,
): string | null {
  if (why === 'asks_again' && acknowledged)
    return `Acknowledged ${formatDuration(now - acknowledged.at)} ago and still not resolved`;
  if (why === 'repeat') return `Page ${pings + 1} (page ${pings} went unacknowledged)`;
  return acknowledged ? 'New since it was acknowledged' : null;
}

/** Example: `App unreachable for 31 min while Heroku's status is green; not fixed within 30 min`. */
export function wakeWords(
  wake: OpenWake,
  incident: Pick<Incident, 'picture' | 'worst' | 'since' | 'changes' | 'wellSince'>,
  { escalation: { unresolvedMinutes } }: Pick<Facts, 'escalation'>,
  now: Instant,
): string {
  const { cause, reason, dueAt } = wake;
  const condition = conditionOf(cause);
  if (cause.kind === 'hand') return `Escalated manually: ${reason}`;
  if (condition !== 2 && condition !== 4) return reason;
  const mode = modeOf(incident.picture.failure) ?? modeOf(incident.worst.failure);
  const isLate = dueAt <= now;
  if (condition === 2) {
    const seenFor = formatDuration(Math.max(0, now - (dueAt - unresolvedMinutes * 60_000)));
    const what = codeWords(mode?.code ?? null);
    return isLate
      ? `${what} for ${seenFor}; the standard fix did not resolve it`
      : `${what}; ${formatDuration(unresolvedMinutes * 60_000)} to fix it`;
  }
  const lastedMs = now - beganAt(incident);
  const lasts = lastedMs < SOON_MS ? '' : ` for ${formatDuration(lastedMs)}`;
  // A condition that was due when it was first seen had no explanation.
  const isExplained = mode?.id === 'B' && dueAt > wake.since;
  if (!isExplained) return `App unreachable${lasts} while Heroku's status is green`;
  const limit = formatDuration(unresolvedMinutes * 60_000);
  return isLate
    ? `App unreachable${lasts} while Heroku's status is green; not fixed within ${limit}`
    : `App unreachable while Heroku's status is green; ${limit} to fix it`;
}

/** A failure that has just begun has no duration yet. */
const SOON_MS = 1_000;

function modeOf(failure: Failure): Extract<Failure, { kind: 'mode' }> | null {
  return failure.kind === 'mode' ? failure : null;
}

function codeWords(code: string | null): string {
  switch (code) {
    case 'R10':
      return 'Repeated R10 (boot timeouts)';
    case 'R14':
    case 'R15':
      return `${code} (memory)`;
    default:
      return 'R14 (memory) or repeated R10 (boot timeouts)';
  }
}

/** Says how often the app failed. Returns null if it failed once. */
function flapWords(
  { failures, wellSince }: Pick<Incident, 'failures' | 'wellSince'>,
  now: Instant,
): string | null {
  if (failures < 2) return null;
  const up = wellSince === null ? '' : `; back up for ${formatDuration(now - wellSince)}`;
  return `it has gone down ${failures} times${up}`;
}

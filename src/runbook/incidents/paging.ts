/** When to ping the operator: pure, from the incident's row, its wakes and the time. */
import type { Instant } from '../model/evidence.ts';
import { type Incident, isAboutRunning, type OpenWake, type Snooze } from '../model/incident.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { Facts } from '../model/runbook-config.ts';

export type PageStep =
  /** Now, for these: the new ones, or all that hold when it is a reminder. */
  | {
      readonly kind: 'ping';
      readonly why: 'new' | 'repeat' | 'asks_again';
      readonly wakes: readonly OpenWake[];
      /** Whoever acknowledged the incident still has it, and hears what is new. */
      readonly keepsOwner: boolean;
    }
  /** Nothing before `until`; null: nothing is counting. */
  | { readonly kind: 'wait'; readonly until: Instant | null };

/**
 * A condition that has just become due pings at once, even after an acknowledgement of another one, which stays: it is one
 * incident, and it has its owner. A call by hand wants to be heard anew. Without an acknowledgement it is repeated every `repeat_minutes`; one that is followed by no resolution for
 * `unresolved_minutes` asks again. Nothing pings while no condition holds, while it is snoozed, or of an app that was
 * stopped here.
 */
export function pageStep(incident: Incident, snooze: Snooze | null, facts: Facts, now: Instant): PageStep {
  const { lastPingAt, acknowledged } = incident;
  const { escalation } = facts;
  const holding = holdingWakes(incident);
  const due = holding.filter((wake) => dueOf(wake, incident, facts) <= now);
  const counting = holding.map((wake) => dueOf(wake, incident, facts)).filter((at) => at > now);
  const soonest = (...times: readonly Instant[]): PageStep => ({
    kind: 'wait',
    until: times.length === 0 ? null : Math.min(...times),
  });
  if (due.length === 0) return soonest(...counting);
  if (snooze && now < snooze.until) return soonest(snooze.until, ...counting);
  const fresh = due.filter(({ toldAt }) => toldAt === null);
  if (fresh.length > 0) {
    const keepsOwner = fresh.every(({ cause }) => cause.kind !== 'hand');
    return { kind: 'ping', why: 'new', wakes: fresh, keepsOwner };
  }
  const again = acknowledged
    ? acknowledged.at + escalation.unresolvedMinutes * 60_000
    : (lastPingAt ?? now) + escalation.repeatMinutes * 60_000;
  if (now < again) return soonest(again, ...counting);
  return { kind: 'ping', why: acknowledged ? 'asks_again' : 'repeat', wakes: due, keepsOwner: false };
}

/** Of an app that was stopped here only what was called by hand afterwards. */
function holdingWakes({ state, wakes, stopped }: Incident): readonly OpenWake[] {
  if (state !== 'open') return [];
  const holding = wakes.filter(({ overAt }) => overAt === null);
  if (!stopped) return holding;
  return holding.filter(({ cause, since }) => cause.kind === 'hand' && since > stopped.at);
}

/** What has come up again for the first time is given its time to hold; what falls again and again is not. */
function dueOf({ cause, dueAt }: OpenWake, { wellSince, failures }: Incident, { watch }: Facts): Instant {
  if (wellSince === null || failures > 1 || !isAboutRunning(cause)) return dueAt;
  return Math.max(dueAt, wellSince + RECOVERED_MS + 2 * watch.everySeconds * 1_000);
}

export type PingDecision =
  /** `wakes`: what is due now; `missed`: earlier pings that were counted, and never posted there. */
  | { readonly kind: 'send'; readonly wakes: readonly OpenWake[]; readonly missed: number }
  | { readonly kind: 'drop' };

/**
 * Whether a ping that was counted is still to be sent: Slack may have been away for an hour, and what was true then is
 * not what somebody is woken for now. `posted`: lines of pings that stand at that place.
 */
export function pingStands(
  incident: Incident,
  seq: number,
  posted: ReadonlySet<number>,
  snooze: Snooze | null,
  facts: Facts,
  now: Instant,
): PingDecision {
  const pings = incident.trail.filter(({ event }) => event === 'pinged');
  const isNewest = pings.at(-1)?.seq === seq;
  const wakes = holdingWakes(incident).filter((wake) => dueOf(wake, incident, facts) <= now);
  const handled = incident.trail.findLast(({ event }) => event === 'acknowledged')?.seq ?? 0;
  // Somebody took it while this one was on its way; one that was counted afterwards is about something new.
  const isHeard = incident.acknowledged !== null && seq < handled;
  if (!isNewest || wakes.length === 0 || isHeard) return { kind: 'drop' };
  if (snooze && now < snooze.until) return { kind: 'drop' };
  // What the one before has told of already is not told again.
  const since = Math.max(handled, ...posted);
  const missed = pings.filter((one) => one.seq < seq && one.seq > since).length;
  return { kind: 'send', wakes, missed };
}

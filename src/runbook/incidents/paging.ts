/** When to page the operator: pure, from the incident's row, its conditions and the time. */

import { type Incident, isAboutRunning, type OpenWake, type Snooze } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { Facts } from '../model/runbook-config.ts';

export type PageStep =
  /** Page now, for these conditions: the new ones, or all that hold for a reminder. */
  | {
      readonly kind: 'ping';
      readonly why: 'new' | 'repeat' | 'asks_again';
      readonly wakes: readonly OpenWake[];
      /** The owner stays the owner, and is notified of what is new. */
      readonly keepsOwner: boolean;
    }
  /** No page before `until`; null when no timer is running. */
  | { readonly kind: 'wait'; readonly until: Instant | null };

/**
 * A condition pages as soon as it is due, even when the incident is acknowledged: it keeps its owner. A call by hand has to be
 * acknowledged again. Without an acknowledgement the page is repeated every `repeat_minutes`; an acknowledgement without a
 * resolution within `unresolved_minutes` pages again. Nothing pages while no condition holds, while the target is snoozed, or
 * for an app that was stopped through the bot.
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

/** For an app that was stopped through the bot, only calls by hand after the stop. */
function holdingWakes({ state, wakes, stopped }: Incident): readonly OpenWake[] {
  if (state !== 'open') return [];
  const holding = wakes.filter(({ overAt }) => overAt === null);
  if (!stopped) return holding;
  return holding.filter(({ cause, since }) => cause.kind === 'hand' && since > stopped.at);
}

/** An app that is up again for the first time gets time to prove it; one that falls again and again does not. */
function dueOf({ cause, dueAt }: OpenWake, { wellSince, failures }: Incident, { watch }: Facts): Instant {
  if (wellSince === null || failures > 1 || !isAboutRunning(cause)) return dueAt;
  return Math.max(dueAt, wellSince + RECOVERED_MS + 2 * watch.everySeconds * 1_000);
}

export type PingDecision =
  /** `wakes`: what is due now. `missed`: earlier pages that were counted but never posted there. */
  | { readonly kind: 'send'; readonly wakes: readonly OpenWake[]; readonly missed: number }
  | { readonly kind: 'drop' };

/**
 * Whether a page that was counted should still be sent: Slack may have been away for an hour, and nobody should be paged for
 * what was true then. `posted`: the lines of pages that were posted at that place.
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
  // Somebody acknowledged while this one was on its way; one that was counted later is about something new.
  const isHeard = incident.acknowledged !== null && seq < handled;
  if (!isNewest || wakes.length === 0 || isHeard) return { kind: 'drop' };
  if (snooze && now < snooze.until) return { kind: 'drop' };
  // What an earlier page has said is not said again.
  const since = Math.max(handled, ...posted);
  const missed = pings.filter((one) => one.seq < seq && one.seq > since).length;
  return { kind: 'send', wakes, missed };
}

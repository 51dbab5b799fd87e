/** Decides when to page the operator: a pure function of the incident's row, its conditions and the time. */

import { type Incident, isAboutRunning, type OpenWake, type Snooze } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { Facts } from '../model/runbook-config.ts';

export type PageStep =
  /** Page now for these conditions: only the new ones, or, for a reminder, all that hold. */
  | {
      readonly kind: 'ping';
      readonly why: 'new' | 'repeat' | 'asks_again';
      readonly wakes: readonly OpenWake[];
      /** True when the owner stays the owner, and is only notified of what is new. */
      readonly keepsOwner: boolean;
    }
  /** No page is due before `until`; null when no timer is running. */
  | { readonly kind: 'wait'; readonly until: Instant | null };

/**
 * A condition pages as soon as it is due, even when the incident is acknowledged; the incident keeps its owner. A call
 * by hand has to be acknowledged again. Without an acknowledgement the page is repeated every `repeat_minutes`. If an
 * acknowledged incident is not resolved within `unresolved_minutes`, it pages again. Nothing pages while no condition
 * holds, while the target is snoozed, or for an app that was stopped through the bot.
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

/** For an app that was stopped through the bot, only calls by hand after the stop count. */
function holdingWakes({ state, wakes, stopped }: Incident): readonly OpenWake[] {
  if (state !== 'open') return [];
  const holding = wakes.filter(({ overAt }) => overAt === null);
  if (!stopped) return holding;
  return holding.filter(({ cause, since }) => cause.kind === 'hand' && since > stopped.at);
}

/** An app that is back up for the first time gets time to prove itself; an app that fails repeatedly does not. */
function dueOf({ cause, dueAt }: OpenWake, { wellSince, failures }: Incident, { watch }: Facts): Instant {
  if (wellSince === null || failures > 1 || !isAboutRunning(cause)) return dueAt;
  return Math.max(dueAt, wellSince + RECOVERED_MS + 2 * watch.everySeconds * 1_000);
}

export type PingDecision =
  /** `wakes`: what is due now. `missed`: earlier pages that were counted but never posted in that place. */
  | { readonly kind: 'send'; readonly wakes: readonly OpenWake[]; readonly missed: number }
  | { readonly kind: 'drop' };

/**
 * Decides whether a counted page should still be sent. Slack may have been unavailable for an hour, and nobody should
 * be paged for what was true then. `posted`: sequence numbers of the pages that were posted in that place.
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
  // Someone acknowledged while this page was on its way. A page that was counted later is about something new.
  const isHandled = incident.acknowledged !== null && seq < handled;
  if (!isNewest || wakes.length === 0 || isHandled) return { kind: 'drop' };
  if (snooze && now < snooze.until) return { kind: 'drop' };
  return { kind: 'send', wakes, missed: missedBefore(incident, seq, posted) };
}

/**
 * Counts the pages right before this one that were never posted in its place. A page does not repeat what an earlier
 * page has said, nor what was acknowledged or resolved before.
 */
export function missedBefore({ trail }: Incident, seq: number, posted: ReadonlySet<number>): number {
  const earlier = trail.filter((one) => one.seq < seq);
  const settled = earlier.findLast(({ event }) => SETTLED.has(event))?.seq ?? 0;
  const since = Math.max(settled, ...[...posted].filter((one) => one < seq));
  return earlier.filter((one) => one.event === 'pinged' && one.seq > since).length;
}

const SETTLED: ReadonlySet<string> = new Set(['acknowledged', 'resolved', 'closed']);

/** When to ping the operator: pure, from the incident's row, its wakes and the time. */
import type { Instant } from './evidence.ts';
import type { Facts } from './facts.ts';
import type { Incident, OpenWake, Snooze } from './incident.ts';

export type PageStep =
  /** Now, for these: the new ones, or all that hold when it is a reminder. */
  | {
      readonly kind: 'ping';
      readonly why: 'new' | 'repeat' | 'asks_again';
      readonly wakes: readonly OpenWake[];
    }
  /** Nothing before `until`; null: nothing is counting. */
  | { readonly kind: 'wait'; readonly until: Instant | null };

/**
 * A condition that has just become due pings at once, even after an acknowledgement of another one. Without an
 * acknowledgement it is repeated every `repeat_minutes`; one that is followed by no resolution for
 * `unresolved_minutes` asks again. Nothing pings while no condition holds, or while it is snoozed.
 */
export function pageStep(
  { state, wakes, lastPingAt, acknowledged }: Incident,
  snooze: Snooze | null,
  { escalation }: Facts,
  now: Instant,
): PageStep {
  const holding = state === 'open' ? wakes.filter(({ overAt }) => overAt === null) : [];
  const due = holding.filter(({ dueAt }) => dueAt <= now);
  const counting = holding.filter(({ dueAt }) => dueAt > now).map(({ dueAt }) => dueAt);
  const soonest = (...times: readonly Instant[]): PageStep => ({
    kind: 'wait',
    until: times.length === 0 ? null : Math.min(...times),
  });
  if (due.length === 0) return soonest(...counting);
  if (snooze && now < snooze.until) return soonest(snooze.until, ...counting);
  const fresh = due.filter(({ toldAt }) => toldAt === null);
  if (fresh.length > 0) return { kind: 'ping', why: 'new', wakes: fresh };
  const again = acknowledged
    ? acknowledged.at + escalation.unresolvedMinutes * 60_000
    : (lastPingAt ?? now) + escalation.repeatMinutes * 60_000;
  if (now < again) return soonest(again, ...counting);
  return { kind: 'ping', why: acknowledged ? 'asks_again' : 'repeat', wakes: due };
}

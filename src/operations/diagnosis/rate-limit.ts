/** How often one person may start a diagnosis: a stuck finger must not use up the APIs' allowance. */
import type { Instant } from '../../runbook/model/evidence.ts';

const MINUTE_MS = 60_000;

export interface PersonLimit {
  /** 0 when one more may start now, else the milliseconds until it may. Counts nothing. */
  waitMs(who: string): number;
  /** Counts a start. */
  count(who: string): void;
}

export function limitByPerson(perMinute: number, now: () => Instant): PersonLimit {
  const startsOf = new Map<string, readonly Instant[]>();

  function recentOf(who: string): readonly Instant[] {
    const since = now() - MINUTE_MS;
    for (const [person, starts] of startsOf) {
      const recent = starts.filter((at) => at > since);
      if (recent.length > 0) startsOf.set(person, recent);
      else startsOf.delete(person);
    }
    return startsOf.get(who) ?? [];
  }

  return {
    waitMs(who) {
      const starts = recentOf(who);
      const oldest = starts[0];
      return oldest !== undefined && starts.length >= perMinute ? oldest + MINUTE_MS - now() : 0;
    },
    count: (who) => void startsOf.set(who, [...recentOf(who), now()]),
  };
}

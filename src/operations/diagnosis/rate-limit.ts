/** Limits how often one person may start a diagnosis, so that a stuck key does not use up the APIs' allowance. */
import type { Instant } from '../../runbook/model/instant.ts';

const MINUTE_MS = 60_000;

export interface PersonLimit {
  /** Returns 0 when one more may start now, or else the milliseconds until it may. Does not count a start. */
  waitMs(person: string): number;
  /** Counts a start. */
  count(person: string): void;
}

export function limitByPerson(perMinute: number, now: () => Instant): PersonLimit {
  const startsOf = new Map<string, readonly Instant[]>();

  function recentOf(person: string): readonly Instant[] {
    const since = now() - MINUTE_MS;
    for (const [name, starts] of startsOf) {
      const recent = starts.filter((at) => at > since);
      if (recent.length > 0) startsOf.set(name, recent);
      else startsOf.delete(name);
    }
    return startsOf.get(person) ?? [];
  }

  return {
    waitMs(person) {
      const starts = recentOf(person);
      const oldest = starts[0];
      return oldest !== undefined && starts.length >= perMinute ? oldest + MINUTE_MS - now() : 0;
    },
    count: (person) => void startsOf.set(person, [...recentOf(person), now()]),
  };
}

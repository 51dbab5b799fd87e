/** How often one person may start a diagnosis: a stuck finger must not use up the APIs' allowance. */
import type { Instant } from '../runbook/evidence.ts';

const MINUTE_MS = 60_000;

/** Counts starts a person. Answers 0 when one more may start now, else the milliseconds until it may. */
export function limitByPerson(perMinute: number, now: () => Instant): (who: string) => number {
  const startsOf = new Map<string, Instant[]>();
  return (who) => {
    const since = now() - MINUTE_MS;
    for (const [person, starts] of startsOf) {
      const recent = starts.filter((at) => at > since);
      if (recent.length > 0) startsOf.set(person, recent);
      else startsOf.delete(person);
    }
    const starts = startsOf.get(who) ?? [];
    const oldest = starts[0];
    if (oldest !== undefined && starts.length >= perMinute) return oldest - since;
    startsOf.set(who, [...starts, now()]);
    return 0;
  };
}

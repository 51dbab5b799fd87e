/** An incident: one a target, from the first sighting of a failure to its end. The row decides, the card shows. */
import type { ActionKind, Verdict } from './diagnosis.ts';
import type { Instant } from './evidence.ts';

/** What is wrong, as it was last seen. */
export interface Picture {
  readonly at: Instant;
  readonly verdict: Verdict;
  /** Tells one failure from another: `mode B/R14`, `down`, `run 9300`. */
  readonly failure: string;
  /** One sentence: `Failure mode B (R14): Dyno crash loop`. */
  readonly title: string;
  readonly evidence: readonly string[];
  /** Kinds that the diagnosis offers. */
  readonly actions: readonly ActionKind[];
}

/** Why the operator is woken: a condition of the runbook, or what comes next to one. */
export interface Wake {
  /** Tells one from another: `1:9300`, `2`, `3:2841`, `4`, `unknown`, `hand:<id>`. */
  readonly key: string;
  /** The runbook's "Wake the operator when", in its order; null: by hand, or down with the platform's state unknown. */
  readonly condition: 1 | 2 | 3 | 4 | null;
  readonly reason: string;
  readonly dueAt: Instant;
}

export interface OpenWake extends Wake {
  readonly since: Instant;
  /** When the operator was first woken for it; null: not yet. */
  readonly toldAt: Instant | null;
  /** When it did not hold any more; null: it holds. */
  readonly overAt: Instant | null;
}

export interface IncidentEvent {
  readonly seq: number;
  readonly event: string;
  readonly who: string;
  readonly at: Instant;
  readonly words: string;
  readonly hash: string;
}

export interface Incident {
  readonly id: string;
  readonly target: string;
  readonly app: string;
  readonly state: 'open' | 'resolved';
  /** When the failure was first seen. */
  readonly since: Instant;
  readonly openedAt: Instant;
  readonly resolvedAt: Instant | null;
  readonly picture: Picture;
  readonly wakes: readonly OpenWake[];
  /** How often the operator was pinged. */
  readonly pings: number;
  readonly lastPingAt: Instant | null;
  readonly acknowledged: { readonly by: string; readonly at: Instant } | null;
  /** Counts every change of the row. */
  readonly revision: number;
  readonly card: { readonly channel: string; readonly ts: string } | null;
  /** Its audit lines, oldest first. */
  readonly trail: readonly IncidentEvent[];
}

/** Nobody is pinged until then, unless it gets worse. */
export interface Snooze {
  readonly until: Instant;
  readonly by: string;
  readonly at: Instant;
  /** How bad it was when it was asked for. */
  readonly severity: number;
}

/** The longest that a snooze may be asked for: a day. */
export const LONGEST_SNOOZE_MS = 24 * 3_600_000;

const SEVERITY: Readonly<Record<Verdict, number>> = {
  healthy: 0,
  unknown: 0,
  stopped: 1,
  degraded: 2,
  down: 3,
};

/** Worse is more: a verdict, then whether somebody has to be woken now. */
export function severityOf(verdict: Verdict, wakesDue: number): number {
  return SEVERITY[verdict] * 10 + Math.min(9, wakesDue);
}

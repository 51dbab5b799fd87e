/** Defines a diagnosis: the runbook's conclusions from the evidence. */
import type { LastHour } from '../logs/last-hour.ts';
import type { ChangeReport } from './change.ts';
import type { Instant } from './instant.ts';
import type { Rollback } from './rollback.ts';
import type { Situation } from './situation.ts';
import type { ActionKind, EscalationDue, Finding, MatchedMode, RateLimit, Unread, Verdict } from './terms.ts';

export interface Diagnosis {
  readonly target: string;
  readonly app: string;
  readonly at: Instant;
  readonly tookMs: number;
  readonly verdict: Verdict;
  /**
   * The time at which the app stopped being healthy, by the watch or the log; null when it is healthy, or neither shows
   * it.
   */
  readonly since: Instant | null;
  readonly findings: readonly Finding[];
  readonly modes: readonly MatchedMode[];
  readonly escalations: readonly EscalationDue[];
  readonly actions: readonly ActionKind[];
  /** The effect of a rollback without a version; null when there is no release to roll back to. */
  readonly rollback: Rollback | null;
  readonly unread: readonly Unread[];
  /** Only the limits that are low. */
  readonly lowLimits: readonly RateLimit[];
  /** Facts besides the evidence. */
  readonly situation: Situation;
  /** The requests of the last hour; null when the log was not read. */
  readonly lastHour: LastHour | null;
  /** The changes around the onset of the failure. */
  readonly changes: ChangeReport;
}

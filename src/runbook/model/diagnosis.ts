/** What the runbook makes of the evidence. */
import type { ChangeReport } from './change.ts';
import type { Instant } from './evidence.ts';
import type { Situation } from './situation.ts';
import type { ActionKind, EscalationDue, Finding, MatchedMode, RateLimit, Unread, Verdict } from './terms.ts';

export interface Diagnosis {
  readonly target: string;
  readonly app: string;
  readonly at: Instant;
  readonly tookMs: number;
  readonly verdict: Verdict;
  /** Since when the app is not well, as the watch or the log has it; null: it is well, or neither tells. */
  readonly since: Instant | null;
  readonly findings: readonly Finding[];
  readonly modes: readonly MatchedMode[];
  readonly escalations: readonly EscalationDue[];
  readonly actions: readonly ActionKind[];
  readonly unread: readonly Unread[];
  /** Only the ones that are low. */
  readonly lowLimits: readonly RateLimit[];
  /** What is known beside the evidence. */
  readonly situation: Situation;
  /** What changed around the beginning of what fails. */
  readonly changes: ChangeReport;
}

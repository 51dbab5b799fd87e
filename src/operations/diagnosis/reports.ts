/** What the use-cases answer to their two faces, Slack and the terminal. */

import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { HttpAnswer, Instant, LogLine, Observed } from '../../runbook/model/evidence.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { Situation } from '../../runbook/model/situation.ts';
import type { Finding, Verdict } from '../../runbook/model/terms.ts';

/** A person may start so many diagnoses a minute: the next one is refused, with the time to wait. */
export type Limited<T> = { readonly ok: true; readonly value: T } | TooMany;

export interface TooMany {
  readonly ok: false;
  readonly why: 'too_many';
  readonly waitMs: number;
  readonly perMinute: number;
}

export interface TargetStatus {
  readonly target: string;
  readonly app: string;
  readonly at: Instant;
  readonly verdict: Verdict;
  readonly dynos: Observed<readonly { readonly name: string; readonly state: string }[]>;
  /** The current release; null: the app has none. */
  readonly release: Observed<{
    readonly version: number;
    readonly description: string;
    readonly at: Instant;
  } | null>;
  readonly health: Observed<HttpAnswer>;
  /** The findings that the verdict rests on. */
  readonly findings: readonly Finding[];
  /** A change under way, and who stopped it. */
  readonly situation: Situation;
}

export interface LogReport {
  readonly target: string;
  readonly app: string;
  readonly at: Instant;
  /** The judgement of the runbook's step 6. */
  readonly finding: Finding;
  /** The last lines, oldest first, redacted; unseen with its reason. */
  readonly lines: Observed<readonly LogLine[]>;
}

/** The reading use-cases, as Slack and the terminal call them. `who` is the person that asks (for the limit). */
export interface Readings {
  /** Why a diagnosis would be refused now, before anything is begun; null: it would not be. */
  refusal(target: Target, who: string): TooMany | null;
  diagnose(target: Target, who: string): Promise<Limited<Diagnosis>>;
  status(targets: readonly Target[], who: string): Promise<Limited<readonly TargetStatus[]>>;
  logs(target: Target, who: string): Promise<Limited<LogReport>>;
}

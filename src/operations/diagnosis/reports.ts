/** What the use-cases answer to their two faces, Slack and the terminal. */

import type { Use, UsedUp } from '../../runbook/model/budget.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { HttpAnswer, Instant, LogLine, Observed } from '../../runbook/model/evidence.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { Situation } from '../../runbook/model/situation.ts';
import type { Finding, Verdict } from '../../runbook/model/terms.ts';

/** What was asked for, or why nothing was begun. */
export type Limited<T> = { readonly ok: true; readonly value: T } | NotBegun;

/** A diagnosis, as soon as there is a verdict. */
export interface Diagnosed {
  readonly ok: true;
  readonly value: Diagnosis;
  /** The same, with what changed told in full: diffs are read for it. Never rejects. */
  explain(): Promise<Diagnosis>;
}

export type NotBegun = TooMany | OverHour;

/** A person may start so many a minute: the next one is refused, with the time to wait. */
export interface TooMany {
  readonly ok: false;
  readonly why: 'too_many';
  /** Of all that is no diagnosis, a look. */
  readonly what: 'diagnoses' | 'looks';
  readonly waitMs: number;
  readonly perMinute: number;
}

/** What is left of the API's hour is kept for what is more urgent. */
export interface OverHour {
  readonly ok: false;
  readonly why: 'used_up';
  readonly found: UsedUp;
}

/** Who asks: what operators and approvers ask goes before what others do. */
export interface Requester {
  readonly id: string;
  readonly use: Extract<Use, 'incident' | 'read'>;
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

/** The reading use-cases, as Slack and the terminal call them. */
export interface DiagnosisService {
  /** Why it would be refused now, before anything is begun; null: it would not be. */
  refusal(what: Reading, targets: readonly Target[], asker: Requester): NotBegun | null;
  diagnose(target: Target, asker: Requester): Promise<Diagnosed | NotBegun>;
  /** Who has not answered yet, in words, while a diagnosis of the target goes on: `Heroku log`. */
  waitingFor(target: Target): readonly string[];
  status(targets: readonly Target[], asker: Requester): Promise<Limited<readonly TargetStatus[]>>;
  logs(target: Target, asker: Requester): Promise<Limited<LogReport>>;
}

export type Reading = 'diagnose' | 'status' | 'logs';

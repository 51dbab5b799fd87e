/** The terms of the runbook: findings, failure modes, the verdict, kinds of action, and the conditions that page the operator. */
import type { Cause } from '../logs/cause.ts';
import type { SourceName } from './evidence.ts';
import type { Instant } from './instant.ts';
import type { ModeId } from './mode-id.ts';
import type { Unseen } from './observed.ts';
import type { Facts, Target } from './runbook-config.ts';

export type Status = 'pass' | 'warn' | 'fail' | 'unknown';

export const CHECK_IDS = [
  'formation',
  'releases',
  'slug',
  'workflow_runs',
  'environments',
  'logs',
  'health',
  'platform',
  'freeze',
  'drift',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

export interface Judgement {
  readonly status: Status;
  /** One line: `web.1: up (3 h)`. */
  readonly summary: string;
  /** Evidence lines, most important first. */
  readonly details?: readonly string[];
  /** The app's own error, where the log shows one. */
  readonly error?: string | null;
  /** What fails, as a code that is the same each time it does: `http_503`; null where the check itself says enough. */
  readonly fault?: string | null;
  /** Whether it could not be judged because something it needs was not seen. */
  readonly isBlind?: boolean;
}

export interface Finding extends Required<Judgement> {
  readonly id: CheckId;
  /** The runbook's step, 1 to 6; null for the checks that the runbook does not number. */
  readonly step: number | null;
  readonly title: string;
}

/** What every check, mode and action knows besides the evidence. */
export interface RunbookContext {
  readonly now: Instant;
  readonly target: Target;
  readonly facts: Facts;
}

export type Confidence = 'likely' | 'possible';

/** The words of a failure mode, used by both the document and the card. */
export interface ModeWords {
  readonly title: string;
  /** Whether it can still happen, where the runbook says so. */
  readonly status?: string;
  readonly symptom: string;
  readonly cause: string;
  /** How to diagnose it by hand. */
  readonly diagnosis?: readonly string[];
  /** Who has to fix it, where the runbook says so: `requires operator`. */
  readonly fixBy?: string;
  readonly fix: readonly string[];
  readonly verification: string;
}

export interface Match {
  readonly code: string | null;
  readonly confidence: Confidence;
  /** Mode B: the process type that it concerns, on which its actions act. */
  readonly processType?: string;
  /** Mode B: why the process ended, as far as that is known. */
  readonly causedBy?: Cause['kind'];
  /** Mode B: the app's own error, where the log shows one. */
  readonly error?: string | null;
  /** Mode B: whether it ended before it ever came up. */
  readonly atBoot?: boolean;
  /** The lines of evidence that made it match. */
  readonly evidence: readonly string[];
  /** Sources that were needed but not seen, as sentences; if there are any, the match is at most `possible`. */
  readonly missing: readonly string[];
  /** Words for this match (the fix of a code, the fault of the gate) that replace the mode's. */
  readonly words?: Partial<ModeWords>;
}

export interface MatchedMode extends Match, ModeWords {
  readonly id: ModeId;
  readonly error: string | null;
}

export type Verdict = 'healthy' | 'degraded' | 'down' | 'stopped' | 'unknown';

export type ActionKind =
  | 'stop'
  | 'restore'
  | 'deploy'
  | 'restart'
  | 'rollback'
  | 'boot_timeout'
  | 'resize'
  | 'unfreeze'
  | 'create_gate';

export interface EscalationDue {
  /** The runbook's "Wake the operator when", in its order. */
  readonly condition: 1 | 2 | 3 | 4;
  readonly reason: string;
  readonly dueAt: Instant;
  /** What distinguishes it: the run of condition 1, the Heroku incident of condition 3; else null. */
  readonly about: string | null;
}

export interface Unread extends Omit<Unseen, 'ok' | 'at'> {
  readonly source: SourceName;
}

/** How much of an API's hourly allowance is left, by its last answer. */
export interface RateLimit {
  readonly api: 'heroku' | 'github';
  readonly remaining: number;
  /** Null where the API does not say. */
  readonly limit: number | null;
  readonly resetAt: Instant | null;
}

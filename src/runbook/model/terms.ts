/**
 * Defines the terms of the runbook: findings, failure modes, the verdict, kinds of action, and the conditions that page
 * the operator.
 */
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
  /** The app's own error, if the log shows one. */
  readonly error?: string | null;
  /** A code for what fails that is the same each time: `http_503`. Null when the check itself says enough. */
  readonly fault?: string | null;
  /** True if the check could not be judged because a required source was unread. */
  readonly isBlind?: boolean;
  /**
   * What the whole summary is about: the run attempt (`9300/1`), the incident at Heroku, or the person who scaled the
   * app to zero. Null when it says more.
   */
  readonly about?: string | null;
}

export interface Finding extends Required<Judgement> {
  readonly id: CheckId;
  /** The runbook's step, 1 to 6; null for the checks that the runbook does not number. */
  readonly step: number | null;
  readonly title: string;
}

/** The facts that every check, mode and action has besides the evidence. */
export interface RunbookContext {
  readonly now: Instant;
  readonly target: Target;
  readonly facts: Facts;
}

export type Confidence = 'likely' | 'possible';

/** The words of a failure mode, used by both the document and the card. */
export interface ModeWords {
  readonly title: string;
  /** Says whether the mode can still happen, if the runbook does. */
  readonly status?: string;
  readonly symptom: string;
  readonly cause: string;
  /** Instructions for diagnosing the mode by hand. */
  readonly diagnosis?: readonly string[];
  /** The people who have to fix it, if the runbook names them: `requires operator`. */
  readonly fixBy?: string;
  readonly fix: readonly string[];
  readonly verification: string;
}

export interface Match {
  readonly code: string | null;
  readonly confidence: Confidence;
  /** Mode B only: the process type that it concerns, on which its actions act. */
  readonly processType?: string;
  /** Mode B only: why the process ended, as far as that is known. */
  readonly causedBy?: Cause['kind'];
  /** Mode B only: the app's own error, if the log shows one. */
  readonly error?: string | null;
  /** Mode B only: whether the process ended before it ever came up. */
  readonly atBoot?: boolean;
  /** The lines of evidence that made the mode match. */
  readonly evidence: readonly string[];
  /** Required but unread sources, as sentences. If there are any, the match is at most `possible`. */
  readonly missing: readonly string[];
  /** Words for this match (the fix of a code, the fault of the gate) that replace the mode's own. */
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
  /** Identifies the occurrence: the run of condition 1, or the Heroku incident of condition 3; otherwise null. */
  readonly about: string | null;
}

export interface Unread extends Omit<Unseen, 'ok' | 'at'> {
  readonly source: SourceName;
}

/** The remaining hourly allowance of an API, according to its last response. */
export interface RateLimit {
  readonly api: 'heroku' | 'github';
  readonly remaining: number;
  /** Null when the API does not say. */
  readonly limit: number | null;
  readonly resetAt: Instant | null;
}

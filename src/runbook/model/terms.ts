/** The terms of the runbook: what a check finds, a failure mode, the verdict, the kinds of action, a condition that wakes the operator. */
import type { Cause } from '../logs/cause.ts';
import type { Instant, SourceName, Unseen } from './evidence.ts';
import type { ModeId } from './mode-id.ts';
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
  /** Evidence lines, most telling first. */
  readonly details?: readonly string[];
}

export interface Finding extends Required<Judgement> {
  readonly id: CheckId;
  /** The runbook's step, 1 to 6; null for the checks that the runbook does not number. */
  readonly step: number | null;
  readonly title: string;
}

/** What every judge knows beside the evidence. */
export interface Context {
  readonly now: Instant;
  readonly target: Target;
  readonly facts: Facts;
}

export type Confidence = 'likely' | 'possible';

/** The words of a failure mode: they print the document and the card alike. */
export interface ModeWords {
  readonly title: string;
  /** Whether it can still happen; only where the runbook says so. */
  readonly status?: string;
  readonly symptom: string;
  readonly cause: string;
  /** How it is told by hand. */
  readonly diagnosis?: readonly string[];
  /** Whose task the fix is; only where the runbook says so: `requires operator`. */
  readonly fixBy?: string;
  readonly fix: readonly string[];
  readonly verification: string;
}

export interface Match {
  readonly code: string | null;
  readonly confidence: Confidence;
  /** Of mode B: the process type that it speaks of; an action of the mode acts on that type. */
  readonly processType?: string;
  /** Of mode B: what the process ended of, as far as that was told. */
  readonly causedBy?: Cause['kind'];
  /** Of mode B: it ended before it ever came up. */
  readonly atBoot?: boolean;
  /** Lines of evidence that made it match. */
  readonly evidence: readonly string[];
  /** Sources that were needed and not seen, as sentences; non-empty makes a match at most `possible`. */
  readonly missing: readonly string[];
  /** Words of this very match (a code's own fix, the gate's own fault), laid over the mode's. */
  readonly words?: Partial<ModeWords>;
}

export interface MatchedMode extends Match, ModeWords {
  readonly id: ModeId;
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
  /** What it is about, where one is not the other: a run of condition 1, a Heroku incident of condition 3; else ''. */
  readonly about: string;
}

export interface Unread {
  readonly source: SourceName;
  readonly why: Unseen['why'];
  readonly detail: string;
}

/** How much of an API's hourly allowance is left, as its last answer said. */
export interface RateLimit {
  readonly api: 'heroku' | 'github';
  readonly remaining: number;
  /** null where the API does not say. */
  readonly limit: number | null;
  readonly resetAt: Instant | null;
}

/** What the runbook makes of the evidence: findings, failure modes, verdict. */

import type { Cause } from '../logs/cause.ts';
import type { Situation } from '../situation/situation.ts';
import type { Evidence, Instant, Observed, SourceName, Sources, Unseen } from './evidence.ts';
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
  /** The runbook's step, 1 to 6; null for the four that the runbook does not number. */
  readonly step: number | null;
  readonly title: string;
}

/** What every judge knows beside the evidence. */
export interface Context {
  readonly now: Instant;
  readonly target: Target;
  readonly facts: Facts;
}

export type ModeId = 'A' | 'B' | 'C' | 'D' | 'E';
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

export interface Diagnosis {
  readonly target: string;
  readonly app: string;
  readonly at: Instant;
  readonly tookMs: number;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly modes: readonly MatchedMode[];
  readonly escalations: readonly EscalationDue[];
  readonly actions: readonly ActionKind[];
  readonly unread: readonly Unread[];
  /** Only the ones that are low. */
  readonly lowLimits: readonly RateLimit[];
  /** What is known beside the evidence. */
  readonly situation: Situation;
}

type SeenOf<K extends SourceName> = { readonly [P in K]: Sources[P] };

/** What a check declares: it is handed just this, so that reading anything else does not compile. */
export interface CheckSpec<Need extends SourceName, Want extends SourceName = never> {
  readonly id: CheckId;
  readonly step: number | null;
  readonly title: string;
  /** How it is done by hand: the runbook's own command and what to expect. Printed in the document. */
  readonly byHand: { readonly command: string; readonly expect: string };
  /** Without these there is no judgement: the finding is `unknown`. */
  readonly needs: readonly Need[];
  /** Helpful, not needed: handed over as `Observed`. */
  readonly wants?: readonly Want[];
  judge(seen: SeenOf<Need> & Pick<Evidence, Want>, context: Context): Judgement;
}

export interface Check {
  readonly id: CheckId;
  readonly step: number | null;
  readonly title: string;
  readonly byHand: { readonly command: string; readonly expect: string };
  readonly reads: readonly SourceName[];
  /** Never throws: a missing need, or a throw of the judge, is the finding `unknown`. */
  run(evidence: Evidence, context: Context): Finding;
}

/** Wraps a judge so that absence and faults become `unknown` here, once, and no check has to handle them. */
export function defineCheck<const Need extends SourceName, const Want extends SourceName = never>(
  spec: CheckSpec<Need, Want>,
): Check {
  const { id, step, title, byHand } = spec;
  return {
    id,
    step,
    title,
    byHand,
    reads: [...spec.needs, ...(spec.wants ?? [])],
    run(evidence, context) {
      const asFinding = (judgement: Judgement): Finding => ({ id, step, title, details: [], ...judgement });
      const seen: Partial<Record<SourceName, unknown>> = {};
      const missing = new Set<string>();
      for (const name of spec.needs) {
        const observed: Observed<unknown> = evidence[name];
        if (observed.ok) seen[name] = observed.value;
        else missing.add(observed.detail);
      }
      if (missing.size > 0) {
        return asFinding({ status: 'unknown', summary: `Not seen: ${[...missing].join('; ')}` });
      }
      for (const name of spec.wants ?? []) seen[name] = evidence[name];
      try {
        // The loop above filled exactly the declared keys; the compiler cannot follow that.
        return asFinding(spec.judge(seen as unknown as SeenOf<Need> & Pick<Evidence, Want>, context));
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        return asFinding({ status: 'unknown', summary: `This check broke: ${words}` });
      }
    },
  };
}

/** A failure mode of the runbook. `match` sees all evidence, absence included, and the findings of the checks. */
export interface Mode {
  readonly id: ModeId;
  readonly words: ModeWords;
  match(evidence: Evidence, findings: readonly Finding[], context: Context): readonly Match[];
}

/** The one reading of the deploy workflow's runs: the diagnosis, the watch, the escalations and the deploys all ask it. */

import type {
  Deployment,
  Evidence,
  Instant,
  Job,
  Observed,
  OlderRuns,
  RunApproval,
  RunDetail,
  WorkflowRun,
} from '../model/evidence.ts';
import type { Facts, Target } from '../model/runbook-config.ts';
import type { Context } from '../model/terms.ts';
import { failedWithSteps, hasRun, isJob, lastEnd } from './jobs.ts';
import { type GatePassage, gatePassage, reviewsOf } from './passage.ts';
import { type RunStage, runStage } from './stage.ts';
import { type RunTarget, runTarget } from './target.ts';

/** Condition 1 and mode D rest on what happened within a day (contract). */
export const FRESH_MS = 24 * 3_600_000;

export interface FreezeCheck {
  readonly passed: boolean;
  /** It said no. One that ran out of time said nothing about a freeze. */
  readonly saidNo: boolean;
  readonly at: Instant;
}

/** One run as one target sees it: its newest attempt. */
export interface RunReading {
  readonly run: WorkflowRun;
  readonly detail: RunDetail;
  readonly target: RunTarget;
  readonly stage: RunStage;
  readonly gate: GatePassage;
  /** null: no step of a freeze check came to its end. */
  readonly freeze: FreezeCheck | null;
  /** Who approved it for this target's environment, in any attempt; empty: nobody did. */
  readonly approvedBy: readonly string[];
  readonly rejection: RunApproval | null;
  /** When it happened: the end of the attempt; of one that goes on, when it was let through, else its start. */
  readonly at: Instant;
}

export interface RunsSeen {
  readonly runs: readonly WorkflowRun[];
  readonly runDetails: readonly RunDetail[];
  readonly deployments: Observed<readonly Deployment[]>;
  readonly olderRuns: Observed<OlderRuns>;
}

/** null: without the runs and their jobs there is nothing to read. */
export function runsSeen({ runs, runDetails, deployments, olderRuns }: Evidence): RunsSeen | null {
  if (!runs.ok || !runDetails.ok) return null;
  return { runs: runs.value, runDetails: runDetails.value, deployments, olderRuns };
}

/** What happened last comes first, however old the run is. A run whose detail is not there is left out. */
export function readRuns(seen: RunsSeen, { target, facts }: Pick<Context, 'target' | 'facts'>): RunReading[] {
  const { deployments, olderRuns } = seen;
  const older = olderRuns.ok ? olderRuns.value : { runs: [], details: [] };
  const details = new Map([...older.details, ...seen.runDetails].map((one) => [one.runId, one]));
  const runs = new Map([...older.runs, ...seen.runs].map((one) => [one.id, one]));
  return [...runs.values()]
    .flatMap((run) => {
      const detail = details.get(run.id);
      return detail ? [readRun(run, detail, deployments, target, facts)] : [];
    })
    .toSorted(
      (one, other) =>
        other.at - one.at || other.run.startedAt - one.run.startedAt || other.run.id - one.run.id,
    );
}

export function readRun(
  run: WorkflowRun,
  detail: RunDetail,
  deployments: Observed<readonly Deployment[]>,
  target: Target,
  facts: Pick<Facts, 'freeze'>,
): RunReading {
  const freezeCheck = facts.freeze.job;
  const { environment } = target;
  const gate = gatePassage(run, detail, deployments, environment, freezeCheck);
  const [rejection] = reviewsOf(detail, environment, 'rejected');
  const staged = {
    run,
    detail,
    freezeCheck,
    gate,
    isRejected: rejection !== undefined,
    isGated: target.gated,
  };
  return {
    run,
    detail,
    target: runTarget(run, detail, deployments, target),
    stage: runStage(staged),
    gate,
    freeze: freezeOf(run, detail, freezeCheck),
    approvedBy: reviewsOf(detail, environment, 'approved').map(({ by }) => by),
    rejection: rejection ?? null,
    at: happenedAt(run, detail, gate),
  };
}

function happenedAt(run: WorkflowRun, { jobs }: RunDetail, gate: GatePassage): Instant {
  if (run.status === 'completed') return lastEnd(jobs) ?? run.updatedAt;
  // It may have waited for days before it went on.
  return Math.max(run.startedAt, gate.at ?? run.startedAt);
}

function freezeOf(run: WorkflowRun, { jobs }: RunDetail, freezeCheck: string): FreezeCheck | null {
  const done = jobs.filter((job) => isJob(job, freezeCheck) && job.status === 'completed' && hasRun(job));
  const failed = done.filter(failedWithSteps);
  const passed = done.filter(({ conclusion }) => conclusion === 'success');
  const telling: readonly Job[] = failed.length > 0 ? failed : passed;
  if (telling.length === 0) return null;
  return {
    passed: failed.length === 0,
    saidNo: failed.some(({ conclusion }) => conclusion === 'failure'),
    at: lastEnd(telling) ?? run.updatedAt,
  };
}

/** The run whose freeze check ended last. */
export function newestFreezeCheck(
  diagnosisService: readonly RunReading[],
): (RunReading & { readonly freeze: FreezeCheck }) | null {
  const checked = diagnosisService.flatMap((one) => (one.freeze ? [{ ...one, freeze: one.freeze }] : []));
  return checked.toSorted((one, other) => other.freeze.at - one.freeze.at)[0] ?? null;
}

/** The run of this target that went past the gate last: the one that says whether a deploy works. */
export function newestPastGate(diagnosisService: readonly RunReading[]): RunReading | null {
  return diagnosisService.find((one) => one.target === 'this' && one.gate.passage === 'passed') ?? null;
}

const HOLDING = new Set(['waiting', 'in_progress']);

/** Who holds the place that a run waits for in its concurrency group; null: nobody who was seen. */
export function holderOf({ run }: RunReading, diagnosisService: readonly RunReading[]): RunReading | null {
  const open = diagnosisService.filter((one) => one.run.id !== run.id && HOLDING.has(one.run.status));
  const before = open.filter((one) => one.run.startedAt <= run.startedAt);
  return before[0] ?? open[0] ?? null;
}

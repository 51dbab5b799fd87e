/** Reads the deploy workflow's runs once, for the diagnosis, the watch, the escalations and the deploys. */

import type { Evidence } from '../model/evidence.ts';
import type { Deployment, Job, OlderRuns, RunApproval, RunDetail, WorkflowRun } from '../model/github.ts';
import type { Instant } from '../model/instant.ts';
import type { Observed } from '../model/observed.ts';
import type { Facts, Target } from '../model/runbook-config.ts';
import type { RunbookContext } from '../model/terms.ts';
import { failedWithSteps, hasRun, isJob, lastEnd } from './jobs.ts';
import { type GatePassage, gatePassage, reviewsOf } from './passage.ts';
import { type RunStage, runStage } from './stage.ts';
import { type RunTarget, runTarget } from './target.ts';

/** Condition 1 and mode D only count what happened within a day (contract). */
export const FRESH_MS = 24 * 3_600_000;

export interface FreezeCheck {
  readonly passed: boolean;
  /** True if the check reported a freeze. A check that timed out says nothing about one. */
  readonly saidNo: boolean;
  readonly at: Instant;
}

/** The newest attempt of one run, as one target sees it. */
export interface RunReading {
  readonly run: WorkflowRun;
  readonly detail: RunDetail;
  readonly target: RunTarget;
  readonly stage: RunStage;
  readonly gate: GatePassage;
  /** Null when no freeze check ran to its end. */
  readonly freeze: FreezeCheck | null;
  /** The people who approved the run for this target's environment, in any attempt; empty if nobody did. */
  readonly approvedBy: readonly string[];
  readonly rejection: RunApproval | null;
  /**
   * The time at which the run last happened: the end of the attempt, or, while it is running, the time it passed the
   * gate or else started.
   */
  readonly at: Instant;
}

export interface RunsSeen {
  readonly runs: readonly WorkflowRun[];
  readonly runDetails: readonly RunDetail[];
  readonly deployments: Observed<readonly Deployment[]>;
  readonly olderRuns: Observed<OlderRuns>;
}

/** Returns null if the runs or their jobs were not read. */
export function runsSeen({ runs, runDetails, deployments, olderRuns }: Evidence): RunsSeen | null {
  if (!runs.ok || !runDetails.ok) return null;
  return { runs: runs.value, runDetails: runDetails.value, deployments, olderRuns };
}

/** Returns the runs, however old, by when they last happened, newest first. A run without its detail is left out. */
export function readRuns(
  seen: RunsSeen,
  { target, facts }: Pick<RunbookContext, 'target' | 'facts'>,
): RunReading[] {
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
  // The run may have waited for days before it passed the gate.
  return Math.max(run.startedAt, gate.at ?? run.startedAt);
}

function freezeOf(run: WorkflowRun, { jobs }: RunDetail, freezeCheck: string): FreezeCheck | null {
  const done = jobs.filter((job) => isJob(job, freezeCheck) && job.status === 'completed' && hasRun(job));
  const failed = done.filter(failedWithSteps);
  const passed = done.filter(({ conclusion }) => conclusion === 'success');
  const decisive: readonly Job[] = failed.length > 0 ? failed : passed;
  if (decisive.length === 0) return null;
  return {
    passed: failed.length === 0,
    saidNo: failed.some(({ conclusion }) => conclusion === 'failure'),
    at: lastEnd(decisive) ?? run.updatedAt,
  };
}

/** Returns the run whose freeze check ended last. */
export function newestFreezeCheck(
  readings: readonly RunReading[],
): (RunReading & { readonly freeze: FreezeCheck }) | null {
  const checked = readings.flatMap((one) => (one.freeze ? [{ ...one, freeze: one.freeze }] : []));
  return checked.toSorted((one, other) => other.freeze.at - one.freeze.at)[0] ?? null;
}

/** Returns this target's run that passed the gate last, because it shows whether a deploy works. */
export function newestPastGate(readings: readonly RunReading[]): RunReading | null {
  return readings.find((one) => one.target === 'this' && one.gate.passage === 'passed') ?? null;
}

const HOLDING = new Set(['waiting', 'in_progress']);

/** Returns the run that blocks this one's concurrency group, or null if no such run was seen. */
export function holderOf({ run }: RunReading, readings: readonly RunReading[]): RunReading | null {
  const open = readings.filter((one) => one.run.id !== run.id && HOLDING.has(one.run.status));
  const before = open.filter((one) => one.run.startedAt <= run.startedAt);
  return before[0] ?? open[0] ?? null;
}

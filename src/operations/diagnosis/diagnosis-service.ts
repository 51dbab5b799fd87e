/**
 * Implements the reading commands for Slack and the terminal: collect, redact, judge. Nothing here changes anything
 * outside.
 */
import { diagnose } from '../../runbook/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { RateLimit } from '../../runbook/model/terms.ts';
import { situationOf } from '../../runbook/situation/situation.ts';
import type { Outside } from '../ports/upstreams.ts';
import { createExplain, type Explain, NOTHING_RECALLED, type Recall } from './explain.ts';
import { type LogReport, toLogReport } from './log-report.ts';
import type { NotBegun } from './not-begun.ts';
import { createReadDiffs } from './read-diffs.ts';
import { createRequestLimits, type Requester } from './request-limits.ts';
import {
  type Collected,
  createSharedCollection,
  type Reading,
  type SharedCollectionDeps,
} from './shared-collection.ts';
import { type TargetStatus, toStatus } from './target-status.ts';

/** The requested value, or why nothing was begun. */
export type Limited<T> = { readonly ok: true; readonly value: T } | NotBegun;

/** A diagnosis, as soon as there is a verdict. */
export interface Diagnosed {
  readonly ok: true;
  readonly value: Diagnosis;
  /** Returns the same diagnosis with the changes in full, for which diffs are read. Never rejects. */
  explain(): Promise<Diagnosis>;
}

export interface DiagnosisService {
  /** Returns why the command would be refused now, or null when it would not. */
  refusal(what: Reading, targets: readonly Target[], requester: Requester): NotBegun | null;
  diagnose(target: Target, requester: Requester): Promise<Diagnosed | NotBegun>;
  /** Returns the sources that have not responded yet while a diagnosis of the target is in progress: `Heroku log`. */
  waitingFor(target: Target): readonly string[];
  status(targets: readonly Target[], requester: Requester): Promise<Limited<readonly TargetStatus[]>>;
  logs(target: Target, requester: Requester): Promise<Limited<LogReport>>;
}

export interface DiagnosisServiceDeps extends SharedCollectionDeps {
  /** Milliseconds of a monotonic clock, for durations. `now` serves when it is left out, as in tests with one clock. */
  elapsed?(): number;
  /** Finds earlier failures in the ledger; left out without a ledger. */
  readonly recall?: Recall;
}

/** `forget`: what was read of the target is no longer true, because an action has changed it. */
export function createDiagnosisService(
  deps: DiagnosisServiceDeps,
): DiagnosisService & { forget(target: string): void } {
  const { outside } = deps;
  const elapsed = () => deps.elapsed?.() ?? deps.now();
  const collection = createSharedCollection(deps, elapsed);
  const limits = createRequestLimits(outside.heroku, elapsed);
  const explain = createExplain(createReadDiffs(deps), deps.recall ?? NOTHING_RECALLED);

  /** Only collections that the command itself would start count. */
  const startsOf = (what: Reading, targets: readonly Target[]) =>
    targets.filter((target) => !collection.isShared(target, what)).length;

  function refusal(what: Reading, targets: readonly Target[], requester: Requester): NotBegun | null {
    return limits.refusal(what, startsOf(what, targets), requester);
  }

  /** Counts the start, unless it is refused. */
  function begin(what: Reading, targets: readonly Target[], requester: Requester): NotBegun | null {
    const refused = refusal(what, targets, requester);
    if (!refused && startsOf(what, targets) > 0) limits.count(what, requester);
    return refused;
  }

  return {
    refusal,
    waitingFor: collection.waitingFor,
    forget: (name) => collection.forget({ name }),
    async diagnose(target, requester) {
      const refused = begin('diagnose', [target], requester);
      if (refused) return refused;
      return diagnosed(await collection.collect(target, 'diagnose', requester.use), outside, explain);
    },
    async status(targets, requester) {
      const refused = begin('status', targets, requester);
      if (refused) return refused;
      const collecting = targets.map((target) => collection.collect(target, 'status', requester.use));
      return { ok: true, value: (await Promise.all(collecting)).map(toStatus) };
    },
    async logs(target, requester) {
      const refused = begin('logs', [target], requester);
      if (refused) return refused;
      return { ok: true, value: toLogReport(await collection.collect(target, 'logs', requester.use)) };
    },
  };
}

function diagnosed(collected: Collected, outside: Outside, explain: Explain): Diagnosed {
  const { evidence, context, remembered, use, tookMs } = collected;
  const { firstSeen, watched, actions } = remembered;
  const situation = situationOf(evidence, context, remembered);
  const limits = currentLimits(outside);
  const value = diagnose(evidence, context, { tookMs, limits, firstSeen, situation, watched, actions });
  return {
    ok: true,
    value,
    async explain() {
      const changes = await explain({ evidence, context, diagnosis: value, watched, actions, use });
      return { ...value, changes };
    },
  };
}

function currentLimits({ heroku, github }: Outside): RateLimit[] {
  return [heroku.rateLimit(), github.rateLimit()].filter((limit) => limit !== null);
}

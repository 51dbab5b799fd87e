/** The reading use-cases: collect (shared), redact, judge. Nothing here changes anything outside. */
import { CHECKS } from '../../runbook/checks/index.ts';
import { logsCheck } from '../../runbook/checks/logs.ts';
import { diagnose } from '../../runbook/diagnosis/diagnose.ts';
import { judgeVerdict } from '../../runbook/diagnosis/verdict.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Evidence, SourceName } from '../../runbook/model/evidence.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import { NOTHING_REMEMBERED, type Remembered } from '../../runbook/model/situation.ts';
import type { CheckId, Context, RateLimit } from '../../runbook/model/terms.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import { situationOf } from '../../runbook/situation/situation.ts';
import { type CollectDeps, VERDICT_SOURCES } from './collect.ts';
import { createExplain, NOTHING_RECALLED, type Recall } from './explain.ts';
import { limitByPerson } from './rate-limit.ts';
import { createReadDiffs } from './read-diffs.ts';
import { collectRedacted } from './redact-evidence.ts';
import type { Remember } from './remember.ts';
import type {
  DiagnosisService,
  Limited,
  LogReport,
  NotBegun,
  Reading,
  Requester,
  TargetStatus,
} from './reports.ts';
import { shareByKey } from './single-flight.ts';

/** One person starts at most this many of each a minute. */
const STARTS_PER_MINUTE = 6;

/** The findings that a verdict rests on (contract, "Verdict"). */
const VERDICT_CHECKS: ReadonlySet<CheckId> = new Set(['formation', 'releases', 'slug', 'logs', 'health']);

const LOG_SOURCES: ReadonlySet<SourceName> = new Set(['app', 'dynos', 'formation', 'releases', 'logs']);

/** What each asks, widest first: whatever asked more a moment ago has the answer. */
const SOURCES: ReadonlyMap<Reading, ReadonlySet<SourceName> | undefined> = new Map([
  ['diagnose', undefined],
  ['status', VERDICT_SOURCES],
  ['logs', LOG_SOURCES],
]);

/** Requests to Heroku for one target, at most: a slug that was read once is not asked for again. */
const COSTS: Readonly<Record<Reading, number>> = { diagnose: 6, status: 6, logs: 5 };

export interface DiagnosisServiceDeps extends CollectDeps {
  /** Milliseconds of a clock that never goes back, for spans. Where a test's clock stands for all, `now` serves. */
  elapsed?(): number;
  readonly facts: Facts;
  readonly redactor: Redactor;
  /** What the ledger knows; left out: there is none here. */
  readonly remember?: Remember;
  /** The same of past failures. */
  readonly recall?: Recall;
}

interface Collected {
  readonly evidence: Evidence;
  readonly context: Context;
  readonly remembered: Remembered;
  /** Of whoever began it. */
  readonly use: Use;
  readonly tookMs: number;
}

export function createDiagnosisService(deps: DiagnosisServiceDeps): DiagnosisService {
  const { facts, now, outside } = deps;
  const elapsed = () => deps.elapsed?.() ?? now();
  const share = shareByKey<Collected>(elapsed);
  const limits = {
    diagnoses: limitByPerson(STARTS_PER_MINUTE, elapsed),
    looks: limitByPerson(STARTS_PER_MINUTE, elapsed),
  };
  const keyOf = (what: Reading, { name }: Target, use?: Use) => `${what} ${name} ${use ?? ''}`;
  const explain = createExplain(createReadDiffs(deps), deps.recall ?? NOTHING_RECALLED);

  /** Of each collection that goes on: who has not answered yet. */
  const waiting = new Map<string, readonly string[]>();

  async function collectNow(target: Target, what: Reading, use: Use): Promise<Collected> {
    const startedAt = elapsed();
    const only = SOURCES.get(what);
    const key = keyOf(what, target);
    const collecting: DiagnosisServiceDeps = {
      ...deps,
      progress(answered, of, names) {
        waiting.set(key, names);
        deps.progress?.(answered, of, names);
      },
    };
    const [evidence, remembered] = await Promise.all([
      collectRedacted(target, facts, collecting, { use, ...(only ? { only } : {}) }),
      deps.remember?.(target) ?? NOTHING_REMEMBERED,
    ]);
    waiting.delete(key);
    const context = { now: now(), target, facts };
    return { evidence, context, remembered, use, tookMs: Math.round(elapsed() - startedAt) };
  }

  async function collectShared(target: Target, what: Reading, { use }: Requester): Promise<Collected> {
    const begin = () => collectNow(target, what, use);
    const shared = await (askedMore(what, target) ?? share(keyOf(what, target), begin));
    // What others were refused is not refused to whoever comes before them.
    const isShort = use === 'incident' && shared.use === 'read' && wasRefused(shared.evidence);
    return isShort ? share(keyOf(what, target, use), begin) : shared;
  }

  /** What was asked a moment ago, and asked for more than this. */
  function askedMore(what: Reading, target: Target): Promise<Collected> | undefined {
    const wider = [...SOURCES.keys()].slice(0, [...SOURCES.keys()].indexOf(what));
    return wider.map((one) => share.finished(keyOf(one, target))).find((done) => done !== undefined);
  }

  const isShared = (what: Reading, target: Target) =>
    askedMore(what, target) !== undefined || share.isShared(keyOf(what, target));

  /** Only what asks anew counts. */
  function refusal(what: Reading, targets: readonly Target[], { id, use }: Requester): NotBegun | null {
    const begun = targets.filter((target) => !isShared(what, target));
    if (begun.length === 0) return null;
    const pot = what === 'diagnose' ? 'diagnoses' : 'looks';
    const waitMs = limits[pot].waitMs(id);
    if (waitMs > 0) return { ok: false, why: 'too_many', what: pot, waitMs, perMinute: STARTS_PER_MINUTE };
    const found = outside.heroku.usedUp(use, begun.length * COSTS[what]);
    return found && { ok: false, why: 'used_up', found };
  }

  async function read<T>(
    what: Reading,
    targets: readonly Target[],
    asker: Requester,
    show: (collected: readonly Collected[]) => T,
  ): Promise<Limited<T>> {
    const refused = refusal(what, targets, asker);
    if (refused) return refused;
    if (targets.some((target) => !isShared(what, target)))
      limits[what === 'diagnose' ? 'diagnoses' : 'looks'].count(asker.id);
    const collected = await Promise.all(targets.map((target) => collectShared(target, what, asker)));
    return { ok: true, value: show(collected) };
  }

  const oneOf = <T>(show: (one: Collected) => T) => {
    return (collected: readonly Collected[]): T => {
      const [one] = collected;
      if (!one) throw new Error('one target was asked for');
      return show(one);
    };
  };

  return {
    refusal,
    waitingFor: (target) => waiting.get(keyOf('diagnose', target)) ?? [],
    async diagnose(target, asker) {
      const answer = await read(
        'diagnose',
        [target],
        asker,
        oneOf((one) => one),
      );
      if (!answer.ok) return answer;
      const { evidence, context, remembered, use } = answer.value;
      const { watched, actions } = remembered;
      const value = toDiagnosis(answer.value, currentLimits(deps));
      return {
        ok: true,
        value,
        explain: async () => ({
          ...value,
          changes: await explain({ evidence, context, diagnosis: value, watched, actions, use }),
        }),
      };
    },
    status: (targets, asker) => read('status', targets, asker, (collected) => collected.map(toStatus)),
    logs: (target, asker) => read('logs', [target], asker, oneOf(toLogReport)),
  };
}

function wasRefused(evidence: Evidence): boolean {
  return Object.values(evidence).some((seen) => !seen.ok && seen.why === 'rate_limited');
}

function toDiagnosis(
  { evidence, context, remembered, tookMs }: Collected,
  limits: readonly RateLimit[],
): Diagnosis {
  const situation = situationOf(evidence, context, remembered);
  const { firstSeen, watched, actions } = remembered;
  return diagnose(evidence, context, { tookMs, limits, firstSeen, situation, watched, actions });
}

function currentLimits({ outside }: CollectDeps): RateLimit[] {
  return [outside.heroku.rateLimit(), outside.github.rateLimit()].filter((limit) => limit !== null);
}

function toStatus({ evidence, context, remembered }: Collected): TargetStatus {
  const asked = CHECKS.filter((check) => VERDICT_CHECKS.has(check.id));
  const findings = asked.map((check) => check.run(evidence, context));
  const { dynos, releases } = evidence;
  const current = releases.ok ? releases.value.find((release) => release.current) : undefined;
  return {
    target: context.target.name,
    app: context.target.app,
    at: context.now,
    verdict: judgeVerdict(evidence, findings, context),
    dynos: dynos.ok ? { ...dynos, value: dynos.value.map(({ name, state }) => ({ name, state })) } : dynos,
    release: releases.ok
      ? {
          ...releases,
          value: current
            ? { version: current.version, description: current.description, at: current.createdAt }
            : null,
        }
      : releases,
    health: evidence.health,
    findings,
    situation: situationOf(evidence, context, remembered),
  };
}

function toLogReport({ evidence, context }: Collected): LogReport {
  const { logs } = evidence;
  return {
    target: context.target.name,
    app: context.target.app,
    at: context.now,
    finding: logsCheck.run(evidence, context),
    lines: logs.ok ? { ...logs, value: logs.value.lines } : logs,
  };
}

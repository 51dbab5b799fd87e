/** The reading use-cases: collect (shared), redact, judge. Nothing here changes anything outside. */
import { CHECKS } from '../../runbook/checks/index.ts';
import { logsCheck } from '../../runbook/checks/logs.ts';
import { diagnose } from '../../runbook/diagnosis/diagnose.ts';
import { judgeVerdict } from '../../runbook/diagnosis/verdict.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Evidence, SourceName } from '../../runbook/model/evidence.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import { NOTHING_REMEMBERED, type Remembered } from '../../runbook/model/situation.ts';
import type { CheckId, Context, RateLimit } from '../../runbook/model/terms.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import { situationOf } from '../../runbook/situation/situation.ts';
import { type CollectDeps, VERDICT_SOURCES } from './collect.ts';
import { limitByPerson } from './rate-limit.ts';
import { collectRedacted } from './redact-evidence.ts';
import type { Remember } from './remember.ts';
import type { LogReport, Readings, TargetStatus, TooMany } from './reports.ts';
import { shareByKey } from './single-flight.ts';

/** One person starts at most this many a minute. */
const STARTS_PER_MINUTE = 6;

/** The findings that a verdict rests on (contract, "Verdict"). */
const VERDICT_CHECKS: ReadonlySet<CheckId> = new Set(['formation', 'releases', 'slug', 'logs', 'health']);

const LOG_SOURCES: ReadonlySet<SourceName> = new Set(['app', 'dynos', 'formation', 'releases', 'logs']);

export interface ReadingDeps extends CollectDeps {
  /** Milliseconds of a clock that never goes back, for spans. Where a test's clock stands for all, `now` serves. */
  elapsed?(): number;
  readonly facts: Facts;
  readonly redactor: Redactor;
  /** What the ledger knows; left out: there is none here. */
  readonly remember?: Remember;
}

interface Collected {
  readonly evidence: Evidence;
  readonly context: Context;
  readonly remembered: Remembered;
  readonly tookMs: number;
}

export function createReadings(deps: ReadingDeps): Readings {
  const { facts, now } = deps;
  const elapsed = () => deps.elapsed?.() ?? now();
  const share = shareByKey<Collected>(elapsed);
  const limit = limitByPerson(STARTS_PER_MINUTE, elapsed);
  const keyOf = (what: string, { name }: Target) => `${what} ${name}`;

  const collectShared = (target: Target, what: string, only?: ReadonlySet<SourceName>) =>
    share(keyOf(what, target), async () => {
      const startedAt = elapsed();
      const [evidence, remembered] = await Promise.all([
        collectRedacted(target, facts, deps, only),
        deps.remember?.(target) ?? NOTHING_REMEMBERED,
      ]);
      const context = { now: now(), target, facts };
      return { evidence, context, remembered, tookMs: Math.round(elapsed() - startedAt) };
    });

  /** Only a diagnosis that asks everything anew counts. */
  function refusal(target: Target, who: string): TooMany | null {
    const waitMs = share.isShared(keyOf('diagnose', target)) ? 0 : limit.waitMs(who);
    return waitMs === 0 ? null : { ok: false, why: 'too_many', waitMs, perMinute: STARTS_PER_MINUTE };
  }

  return {
    refusal,
    async diagnose(target, who) {
      const refused = refusal(target, who);
      if (refused) return refused;
      if (!share.isShared(keyOf('diagnose', target))) limit.count(who);
      const { evidence, context, remembered, tookMs } = await collectShared(target, 'diagnose');
      const situation = situationOf(evidence, context, remembered);
      const { firstSeen } = remembered;
      const limits = currentLimits(deps);
      const value: Diagnosis = diagnose(evidence, context, { tookMs, limits, firstSeen, situation });
      return { ok: true, value };
    },
    status: async (targets) => ({
      ok: true,
      value: await Promise.all(
        targets.map(async (target) => toStatus(await collectShared(target, 'status', VERDICT_SOURCES))),
      ),
    }),
    logs: async (target) => ({
      ok: true,
      value: toLogReport(await collectShared(target, 'logs', LOG_SOURCES)),
    }),
  };
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

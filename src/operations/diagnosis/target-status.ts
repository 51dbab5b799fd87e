/** Builds what `status` shows: the state of one target, without a failure mode. */
import { CHECKS } from '../../runbook/checks/index.ts';
import { DEGRADING, judgeVerdict } from '../../runbook/diagnosis/verdict.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Observed } from '../../runbook/model/observed.ts';
import type { HttpAnswer } from '../../runbook/model/probes.ts';
import type { Situation } from '../../runbook/model/situation.ts';
import type { Finding, Verdict } from '../../runbook/model/terms.ts';
import { situationOf } from '../../runbook/situation/situation.ts';
import type { Collected } from './shared-collection.ts';

export interface TargetStatus {
  readonly target: string;
  readonly app: string;
  readonly at: Instant;
  readonly verdict: Verdict;
  readonly dynos: Observed<readonly { readonly name: string; readonly state: string }[]>;
  /** The current release; null when the app has none. */
  readonly release: Observed<{
    readonly version: number;
    readonly description: string;
    readonly at: Instant;
  } | null>;
  readonly health: Observed<HttpAnswer>;
  /** The findings that the verdict is based on. */
  readonly findings: readonly Finding[];
  /** A change in progress, or who stopped the app. */
  readonly situation: Situation;
}

export function toStatus({ evidence, context, remembered }: Collected): TargetStatus {
  const checks = CHECKS.filter((check) => DEGRADING.has(check.id));
  const findings = checks.map((check) => check.run(evidence, context));
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

/** The actions that a diagnosis offers as buttons (contract, "actions"), best first, each kind once. */
import { isReachable } from '../checks/freeze.ts';
import { incidentsOf } from '../heroku/platform-incident.ts';
import { carriesCode } from '../heroku/release-kind.ts';
import { rollbackTargets } from '../heroku/rollback-targets.ts';
import { historyOf } from '../logs/history.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ActionKind, Finding, MatchedMode, RunbookContext, Verdict } from '../model/terms.ts';
import { gateOf, readGate } from '../runs/gate.ts';
import { DEGRADING, isScaledToZero } from './verdict.ts';

const OF_CODE: Readonly<Record<string, readonly ActionKind[]>> = {
  R10: ['boot_timeout', 'rollback', 'restart', 'stop'],
  R14: ['resize', 'restart', 'stop'],
  R15: ['resize', 'restart', 'stop'],
  H10: ['rollback', 'restart', 'stop'],
  H12: ['restart', 'rollback', 'stop'],
};
/** These actions are for a crash loop without a code in the log, which the router reports as H10. */
const OF_CRASH: readonly ActionKind[] = ['rollback', 'restart', 'stop'];

/** These actions are for a crash of another process type. */
const OF_OTHER_CRASH: readonly ActionKind[] = ['rollback', 'restart'];

/** These actions are for a diagnosis without a failure mode. */
const OF_NO_MODE: readonly ActionKind[] = ['restart', 'stop'];
/** A restart is not offered, because the server would listen on the same wrong address. */
const OF_ADDRESS: readonly ActionKind[] = ['rollback', 'stop'];

export function offers(
  evidence: Evidence,
  verdict: Verdict,
  modes: readonly MatchedMode[],
  findings: readonly Finding[],
  context: RunbookContext,
): ActionKind[] {
  const offered = modes.flatMap((mode) => ofMode(mode, evidence, context));
  if (verdict === 'stopped' && carriesCode(evidence) === 'yes' && isScaledToZero(evidence, context))
    offered.push('restore');
  const isAiling = verdict === 'down' || (verdict === 'degraded' && !isOnlyReleases(findings));
  if (isAiling && modes.length === 0 && hasDynos(evidence, context) && mayHelp(evidence, context))
    offered.push(...OF_NO_MODE);
  const kinds = [...new Set(offered)];
  return rollbackTargets(evidence).length > 0 ? kinds : kinds.filter((kind) => kind !== 'rollback');
}

/** After a failed release the app still runs the previous release, so a restart would not help. */
function isOnlyReleases(findings: readonly Finding[]): boolean {
  const failed = findings.filter(({ id, status }) => status === 'fail' && DEGRADING.has(id));
  return failed.length > 0 && failed.every(({ id }) => id === 'releases');
}

/**
 * With these codes, Heroku itself keeps requests from the dynos: maintenance, no code, no dyno hours left, a platform
 * error.
 */
const OF_HEROKU = /^H(8\d|99)$/;

/**
 * Returns true if the dynos may be the reason. They are not while Heroku has an incident, or responds in place of the
 * app.
 */
function mayHelp(evidence: Evidence, context: RunbookContext): boolean {
  const { health, platform } = evidence;
  const { region } = context.facts.heroku;
  if (platform.ok && incidentsOf(platform.value, region).length > 0) return false;
  const page = health.ok && health.value.kind === 'http' ? health.value.herokuPage : undefined;
  if (page !== undefined && page !== 'application-error') return false;
  const history = historyOf(evidence, context);
  if (!history.ok) return true;
  const { failed } = history.value.traffic;
  return failed.length === 0 || !failed.every(({ code }) => code !== null && OF_HEROKU.test(code));
}

function ofMode(
  { id, code, causedBy, processType }: MatchedMode,
  evidence: Evidence,
  context: RunbookContext,
): readonly ActionKind[] {
  switch (id) {
    case 'A':
      return ['deploy'];
    case 'B':
      if (causedBy === 'address') return OF_ADDRESS;
      // An emergency stop would act on the target's own process type, which is healthy.
      if (code === null && processType !== context.target.processType) return OF_OTHER_CRASH;
      return code === null ? OF_CRASH : (OF_CODE[code] ?? OF_CRASH);
    case 'C':
      return [];
    case 'D':
      return evidence.console.ok && !isReachable(evidence.console.value) ? ['unfreeze'] : [];
    case 'E':
      return lacksGate(evidence, context) ? ['create_gate'] : [];
  }
}

/** A gate that exists, or whose name differs only in case, is not created again (contract). */
function lacksGate({ environments }: Evidence, { target, facts }: RunbookContext): boolean {
  if (!environments.ok) return false;
  const { kind } = readGate(environments.value, gateOf(target, facts));
  return kind === 'missing' || kind === 'no_rule';
}

function hasDynos({ dynos }: Evidence, { target }: RunbookContext): boolean {
  return dynos.ok && dynos.value.some(({ type }) => type === target.processType);
}

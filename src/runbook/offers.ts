/** What a diagnosis offers as buttons (contract, "actions"): most fitting first, each kind once. */
import { isReachable } from './checks/freeze.ts';
import type { ActionKind, Context, MatchedMode, Verdict } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';
import { readGate } from './gate.ts';

const OF_CODE: Readonly<Record<string, readonly ActionKind[]>> = {
  R10: ['boot_timeout', 'rollback', 'restart', 'stop'],
  R14: ['resize', 'restart', 'stop'],
  R15: ['resize', 'restart', 'stop'],
  H10: ['rollback', 'restart', 'stop'],
  H12: ['restart', 'rollback', 'stop'],
};
/** A crash loop that the log gives no code for is what H10 is to the router. */
const OF_CRASH: readonly ActionKind[] = ['rollback', 'restart', 'stop'];

export function offers(
  evidence: Evidence,
  verdict: Verdict,
  modes: readonly MatchedMode[],
  context: Context,
): ActionKind[] {
  const offered = modes.flatMap((mode) => ofMode(mode, evidence, context));
  if (verdict === 'stopped' && hasSlug(evidence) && isScaledToZero(evidence, context))
    offered.push('restore');
  const ailing = verdict === 'down' || verdict === 'degraded';
  if (ailing && modes.length === 0 && hasDynos(evidence, context)) offered.push('restart', 'stop');
  const kinds = [...new Set(offered)];
  return canRollBack(evidence) ? kinds : kinds.filter((kind) => kind !== 'rollback');
}

function ofMode({ id, code }: MatchedMode, evidence: Evidence, context: Context): readonly ActionKind[] {
  switch (id) {
    case 'A':
      return ['deploy'];
    case 'B':
      return code === null ? OF_CRASH : (OF_CODE[code] ?? OF_CRASH);
    case 'C':
      return [];
    case 'D':
      return evidence.console.ok && !isReachable(evidence.console.value) ? ['unfreeze'] : [];
    case 'E':
      return lacksGate(evidence, context) ? ['create_gate'] : [];
  }
}

/** A gate that stands, or is spelled in other capitals only, is not created anew (contract). */
function lacksGate({ environments }: Evidence, { facts }: Context): boolean {
  if (!environments.ok) return false;
  const { kind } = readGate(environments.value, facts);
  return kind === 'missing' || kind === 'no_rule';
}

function hasSlug({ slug }: Evidence): boolean {
  return slug.ok && slug.value !== null;
}

function isScaledToZero({ formation }: Evidence, { target }: Context): boolean {
  return (
    formation.ok &&
    formation.value.some(({ type, quantity }) => type === target.processType && quantity === 0)
  );
}

function hasDynos({ dynos }: Evidence, { target }: Context): boolean {
  return dynos.ok && dynos.value.some(({ type }) => type === target.processType);
}

/** Only to an eligible release of another slug (contract): the same slug would crash the same way. */
function canRollBack({ releases }: Evidence): boolean {
  if (!releases.ok) return false;
  const current = releases.value.find((release) => release.current);
  return releases.value.some(
    (one) => one.eligibleForRollback && one.slugId !== null && one.slugId !== current?.slugId,
  );
}

/** The verdict is about the running app only (contract, "Verdict"). The first rule that applies decides. */
import { reachesApp } from '../checks/health.ts';
import { countDynos, isAnswering } from '../heroku/dyno-count.ts';
import { carriesCode } from '../heroku/release-kind.ts';
import { crashLoops } from '../logs/crashes.ts';
import { historyOf } from '../logs/history.ts';
import type { Evidence } from '../model/evidence.ts';
import type { CheckId, Finding, RunbookContext, Verdict } from '../model/terms.ts';

/** If one of these checks is `fail`, an app that responds is `degraded`. */
export const DEGRADING: ReadonlySet<CheckId> = new Set(['formation', 'releases', 'slug', 'logs', 'health']);

export function judgeVerdict(
  evidence: Evidence,
  findings: readonly Finding[],
  context: RunbookContext,
): Verdict {
  if (nothingAnswers(evidence)) return 'unknown';
  if (isStopped(evidence, context)) return 'stopped';
  if (isUnanswered(evidence) || areAllGone(evidence, context)) return 'down';
  if (!evidence.dynos.ok || !evidence.formation.ok) return 'unknown';
  const degraded = findings.some(({ id, status }) => status === 'fail' && DEGRADING.has(id));
  return degraded || isLooping(evidence, context) ? 'degraded' : 'healthy';
}

/** Returns true if the app is up now, but keeps crashing and has not stayed up yet (contract, *Recovered*). */
function isLooping(evidence: Evidence, context: RunbookContext): boolean {
  const history = historyOf(evidence, context);
  return (
    history.ok && evidence.dynos.ok && crashLoops(history.value, evidence.dynos.value, context).length > 0
  );
}

/** Returns true if a person switched the app off: quantity 0 with something to run, or maintenance mode. */
function isStopped(evidence: Evidence, context: RunbookContext): boolean {
  const { app } = evidence;
  if (app.ok && app.value.maintenance) return true;
  return carriesCode(evidence) !== 'no' && isScaledToZero(evidence, context);
}

/**
 * Returns true if the formation's quantity of the type is 0. A type that is not in the formation was not scaled to 0.
 */
export function isScaledToZero({ formation }: Evidence, { target }: RunbookContext): boolean {
  return (
    formation.ok &&
    formation.value.some(({ type, quantity }) => type === target.processType && quantity === 0)
  );
}

/** Returns true if no dyno is up. If there are none at all, only the formation shows whether the app was stopped. */
function areAllGone({ dynos, formation }: Evidence, { target }: RunbookContext): boolean {
  if (!dynos.ok) return false;
  const { dynos: own } = countDynos(dynos.value, formation.ok ? formation.value : [], target.processType);
  return own.length > 0 ? !own.some(isAnswering) : formation.ok;
}

/**
 * Returns true if no visitor reaches the app: the health URL returns no HTTP response, a 5xx, or one of Heroku's own
 * pages.
 */
export function isUnanswered({ health }: Evidence): boolean {
  return health.ok && !reachesApp(health.value);
}

/**
 * Returns true if no outside source responds at all: the bot itself may be offline. A failed probe is not a response.
 */
export function nothingAnswers({ health, console, ...others }: Evidence): boolean {
  const reached = [health, console].some((probe) => probe.ok && probe.value.kind === 'http');
  return !reached && !Object.values(others).some(({ ok }) => ok);
}

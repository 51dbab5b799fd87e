/** The verdict speaks of the running app only (contract, "Verdict"): the first rule that applies. */
import type { CheckId, Context, Finding, Verdict } from './diagnosis.ts';
import { countDynos, isAnswering } from './dyno-count.ts';
import type { Evidence } from './evidence.ts';

/** A `fail` of one of these makes an app that answers `degraded`. */
const DEGRADING: ReadonlySet<CheckId> = new Set(['formation', 'releases', 'slug', 'logs', 'health']);

export function judgeVerdict(evidence: Evidence, findings: readonly Finding[], context: Context): Verdict {
  if (nothingAnswers(evidence)) return 'unknown';
  if (isStopped(evidence, context)) return 'stopped';
  if (isUnanswered(evidence) || areAllGone(evidence, context)) return 'down';
  if (!evidence.dynos.ok || !evidence.formation.ok) return 'unknown';
  const degraded = findings.some(({ id, status }) => status === 'fail' && DEGRADING.has(id));
  return degraded ? 'degraded' : 'healthy';
}

/** Switched off by a person: quantity 0 with something to run, or maintenance mode. */
function isStopped(evidence: Evidence, context: Context): boolean {
  const { app, slug } = evidence;
  if (app.ok && app.value.maintenance) return true;
  if (!evidence.formation.ok || !slug.ok || slug.value === null) return false;
  const { processType } = context.target;
  const entry = evidence.formation.value.find(({ type }) => type === processType);
  return entry?.quantity === 0;
}

/** No dyno is up. With none there at all, only the formation tells whether the app was stopped. */
function areAllGone({ dynos, formation }: Evidence, { target }: Context): boolean {
  if (!dynos.ok) return false;
  const { dynos: own } = countDynos(dynos.value, formation.ok ? formation.value : [], target.processType);
  return own.length > 0 ? !own.some(isAnswering) : formation.ok;
}

/** The health URL gives no HTTP answer, or a 5xx. */
export function isUnanswered({ health }: Evidence): boolean {
  return health.ok && (health.value.kind !== 'http' || health.value.status >= 500);
}

/** No outside source at all answers: the bot may be the blind one. A probe that met nobody is not an answer. */
export function nothingAnswers({ health, console, ...others }: Evidence): boolean {
  const reached = [health, console].some((probe) => probe.ok && probe.value.kind === 'http');
  return !reached && !Object.values(others).some(({ ok }) => ok);
}

/** One question a source: who is asked for what. Questions that hang on another's answer wait for just that one. */
import type { Instant, Observed, SourceName, Sources } from '../../runbook/model/evidence.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Outside, ReadOptions } from '../ports/upstreams.ts';
import { olderRuns } from './older-runs.ts';

/** Runbook step 2 looks at the newest 20 releases, step 4 at the last 10 runs, step 6 at what Heroku keeps of the log. */
const RELEASES = 20;
const RUNS = 10;
const DEPLOYMENTS = 10;
const LOG_LINES = 1_500;

export type Questions = { readonly [K in SourceName]: () => Promise<Observed<Sources[K]>> };

/** Nothing is asked before its question is called; `releases`, `runs` and `deployments` go out once, however many need them. */
export function questions(
  target: Target,
  facts: Facts,
  { heroku, github, probe }: Outside,
  options: ReadOptions,
  now: () => Instant,
): Questions {
  const releases = once(() => heroku.releases(target.app, RELEASES, options));
  const runs = once(() => github.runs(facts.github.deployWorkflow, RUNS, options));
  const deployments = once(() => github.deployments(target.environment, DEPLOYMENTS, options));
  return {
    app: () => heroku.app(target.app, options),
    dynos: () => heroku.dynos(target.app, options),
    formation: () => heroku.formation(target.app, options),
    releases,
    slug: async () => {
      const seen = await releases();
      if (!seen.ok) return seen;
      const current = seen.value.find((release) => release.current);
      if (current?.slugId) return heroku.slug(target.app, current.slugId, options);
      if (current) return { ok: true, value: null, at: now() };
      const detail = `Heroku slug: the current release is not among the newest ${RELEASES}`;
      return { ok: false, why: 'not_found', detail, at: now() };
    },
    logs: () => heroku.logs(target.app, LOG_LINES, options),
    repository: () => github.repository(options),
    runs,
    runDetails: async () => {
      const seen = await runs();
      if (!seen.ok) return seen;
      return seen.value.length > 0
        ? github.runDetails(seen.value, options)
        : { ok: true, value: [], at: now() };
    },
    olderRuns: () =>
      olderRuns({
        target,
        facts,
        github,
        options,
        now: now(),
        deploymentsAsked: DEPLOYMENTS,
        runs,
        deployments,
      }),
    deployments,
    environments: () => github.environments(options),
    workflows: () => github.workflows(facts.github.ref, options),
    freezeSecret: () => github.secret(facts.freeze.secret, options),
    platform: () => probe.platform(options),
    health: () => probe.get(target.url + target.healthPath, options),
    console: () => probe.get(facts.freeze.console, options),
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

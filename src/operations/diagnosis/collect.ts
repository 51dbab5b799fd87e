/** Asks every source at once, under one deadline. Nothing throws: what was not seen says why. */

import type { Use } from '../../runbook/model/budget.ts';
import type {
  Evidence,
  Instant,
  Observed,
  SourceName,
  Sources,
  Unseen,
} from '../../runbook/model/evidence.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Outside } from '../ports/upstreams.ts';
import { questions } from './evidence-requests.ts';

export interface CollectDeps {
  readonly outside: Outside;
  now(): Instant;
  /** A signal that aborts after so many milliseconds. */
  expire(ms: number): AbortSignal;
  /** Told of each answer, for a progress line; `waiting`: who has not answered yet, in words. */
  progress?(answered: number, of: number, waiting: readonly string[]): void;
}

/** What for, and which sources: all of them when `only` is left out. */
export interface CollectOptions {
  readonly use: Use;
  readonly only?: ReadonlySet<SourceName>;
}

/** Who is asked, in words: they begin the reason why something was not seen. */
const ASKED: Record<SourceName, string> = {
  app: 'Heroku app',
  dynos: 'Heroku dynos',
  formation: 'Heroku formation',
  releases: 'Heroku releases',
  slug: 'Heroku slug',
  logs: 'Heroku log',
  repository: 'GitHub repository',
  runs: 'GitHub workflow runs',
  runDetails: 'GitHub jobs and approvals',
  olderRuns: 'GitHub older workflow runs',
  deployments: 'GitHub deployments',
  environments: 'GitHub environments',
  workflows: 'GitHub workflow files',
  freezeSecret: 'GitHub secrets',
  platform: 'Heroku status page',
  health: 'Health URL',
  console: 'Freeze console',
};

/** What the verdict needs: Heroku and the app itself. */
export const VERDICT_SOURCES: ReadonlySet<SourceName> = new Set([
  'app',
  'dynos',
  'formation',
  'releases',
  'slug',
  'logs',
  'health',
]);

/**
 * Evidence of `target`, at the latest `facts.deadlines.diagnoseMs` after the call: a source that has not answered by
 * then is unseen, `timeout`. With `only`, the other sources are not asked, and unseen. Never rejects.
 */
export async function collect(
  target: Target,
  facts: Facts,
  deps: CollectDeps,
  { use, only }: CollectOptions,
): Promise<Evidence> {
  const within = facts.deadlines.diagnoseMs;
  const signal = deps.expire(within);
  const expired = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const asking = questions(target, facts, deps.outside, { signal, use }, deps.now);

  const waiting = new Set<string>();
  const of = only?.size ?? Object.keys(ASKED).length;
  const ask = async <K extends SourceName>(name: K): Promise<Observed<Sources[K]>> => {
    const unseen = (why: Unseen['why'], words: string): Unseen => ({
      ok: false,
      why,
      detail: `${ASKED[name]}: ${words}`,
      at: deps.now(),
    });
    if (only && !only.has(name)) return unseen('unreachable', 'not asked');
    waiting.add(ASKED[name]);
    try {
      const late = expired.then(() => unseen('timeout', `no answer within ${within / 1000} s`));
      return await Promise.race([asking[name](), late]);
    } catch (error) {
      // A reader promises never to throw: this is a fault of ours, and it must not take the other sources with it.
      return unseen('malformed', `reading it broke (${error instanceof Error ? error.message : error})`);
    } finally {
      waiting.delete(ASKED[name]);
      deps.progress?.(of - waiting.size, of, [...waiting]);
    }
  };

  // All go out here, before the first is waited for.
  const asked = {
    app: ask('app'),
    dynos: ask('dynos'),
    formation: ask('formation'),
    releases: ask('releases'),
    slug: ask('slug'),
    logs: ask('logs'),
    repository: ask('repository'),
    runs: ask('runs'),
    runDetails: ask('runDetails'),
    olderRuns: ask('olderRuns'),
    deployments: ask('deployments'),
    environments: ask('environments'),
    workflows: ask('workflows'),
    freezeSecret: ask('freezeSecret'),
    platform: ask('platform'),
    health: ask('health'),
    console: ask('console'),
  };
  deps.progress?.(0, of, [...waiting]);
  return {
    app: await asked.app,
    dynos: await asked.dynos,
    formation: await asked.formation,
    releases: await asked.releases,
    slug: await asked.slug,
    logs: await asked.logs,
    repository: await asked.repository,
    runs: await asked.runs,
    runDetails: await asked.runDetails,
    olderRuns: await asked.olderRuns,
    deployments: await asked.deployments,
    environments: await asked.environments,
    workflows: await asked.workflows,
    freezeSecret: await asked.freezeSecret,
    platform: await asked.platform,
    health: await asked.health,
    console: await asked.console,
  };
}

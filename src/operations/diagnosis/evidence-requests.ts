/**
 * Maps each source of evidence to its request. A request that depends on another's response waits for that one only.
 */

import type { Evidence, SourceName } from '../../runbook/model/evidence.ts';
import type { RunDetail, WorkflowRun } from '../../runbook/model/github.ts';
import type { Release, Slug } from '../../runbook/model/heroku.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Observed } from '../../runbook/model/observed.ts';
import { unseen } from '../../runbook/model/observed.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Outside, ReadOptions } from '../ports/upstreams.ts';
import { olderRuns } from './older-runs.ts';

/**
 * The runbook's step 2 reads the newest 20 releases, step 4 the last 10 runs, and step 6 everything that Heroku keeps
 * of the log.
 */
const RELEASES = 20;
const RUNS = 10;
const DEPLOYMENTS = 10;
const LOG_LINES = 1_500;

export interface EvidenceRequest<T> {
  /** The source's name for people, which begins the reason why it was not read. */
  readonly label: string;
  send(): Promise<T>;
}

export type EvidenceRequests = { readonly [K in SourceName]: EvidenceRequest<Evidence[K]> };

/**
 * Nothing is sent before `send` is called. Releases, runs and deployments are read once, however many sources need
 * them.
 */
export function evidenceRequests(
  target: Target,
  facts: Facts,
  outside: Outside,
  options: ReadOptions,
  now: () => Instant,
): EvidenceRequests {
  const { heroku, github, probe } = outside;
  const { app, environment } = target;
  const releases = once(() => heroku.releases(app, RELEASES, options));
  const runs = once(() => github.runs(facts.github.deployWorkflow, RUNS, options));
  const deployments = once(() => github.deployments(environment, DEPLOYMENTS, options));
  const older = { target, facts, github, options, deploymentsAsked: DEPLOYMENTS, runs, deployments };
  const from = <T>(label: string, send: () => Promise<T>): EvidenceRequest<T> => ({ label, send });
  return {
    app: from('Heroku app', () => heroku.app(app, options)),
    dynos: from('Heroku dynos', () => heroku.dynos(app, options)),
    formation: from('Heroku formation', () => heroku.formation(app, options)),
    releases: from('Heroku releases', releases),
    slug: from('Heroku slug', async () => currentSlug(await releases(), app, outside, options, now())),
    logs: from('Heroku log', () => heroku.logs(app, LOG_LINES, options)),
    repository: from('GitHub repository', () => github.repository(options)),
    runs: from('GitHub workflow runs', runs),
    runDetails: from('GitHub jobs and approvals', async () =>
      detailsOf(await runs(), outside, options, now()),
    ),
    olderRuns: from('GitHub older workflow runs', () => olderRuns({ ...older, now: now() })),
    deployments: from('GitHub deployments', deployments),
    environments: from('GitHub environments', () => github.environments(options)),
    workflows: from('GitHub workflow files', () => github.workflows(facts.github.ref, options)),
    freezeSecret: from('GitHub secrets', () => github.secret(facts.freeze.secret, options)),
    platform: from('Heroku status page', () => probe.platform(options)),
    health: from('Health URL', () => probe.get(target.url + target.healthPath, options)),
    console: from('Freeze console', () => probe.get(facts.freeze.console, options)),
  };
}

async function currentSlug(
  releases: Observed<readonly Release[]>,
  app: string,
  { heroku }: Outside,
  options: ReadOptions,
  at: Instant,
): Promise<Observed<Slug | null>> {
  if (!releases.ok) return releases;
  const current = releases.value.find((release) => release.current);
  if (current?.slugId) return heroku.slug(app, current.slugId, options);
  if (current) return { ok: true, value: null, at };
  const reason = `the current release is not among the newest ${RELEASES}`;
  return unseen('not_found', 'Heroku slug', reason, at);
}

async function detailsOf(
  runs: Observed<readonly WorkflowRun[]>,
  { github }: Outside,
  options: ReadOptions,
  at: Instant,
): Promise<Observed<readonly RunDetail[]>> {
  if (!runs.ok) return runs;
  return runs.value.length > 0 ? github.runDetails(runs.value, options) : { ok: true, value: [], at };
}

function once<T>(send: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= send();
    return answer;
  };
}

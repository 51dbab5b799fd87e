/**
 * Reads GitHub's REST API. Nothing throws: an unseen source says why.
 * No read takes more than two requests in a row, except long lists.
 */
import type { GitHubReader } from '../operations/ports/upstreams.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Allowance } from '../upstream/budget.ts';
import { createClient, type GitHubCredentials, type Log } from './client.ts';
import { withStatus } from './deployments.ts';
import { findDispatchedRun } from './dispatched-run.ts';
import { readEnvironments } from './environments.ts';
import { findRuns } from './find-runs.ts';
import { allPages, createObserveGet } from './get.ts';
import { createIdentity } from './identity.ts';
import { readRepository } from './repository.ts';
import { readReviewer } from './reviewers.ts';
import { createReadRunDetail } from './run-details.ts';
import { deploymentsSchema, runsSchema, secretsSchema } from './schemas.ts';
import { readDiff, readShipment } from './shipment.ts';
import { readWorkflowFiles } from './workflow-files.ts';

export interface GitHubReaderDeps {
  readonly baseUrl: string;
  readonly auth: GitHubCredentials;
  /** In the form `owner/name`. */
  readonly repository: string;
  readonly log: Log;
  now(): Instant;
  /** Omitted if nothing else in this process sends requests to GitHub. */
  readonly allowance?: Allowance;
}

export function createGitHubReader(deps: GitHubReaderDeps): GitHubReader {
  const { baseUrl, auth, repository, log, now, allowance } = deps;
  const client = createClient(baseUrl, auth, log, allowance ? { allowance } : {});
  const { octokit } = client;
  const identity = createIdentity(octokit, auth);
  const base = `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
  const observe = createObserveGet(octokit, base, now);
  const readRunDetail = createReadRunDetail(now);
  // An App's token lives for an hour and is renewed automatically, so its expiry is not worth a warning.
  const tokenExpiresAt = () => (auth.kind === 'token' ? client.tokenExpiresAt() : null);

  return {
    repository: (options) =>
      observe('GitHub repository', options, (get) => readRepository(repository, get, tokenExpiresAt)),

    runs: (workflow, count, options) =>
      observe('GitHub workflow runs', options, async (get) => {
        const path = `/actions/workflows/${encodeURIComponent(workflow)}/runs`;
        const found = await get(`${path}?per_page=${count}&exclude_pull_requests=true`, runsSchema);
        return found.workflow_runs;
      }),

    runsLike: (workflow, filter, options) =>
      observe('GitHub workflow runs', options, (get) => findRuns(workflow, filter, get)),

    runDetails: (runs, options) =>
      observe('GitHub jobs and approvals', options, (get) =>
        Promise.all(runs.map((run) => readRunDetail(run, get))),
      ),

    deployments: (environment, count, options) =>
      observe('GitHub deployments', options, async (get) => {
        const path = `/deployments?environment=${encodeURIComponent(environment)}&per_page=${count}`;
        const found = await get(path, deploymentsSchema);
        return Promise.all(found.map((deployment) => withStatus(deployment, get)));
      }),

    environments: (options) =>
      observe('GitHub environments', options, (get) => readEnvironments(get, () => identity(options))),

    workflows: (ref, options) =>
      observe('GitHub workflow files', options, (get) => readWorkflowFiles(ref, get)),

    secret: (name, options) =>
      observe('GitHub secrets', options, async (get) => {
        // Read the list, because a 404 for the single secret may mean a missing permission.
        const secrets = await allPages(get, '/actions/secrets', secretsSchema, (page) => page.secrets);
        return secrets.find((secret) => secret.name.toUpperCase() === name.toUpperCase()) ?? null;
      }),

    shipment: (ref, running, options) =>
      observe('GitHub branch', options, (get) => readShipment(ref, running, get, client.date)),

    diff: (from, to, options) => observe('GitHub compare', options, (get) => readDiff(from, to, get)),

    dispatched: (trace, at, options) =>
      observe('GitHub workflow run', options, (get) =>
        findDispatchedRun({ trace, now: at, get, ownLogin: () => identity(options), readRunDetail }),
      ),

    reviewers: (logins, options) =>
      observe('GitHub reviewers', options, (get) =>
        Promise.all(logins.map((login) => readReviewer(login, get, octokit, options))),
      ),

    rateLimit: client.rateLimit,
    usedUp: client.usedUp,
    requests: client.requests,
  };
}

/** Creates the clients for everything outside from the configuration, for both composition roots. */
import type { Config } from '../config.ts';
import { createGitHubReader } from '../github/reader.ts';
import { createGitHubWriter } from '../github/writer.ts';
import { createHerokuReader } from '../heroku/reader.ts';
import { createHerokuWriter } from '../heroku/writer.ts';
import type { Logger } from '../log.ts';
import type { Outside } from '../operations/ports/upstreams.ts';
import { createProbe } from '../probe/probe.ts';
import type { ActionKind } from '../runbook/model/terms.ts';
import type { WriteRequest, WriteResult } from '../runbook/model/write-request.ts';
import { type Allowances, createAllowances } from '../upstream/budget.ts';

/**
 * `allowances` are the request budgets, which are shared within a process.
 * Omit it if nothing else in the process sends requests.
 */
export function createOutside(
  config: Config,
  log: Logger,
  allowances: Allowances = createAllowances({ now: Date.now }),
): Outside {
  const now = Date.now;
  return {
    heroku: createHerokuReader({
      baseUrl: config.HEROKU_API_URL,
      token: config.HEROKU_API_KEY,
      now,
      allowance: allowances.heroku,
    }),
    github: createGitHubReader({
      baseUrl: config.GITHUB_API_URL,
      auth: config.githubAuth,
      repository: config.facts.github.repository,
      log,
      now,
      allowance: allowances.github,
    }),
    probe: createProbe({ statusUrl: config.HEROKU_STATUS_URL, now }),
  };
}

/** Sends approved changes, each with its intended token. */
export function createWrite(
  config: Config,
  log: Logger,
  allowances: Allowances = createAllowances({ now: Date.now }),
): (request: WriteRequest) => Promise<WriteResult> {
  const heroku = createHerokuWriter({
    baseUrl: config.HEROKU_API_URL,
    token: config.HEROKU_WRITE_API_KEY ?? config.HEROKU_API_KEY,
    allowance: allowances.heroku,
  });
  const { GITHUB_API_URL: baseUrl, GITHUB_ADMIN_TOKEN: adminToken, githubAuth: auth } = config;
  const repository = config.facts.github.repository;
  const github = createGitHubWriter({ baseUrl, auth, repository, log, allowance: allowances.github });
  const admin =
    adminToken === undefined
      ? null
      : createGitHubWriter({ baseUrl, auth: { kind: 'token', token: adminToken }, repository, log });
  return async (request) => {
    if (request.api === 'heroku') return heroku(request);
    if (request.token !== 'admin') return github(request);
    return admin ? admin(request) : { kind: 'refused', words: 'GITHUB_ADMIN_TOKEN is not set' };
  };
}

const ALWAYS: readonly ActionKind[] = ['stop', 'restore', 'deploy', 'restart', 'rollback', 'resize'];

/**
 * Returns the kinds of action for which there are tokens. `boot_timeout` writes config vars, and `unfreeze` and
 * `create_gate` change the repository's settings. A running bot needs these rights for nothing else, so only separate
 * tokens enable them.
 */
export function doableKinds(config: Config): ReadonlySet<ActionKind> {
  return new Set<ActionKind>([
    ...ALWAYS,
    ...(config.HEROKU_WRITE_API_KEY === undefined ? [] : (['boot_timeout'] as const)),
    ...(config.GITHUB_ADMIN_TOKEN === undefined ? [] : (['unfreeze', 'create_gate'] as const)),
  ]);
}

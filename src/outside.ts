/** The clients of the outside world, made from the configuration: what both composition roots need. */
import type { Config } from './config.ts';
import { createGitHubReader } from './github/reader.ts';
import { createHerokuReader } from './heroku/reader.ts';
import { createHerokuWriter } from './heroku/writer.ts';
import type { Logger } from './log.ts';
import type { Outside } from './operations/sources.ts';
import { createProbe } from './probe/probe.ts';
import type { WriteRequest, WriteResult } from './runbook/action.ts';
import type { ActionKind } from './runbook/diagnosis.ts';

export function createOutside(config: Config, log: Logger): Outside {
  const now = Date.now;
  return {
    heroku: createHerokuReader({ baseUrl: config.HEROKU_API_URL, token: config.HEROKU_API_KEY, now }),
    github: createGitHubReader({
      baseUrl: config.GITHUB_API_URL,
      auth: config.githubAuth,
      repository: config.facts.github.repository,
      log,
      now,
    }),
    probe: createProbe({ statusUrl: config.HEROKU_STATUS_URL, now }),
  };
}

/** Sends approved changes, each with the token that is meant for it. */
export function createWrite(config: Config): (request: WriteRequest) => Promise<WriteResult> {
  const token = config.HEROKU_WRITE_API_KEY ?? config.HEROKU_API_KEY;
  const heroku = createHerokuWriter({ baseUrl: config.HEROKU_API_URL, token });
  return async (request) => {
    if (request.api === 'heroku') return heroku(request);
    return { kind: 'refused', words: 'changes on GitHub are not possible yet' };
  };
}

/**
 * Kinds of action that become buttons. `boot_timeout` writes config vars, which a running bot's own token should not be
 * able to: only where a token for writing is set.
 */
export function doableKinds(config: Config): ReadonlySet<ActionKind> {
  const kinds: ActionKind[] = ['stop', 'restore', 'restart', 'rollback', 'resize'];
  return new Set(config.HEROKU_WRITE_API_KEY === undefined ? kinds : [...kinds, 'boot_timeout']);
}

/** The clients of the outside world, made from the configuration: what both composition roots need. */
import type { Config } from './config.ts';
import { createGitHubReader } from './github/reader.ts';
import { createHerokuReader } from './heroku/reader.ts';
import type { Logger } from './log.ts';
import type { Outside } from './operations/sources.ts';
import { createProbe } from './probe/probe.ts';

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

/**
 * Everything that the bot reads except Slack, on loopback:
 * Heroku, GitHub, the status page, the apps, and the freeze console.
 */
import { startGitHub } from './github/simulator.ts';
import { startHeroku } from './heroku/simulator.ts';
import type { LocalServer } from './server.ts';
import { startStatus } from './status/simulator.ts';
import { startConsole, startTargetApp } from './target-app/simulator.ts';
import type { World } from './world.ts';

export interface LocalOutside {
  readonly heroku: LocalServer;
  readonly github: LocalServer;
  readonly status: LocalServer;
  /** By Heroku app name. */
  readonly apps: Readonly<Record<string, LocalServer>>;
  readonly console: LocalServer;
  /** The variables that point a bot or a terminal to these servers, with the tokens that are valid here. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** They have the shape of real tokens, so that redaction is exercised, too. */
export const LOCAL_TOKENS = {
  heroku: 'HRKU-10ca1000-0000-4000-8000-5a4db0c5a4db',
  herokuWrite: 'HRKU-10ca1001-0000-4000-8000-5a4db0c5a4db',
  github: 'github_pat_10CAL0000sandbox_notARealToken0000000000000000',
  githubAdmin: 'github_pat_10CAL0001sandbox_notARealToken0000000000000000',
};

/** `world` is called for each request, because a new scenario is a new value. */
export async function startOutside(world: () => World): Promise<LocalOutside> {
  const names = Object.keys(world().heroku.apps);
  const [heroku, github, status, console, ...apps] = await Promise.all([
    startHeroku({ tokens: [LOCAL_TOKENS.heroku, LOCAL_TOKENS.herokuWrite], world }),
    startGitHub({ token: LOCAL_TOKENS.github, adminToken: LOCAL_TOKENS.githubAdmin, world }),
    startStatus(world),
    startConsole(world),
    ...names.map((name) => startTargetApp(world, name)),
  ]);
  return {
    heroku,
    github,
    status,
    apps: Object.fromEntries(names.flatMap((name, index) => (apps[index] ? [[name, apps[index]]] : []))),
    console,
    env: {
      HEROKU_API_KEY: LOCAL_TOKENS.heroku,
      HEROKU_WRITE_API_KEY: LOCAL_TOKENS.herokuWrite,
      HEROKU_API_URL: heroku.url,
      HEROKU_STATUS_URL: status.url,
      GITHUB_TOKEN: LOCAL_TOKENS.github,
      GITHUB_ADMIN_TOKEN: LOCAL_TOKENS.githubAdmin,
      GITHUB_API_URL: github.url,
    },
    close: async () => {
      await Promise.all([heroku, github, status, console, ...apps].map((server) => server.close()));
    },
  };
}

/** Finds the login under which the bot starts workflow runs: the token's user, or the App's bot account. */
import type { Octokit } from '@octokit/rest';
import type { ReadOptions } from '../operations/ports/upstreams.ts';
import { checkShape } from '../upstream/parse-response.ts';
import type { GitHubCredentials } from './client.ts';
import { getGlobal } from './get.ts';
import { appSchema, personSchema } from './schemas.ts';

export type Identity = (options: ReadOptions) => Promise<string>;

/** Looks the login up once and caches it. A failed lookup is not cached. */
export function createIdentity(octokit: Octokit, auth: GitHubCredentials): Identity {
  let login: Promise<string> | undefined;

  async function lookUp(options: ReadOptions): Promise<string> {
    if (auth.kind === 'token')
      return checkShape(personSchema, await getGlobal(octokit, '/user', options)).login;
    return `${checkShape(appSchema, await getGlobal(octokit, '/app', options)).slug}[bot]`;
  }

  return (options) => {
    login ??= lookUp(options).catch((error: unknown) => {
      login = undefined;
      throw error;
    });
    return login;
  };
}

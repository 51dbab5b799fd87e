/** Who GitHub says begins our runs: the token's user, or the App's bot. */
import type { Octokit } from '@octokit/rest';
import { checkShape } from '../upstream/parse-response.ts';
import type { GitHubCredentials } from './client.ts';
import type { GitHubReadOptions } from './get.ts';
import { appSchema, personSchema } from './schemas.ts';

/** Asked once; a failure is not remembered. */
export function createIdentity(
  octokit: Octokit,
  auth: GitHubCredentials,
): (options: GitHubReadOptions) => Promise<string> {
  let whoWeAre: Promise<string> | undefined;

  async function lookUp({ signal, use }: GitHubReadOptions): Promise<string> {
    const ask = async (url: string): Promise<unknown> =>
      (await octokit.request({ method: 'GET', url, request: { signal, use } })).data;
    if (auth.kind === 'token') return checkShape(personSchema, await ask('/user')).login;
    return `${checkShape(appSchema, await ask('/app')).slug}[bot]`;
  }

  return (options) => {
    whoWeAre ??= lookUp(options).catch((error: unknown) => {
      whoWeAre = undefined;
      throw error;
    });
    return whoWeAre;
  };
}

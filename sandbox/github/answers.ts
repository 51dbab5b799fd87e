/** Responses that many routes share. */
import type { Answer } from '../server.ts';
import type { GitHubState } from './state.ts';

export type Permission = GitHubState['permissions'][number];

const DOCUMENTATION = 'https://docs.github.com/rest';

export function problem(message: string, status: string) {
  return { message, documentation_url: DOCUMENTATION, status };
}

export function notFound(): Answer {
  return { status: 404, body: problem('Not Found', '404') };
}

export function forbidden(needs: Permission): Answer {
  return {
    status: 403,
    headers: { 'x-accepted-github-permissions': needs.replace(':', '=') },
    body: problem('Resource not accessible by personal access token', '403'),
  };
}

/**
 * Defines a route of the local GitHub:
 * a method, a path under the repository, the permission it needs, and its response.
 */
import type { Answer, Exchange } from '../../server.ts';
import type { Permission } from '../answers.ts';
import type { Place } from '../people.ts';

/** The repository at the moment of a request. */
export interface Here extends Place {
  readonly now: number;
}

export interface GitHubRoute {
  /** Defaults to GET. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** A pattern for the path under the repository. */
  readonly path: string;
  /** The fine-grained permission that GitHub's documentation names. Null if the route needs none. */
  readonly needs: Permission | null;
  /** The `params` of the exchange are the groups of `path`. */
  answer(here: Here, exchange: Exchange): Answer;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function parseBody({ rawBody }: Exchange): unknown {
  try {
    return JSON.parse(rawBody);
  } catch {
    return undefined;
  }
}

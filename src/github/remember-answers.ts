/**
 * Conditional requests: a response with an ETag is kept and reused when GitHub responds with 304, which does not
 * count against the rate limit.
 */
import { RequestError } from '@octokit/request-error';
import type { EndpointDefaults, OctokitResponse } from '@octokit/types';
import { BoundedMap } from '../runbook/model/bounded-map.ts';

type Options = Required<EndpointDefaults>;
type Answer = OctokitResponse<unknown>;

/** One diagnosis reads about forty URLs, so this holds a few targets and the latest run ids. */
const KEPT = 300;

/** Options that do not affect what is requested. */
const NOT_PART = new Set(['headers', 'request', 'mediaType', 'baseUrl', 'method', 'url']);

/** Returns a hook for octokit's `request`. */
export function rememberAnswers() {
  const kept = new BoundedMap<string, { readonly etag: string; readonly answer: Answer }>(KEPT);

  return async (send: (options: Options) => Answer | Promise<Answer>, options: Options): Promise<Answer> => {
    if (options.method !== 'GET') return send(options);
    const parameters = Object.entries(options).filter(([name]) => !NOT_PART.has(name));
    const key = JSON.stringify([options.url, parameters, options.headers.accept]);
    const known = kept.get(key);
    // Modify the object in place, because the inner hooks are bound to this very object.
    if (known) options.headers['if-none-match'] = known.etag;
    try {
      const answer = await send(options);
      const { etag } = answer.headers;
      if (typeof etag === 'string') kept.set(key, { etag, answer });
      else kept.delete(key);
      return answer;
    } catch (error) {
      if (!known || !(error instanceof RequestError) || error.status !== 304) throw error;
      // Set it again after use, so that it becomes the newest entry.
      kept.set(key, known);
      return known.answer;
    }
  };
}

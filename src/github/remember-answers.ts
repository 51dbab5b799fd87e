/** Conditional requests: an answer with an ETag is kept, and GitHub's 304 (free of the rate limit) stands for it. */
import { RequestError } from '@octokit/request-error';
import type { EndpointDefaults, OctokitResponse } from '@octokit/types';

type Options = Required<EndpointDefaults>;
type Answer = OctokitResponse<unknown>;

/** One diagnosis asks some forty addresses; a few targets and the last run ids fit. */
const KEPT = 300;

/** A hook for octokit's `request`: the oldest answers are forgotten first. */
export function rememberAnswers() {
  const kept = new Map<string, { readonly etag: string; readonly answer: Answer }>();

  return async (ask: (options: Options) => Answer | Promise<Answer>, options: Options): Promise<Answer> => {
    if (options.method !== 'GET') return ask(options);
    const parameters = Object.entries(options).filter(([name]) => !NOT_PART.has(name));
    const key = JSON.stringify([options.url, parameters, options.headers.accept]);
    const known = kept.get(key);
    // Set in place: hooks that run inside of this one are bound to this very object.
    if (known) options.headers['if-none-match'] = known.etag;
    try {
      const answer = await ask(options);
      const { etag } = answer.headers;
      kept.delete(key);
      if (typeof etag === 'string') kept.set(key, { etag, answer });
      const oldest = kept.keys().next();
      if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value);
      return answer;
    } catch (error) {
      if (!known || !(error instanceof RequestError) || error.status !== 304) throw error;
      // Used again, so it is young again.
      kept.delete(key);
      kept.set(key, known);
      return known.answer;
    }
  };
}

/** Options that do not say what is asked for. */
const NOT_PART = new Set(['headers', 'request', 'mediaType', 'baseUrl', 'method', 'url']);

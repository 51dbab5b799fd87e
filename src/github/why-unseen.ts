/** Explains why a request to GitHub failed, for the caller to show. */
import { RequestError } from '@octokit/request-error';
import { faultWords, networkFault } from '../upstream/network-fault.ts';
import type { Reason } from '../upstream/observe.ts';
import { messageOf } from '../upstream/parse-response.ts';

/** A 404 means either that the thing does not exist or that the token may not see it. The words name both. */
export function whyUnseen(error: unknown): Reason {
  if (error instanceof RequestError && error.response) return ofAnswer(error, error.response);
  const fault = networkFault(error);
  return { why: fault.kind === 'timeout' ? 'timeout' : 'unreachable', words: faultWords(fault) };
}

type Answered = NonNullable<RequestError['response']>;

function ofAnswer({ status }: RequestError, { headers, data }: Answered): Reason {
  const said = messageOf(data);
  const words = `HTTP ${status}${said === null ? '' : ` ${said}`}`;
  const usedUp = headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(said ?? '');
  if (status === 429 || (status === 403 && usedUp)) return { why: 'rate_limited', words };
  switch (status) {
    case 401:
      return { why: 'unauthorized', words: `token rejected (${words})` };
    case 403: {
      const needed = headers['x-accepted-github-permissions'];
      return { why: 'forbidden', words: needed ? `${words}; it needs ${needed}` : words };
    }
    case 404:
      return { why: 'not_found', words: `${words}: not found, or the token can't see it` };
    default:
      return { why: 'unreachable', words };
  }
}

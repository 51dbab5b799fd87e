/** Writes to GitHub's REST API: exactly one request per write, whatever happens. */

import { RequestError } from '@octokit/request-error';
import type { Octokit } from '@octokit/rest';
import type { WriteRequest, WriteResult } from '../runbook/model/write-request.ts';
import { valueFromOutside } from '../runbook/text/harmless.ts';
import type { Allowance } from '../upstream/budget.ts';
import { createClient, type GitHubCredentials, type Log } from './client.ts';
import { sealSecret } from './seal-secret.ts';
import { whyUnseen } from './why-unseen.ts';

export interface GitHubWriterDeps {
  readonly baseUrl: string;
  readonly auth: GitHubCredentials;
  /** In the form `owner/name`. */
  readonly repository: string;
  readonly log: Log;
  /** Timeout for a response, in milliseconds. */
  readonly timeoutMs?: number;
  /** Writes are counted but never refused. Omitted if nothing else in this process sends requests as this user. */
  readonly allowance?: Allowance;
}

/** GitHub itself gives up on a request after 10 s. */
const TIMEOUT_MS = 15_000;

/** Excludes 303, with which GitHub says that the requested resource already exists. */
const MOVED: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/**
 * The returned function never rejects. It returns `refused` with GitHub's message for a 4xx,
 * and `unknown` if no clear response came.
 */
export function createGitHubWriter({
  baseUrl,
  auth,
  repository,
  log,
  timeoutMs = TIMEOUT_MS,
  allowance,
}: GitHubWriterDeps): (request: WriteRequest) => Promise<WriteResult> {
  const { octokit } = createClient(baseUrl, auth, log, allowance ? { allowance } : {});
  const base = `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;

  return async (request) => {
    if (request.sealed === undefined) return send(octokit, base, request, timeoutMs);
    const box = await sealSecret(octokit, base, request.sealed, timeoutMs);
    if (!box.ok) return { kind: 'refused', words: `GitHub: ${box.words}; nothing was sent` };
    return send(octokit, base, { ...request, body: { ...request.body, ...box.value } }, timeoutMs);
  };
}

async function send(
  octokit: Octokit,
  base: string,
  { method, path, body }: WriteRequest,
  timeoutMs: number,
): Promise<WriteResult> {
  try {
    const answer = await octokit.request({
      method,
      url: base + path,
      // octokit sends `data` as the whole body, whatever its keys are.
      ...(body === undefined ? {} : { data: body }),
      // Following a redirect would be a second request, and would turn a POST into a GET.
      request: { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' },
    });
    if (MOVED.has(answer.status)) {
      const words = `GitHub: HTTP ${answer.status}, the repository has moved: set github.repository to its new name`;
      return { kind: 'refused', words };
    }
    return { kind: 'done', body: valueFromOutside(answer.data) };
  } catch (error) {
    const { words } = whyUnseen(error);
    const status = error instanceof RequestError && error.response ? error.status : null;
    // A 408 says that the request did not arrive completely, not whether GitHub acted on it.
    const isRefusal = status !== null && status >= 400 && status < 500 && status !== 408;
    return { kind: isRefusal ? 'refused' : 'unknown', words: `GitHub: ${words}` };
  }
}

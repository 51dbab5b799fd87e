/** Writes to GitHub's REST API: one request on the wire, whatever happens. */
import { RequestError } from '@octokit/request-error';
import sodium from 'libsodium-wrappers';
import type { WriteRequest, WriteResult } from '../runbook/model/action.ts';
import { valueFromOutside } from '../runbook/text/harmless.ts';
import type { Purse } from '../upstream/budget.ts';
import { checkShape } from '../upstream/parse-response.ts';
import { createClient, type GitHubCredentials, type Log } from './client.ts';
import { publicKeySchema } from './schemas.ts';
import { whyUnseen } from './why-unseen.ts';

export interface GitHubWriterDeps {
  readonly baseUrl: string;
  readonly auth: GitHubCredentials;
  /** `owner/name` */
  readonly repository: string;
  readonly log: Log;
  /** How long an answer is waited for, milliseconds. */
  readonly timeoutMs?: number;
  /** Writes are counted, and never refused. Left out: nobody else in this process asks as this user. */
  readonly purse?: Purse;
}

/** GitHub itself gives up on a request after 10 s. */
const TIMEOUT_MS = 15_000;

/** Not 303: that is how GitHub says that what is asked for is there already. */
const MOVED: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** Never rejects: refused (4xx) with GitHub's words, `unknown` when no clear answer came. */
export function createGitHubWriter({
  baseUrl,
  auth,
  repository,
  log,
  timeoutMs = TIMEOUT_MS,
  purse,
}: GitHubWriterDeps) {
  const { octokit } = createClient(baseUrl, auth, log, purse ? { purse } : {});
  const base = `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;

  return async ({ method, path, body, sealed }: WriteRequest): Promise<WriteResult> => {
    let data = body;
    if (sealed !== undefined) {
      const box = await sealFor(sealed);
      if (!box.ok) return { kind: 'refused', words: `GitHub: ${box.words}; nothing was sent` };
      data = { ...body, ...box.value };
    }
    try {
      const answer = await octokit.request({
        method,
        url: base + path,
        // octokit takes `data` for the whole body, whatever its keys are called.
        ...(data === undefined ? {} : { data }),
        // A redirect would be a second request, and turns a POST into a GET.
        request: { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' },
      });
      if (MOVED.has(answer.status)) {
        const words = `GitHub: HTTP ${answer.status}, the repository has moved: put its new name into github.repository`;
        return { kind: 'refused', words };
      }
      return { kind: 'done', body: valueFromOutside(answer.data) };
    } catch (error) {
      const { words } = whyUnseen(error);
      const status = error instanceof RequestError && error.response ? error.status : null;
      const isRefusal = status !== null && status >= 400 && status < 500 && status !== 408;
      return { kind: isRefusal ? 'refused' : 'unknown', words: `GitHub: ${words}` };
    }
  };

  /** As GitHub takes secrets: in a box that only the repository can open ("Encrypting secrets for the REST API"). */
  async function sealFor(value: string) {
    try {
      const answer = await octokit.request({
        method: 'GET',
        url: `${base}/actions/secrets/public-key`,
        request: { signal: AbortSignal.timeout(timeoutMs) },
      });
      const { key, key_id } = checkShape(publicKeySchema, answer.data);
      await sodium.ready;
      const box = sodium.crypto_box_seal(value, sodium.from_base64(key, sodium.base64_variants.ORIGINAL));
      const encrypted_value = sodium.to_base64(box, sodium.base64_variants.ORIGINAL);
      return { ok: true, value: { encrypted_value, key_id } } as const;
    } catch (error) {
      const words = `the repository's public key could not be read (${whyUnseen(error).words})`;
      return { ok: false, words } as const;
    }
  }
}

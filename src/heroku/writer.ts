/** Writes to Heroku's Platform API: exactly one request per write, whatever happens. */
import { asRecord } from '../runbook/model/record.ts';
import type { WriteRequest, WriteResult } from '../runbook/model/write-request.ts';
import { valueFromOutside } from '../runbook/text/harmless.ts';
import { type Allowance, createAllowance } from '../upstream/budget.ts';
import { openConnections, sendOnce } from './hardened-request.ts';
import { whyUnseen } from './why-unseen.ts';

export interface HerokuWriterDeps {
  readonly baseUrl: string;
  readonly token: string;
  /** Writes are counted but never refused. Omitted if nothing else in this process sends requests to Heroku. */
  readonly allowance?: Allowance;
}

/** Heroku itself gives up on a request after 30 s. Verification begins earlier. */
const TIMEOUT_MS = 20_000;

/**
 * The returned function never rejects. It returns `refused` with Heroku's message for a 4xx,
 * and `unknown` if no clear response came.
 */
export function createHerokuWriter({
  baseUrl,
  token,
  allowance = createAllowance('heroku', { now: Date.now }),
}: HerokuWriterDeps): (request: WriteRequest) => Promise<WriteResult> {
  const connections = openConnections(baseUrl);
  return async ({ method, path, body, secretAnswer }) => {
    try {
      allowance.charge('action');
      const answer = await sendOnce(baseUrl, connections, {
        method,
        path,
        token,
        headers: {},
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        onHeaders: () => {},
      });
      // A response with config vars is dropped unread.
      return { kind: 'done', body: secretAnswer ? undefined : valueFromOutside(answer) };
    } catch (error) {
      const { statusCode } = asRecord(error);
      const { words } = whyUnseen(error);
      const isRefusal = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
      // A 408 says that the request did not arrive completely, not whether Heroku acted on it.
      if (isRefusal && statusCode !== 408) return { kind: 'refused', words: `Heroku: ${words}` };
      // A 2xx whose body could not be read also ends up here, although Heroku accepted the request.
      return { kind: 'unknown', words: `Heroku: ${words}` };
    }
  };
}

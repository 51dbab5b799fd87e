/** Writes to Heroku's Platform API: one request on the wire, whatever happens. */

import type { WriteRequest, WriteResult } from '../runbook/model/action.ts';
import { asRecord } from '../runbook/model/record.ts';
import { valueFromOutside } from '../runbook/text/harmless.ts';
import { createPurse, type Purse } from '../upstream/budget.ts';
import { openConnections, sendOnce } from './hardened-request.ts';
import { whyUnseen } from './why-unseen.ts';

export interface HerokuWriterDeps {
  readonly baseUrl: string;
  readonly token: string;
  /** Writes are counted, and never refused. Left out: nobody else in this process asks Heroku. */
  readonly purse?: Purse;
}

/** Heroku itself gives up on a request after 30 s; our first look comes earlier. */
const TIMEOUT_MS = 20_000;

/** Never rejects: refused (4xx) with Heroku's words, `unknown` when no clear answer came. */
export function createHerokuWriter({
  baseUrl,
  token,
  purse = createPurse('heroku', { now: Date.now }),
}: HerokuWriterDeps) {
  const connections = openConnections(baseUrl);
  return async ({ method, path, body, secretAnswer }: WriteRequest): Promise<WriteResult> => {
    try {
      purse.take('action');
      const answer = await sendOnce(baseUrl, connections, {
        method,
        path,
        token,
        headers: {},
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        onHeaders: () => {},
      });
      // Config vars: they are dropped unread.
      return { kind: 'done', body: secretAnswer ? undefined : valueFromOutside(answer) };
    } catch (error) {
      const { statusCode } = asRecord(error);
      const { words } = whyUnseen(error);
      const isRefusal = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
      // A 408 says that the request did not arrive whole; whether it was acted upon, it does not say.
      if (isRefusal && statusCode !== 408) return { kind: 'refused', words: `Heroku: ${words}` };
      // A 2xx whose body could not be read was taken all the same.
      return { kind: 'unknown', words: `Heroku: ${words}` };
    }
  };
}

/** Reads the last lines of an app's log through a log session. Concurrent callers share one session. */
import type { ReadOptions } from '../operations/ports/upstreams.ts';
import type { Use } from '../runbook/model/budget.ts';
import type { LogWindow } from '../runbook/model/heroku.ts';
import type { Observed } from '../runbook/model/observed.ts';
import { checkShape } from '../upstream/parse-response.ts';
import { appPath, type HerokuClient } from './client.ts';
import { readLogStream } from './log-stream.ts';
import { logSessionSchema } from './schemas.ts';

export type ReadLogs = (app: string, lines: number, options: ReadOptions) => Promise<Observed<LogWindow>>;

export function createReadLogs(client: HerokuClient): ReadLogs {
  /** Reads in flight, by app and number of lines. */
  const flights = new Map<string, Promise<Observed<LogWindow>>>();
  return (app, lines, options) => {
    const key = `${app} ${lines}`;
    const flight =
      flights.get(key) ?? readLog(client, app, lines, options.use).finally(() => flights.delete(key));
    flights.set(key, flight);
    return untilAborted(client, flight, options);
  };
}

/**
 * A caller's deadline does not end the read, because others may wait for it too; only its own timeout does. The
 * session has no filters, because Heroku applies them after it has cut the log to `lines`.
 */
function readLog(client: HerokuClient, app: string, lines: number, use: Use): Promise<Observed<LogWindow>> {
  return client.observe('Heroku log', { signal: new AbortController().signal }, async (signal) => {
    const path = `${appPath(app)}/log-sessions`;
    const session = await client.send({ method: 'POST', path, body: { lines, tail: false }, signal, use });
    const { logplex_url: url } = checkShape(logSessionSchema, session);
    return { lines: await readLogStream(url, client.baseUrl, signal), asked: lines };
  });
}

async function untilAborted(
  { observe }: HerokuClient,
  flight: Promise<Observed<LogWindow>>,
  options: ReadOptions,
): Promise<Observed<LogWindow>> {
  const seen = await observe('Heroku log', options, (signal) => {
    const { promise, reject } = Promise.withResolvers<never>();
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    return Promise.race([flight, promise]);
  });
  return seen.ok ? seen.value : seen;
}

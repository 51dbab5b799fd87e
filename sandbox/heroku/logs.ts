/** Log sessions. Each has its own link, which returns the lines once, as text or as server-sent events. */
import { randomUUID } from 'node:crypto';
import { type Answer, type Exchange, type LocalServer, startServer } from '../server.ts';
import type { World } from '../world.ts';

export interface LogSessions {
  readonly server: LocalServer;
  /**
   * Returns a session's link. As on Heroku,
   * the log is cut to the newest `lines` before `source` and `dyno` filter it.
   */
  open(app: string, asked: LogRequest): string;
}

export interface LogRequest {
  readonly lines: number;
  readonly source?: string;
  readonly dyno?: string;
}

/** The number of log lines that Heroku keeps. */
const KEPT = 1_500;
const ENTRY = /^(-?[\d.]+) ([\w-]+)\[([\w.-]*)\]: ([\s\S]*)$/;

export async function startLogSessions(world: () => World): Promise<LogSessions> {
  const sessions = new Map<string, { readonly app: string; readonly asked: LogRequest }>();
  const server = await startServer({
    service: 'heroku-logs',
    faults: () => world().faults,
    routes: [{ method: 'GET', path: /\/sessions\/([\w-]+)/, handle: answer }],
    notFound: () => ({ status: 404, body: 'Not found' }),
  });

  function answer({ params, headers }: Exchange): Answer {
    const id = params[0] ?? '';
    const session = sessions.get(id);
    if (!session) return { status: 404, body: 'Not found' };
    sessions.delete(id);
    const lines = logLines(world(), session.app, session.asked);
    if (!headers.accept?.includes('text/event-stream')) {
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: lines.map((line) => `${line}\n`).join(''),
      };
    }
    const events = lines.map((line, index) => `id: ${index + 1}\ndata: ${line}\n\n`).join('');
    return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: events };
  }

  return {
    server,
    open(app, asked) {
      const id = randomUUID();
      sessions.set(id, { app, asked });
      return `${server.url}/sessions/${id}?srv=1`;
    },
  };
}

function logLines({ heroku, start }: World, app: string, { lines, source, dyno }: LogRequest): string[] {
  const entries = (heroku.apps[app]?.log ?? []).map((entry) => {
    const [, age = '0', from = 'app', process = '', text = ''] = ENTRY.exec(entry) ?? [];
    return { at: start + Number(age) * 1000, from, process, text };
  });
  return entries
    .toSorted((one, other) => one.at - other.at)
    .slice(-Math.min(lines, KEPT))
    .filter(({ from, process }) => (!source || from === source) && (!dyno || fitsDyno(process, dyno)))
    .map(({ at, from, process, text }) => `${timestamp(at)} ${from}[${process}]: ${text}`);
}

function fitsDyno(process: string, dyno: string): boolean {
  return process === dyno || process.startsWith(`${dyno}.`);
}

/** Formats a time as `2026-05-01T10:00:00.123000+00:00`. */
function timestamp(at: number): string {
  return new Date(at).toISOString().replace(/(\.\d{3})Z$/, '$1000+00:00');
}

/** Finds the address that a server listens on, for a boot that Heroku killed because nothing listened on `$PORT`. */
import type { Boot } from './boot.ts';
import type { Cause } from './cause.ts';

/** Matches a server that listens on its own machine (`127.0.0.1`), or on every address (`0.0.0.0`) of a port. */
const LISTENS =
  /\b(?:listening|running|started|serving|server)\b(?:(?!connect)[^\n]){0,40}?\b(?:https?:\/\/)?(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]):(\d{2,5})\b/i;
const LISTENS_ON_PORT = /\b(?:listening|running|started)\b(?:(?!connect)[^\n]){0,20}?\bport:? ?(\d{2,5})\b/i;
/**
 * Matches a server that announces its URL, in any words. A URL that the app calls or cannot reach belongs to another
 * server.
 */
const OFFERED = /\bhttps?:\/\/(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]):(\d{2,5})\b/i;
const CALLS =
  /connect|request|fetch|retry|refused|unreachable|timed? ?out|proxy|upstream|callback|webhook|redis|postgres|error|fail|\b(?:GET|POST|PUT|PATCH|DELETE|HEAD)\b/i;
/** Matches a socket file, which is not a port at all. */
const SOCKET = /\b(?:listening|bound|running|serving)\b[^\n]{0,30}?\b(unix:\/{0,2}\S+)/i;
/** Heroku keeps trying the port, so a server that listened this long before the kill did not listen on it. */
const TRIED_MS = 5_000;

/**
 * Returns the address, if it is not `$PORT`. Returns null when the server does not say. Heroku logs the command with
 * `$PORT` filled in, so a port that appears there is the right one.
 */
export function listensElsewhere({
  output,
  command,
  end,
}: Pick<Boot, 'output' | 'command' | 'end'>): Cause | null {
  for (const { at, text } of output) {
    const socket = SOCKET.exec(text)?.[1];
    if (socket !== undefined)
      return { kind: 'address', address: socket, evidence: [text.trim()], error: null };
    const [, host, ofHost] = LISTENS.exec(text) ?? (CALLS.test(text) ? null : OFFERED.exec(text)) ?? [];
    const port = ofHost ?? LISTENS_ON_PORT.exec(text)?.[1];
    if (port === undefined) continue;
    const isLocal = host !== undefined && host !== '0.0.0.0' && host !== '[::]';
    const wasTried = at !== null && end !== null && end.at - at >= TRIED_MS;
    const isCommanded = command?.includes(port) ?? false;
    if (!isLocal && (isCommanded || !wasTried)) continue;
    const address = host === undefined ? `port ${port}` : `${host}:${port}`;
    return { kind: 'address', address, evidence: [text.trim()], error: null };
  }
  return null;
}

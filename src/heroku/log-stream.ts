/**
 * Reads the lines behind a log session's URL, as plain text or server-sent events,
 * without blocking for long or filling the memory.
 */
import { setImmediate as pause } from 'node:timers/promises';
import { parseLogLine } from '../runbook/logs/lines.ts';
import type { LogLine } from '../runbook/model/heroku.ts';
import { boundLine, harmless, LONGEST_LINE } from '../runbook/text/harmless.ts';
import { Malformed } from '../upstream/parse-response.ts';

/** Decompressed bytes. 1,500 lines of the maximum length (10 kB each) take a quarter of it. */
const LONGEST = 64_000_000;
/** Heroku keeps 1,500 lines. A server that never stops sending must not fill the memory. */
const MOST_LINES = 10_000;
const MOST_KEPT = 24_000_000;
/** Bytes to read between two pauses that give other work its turn. */
const TURN = 64_000;

/**
 * Fetches `url` without the API token (the link itself grants access) and parses every line, oldest first, sanitized
 * and bounded. Throws if the stream is truncated, too long, refused, not a log, or on a host that does not belong to
 * Heroku.
 */
export async function readLogStream(url: string, baseUrl: string, signal: AbortSignal): Promise<LogLine[]> {
  if (!isTrusted(new URL(url), new URL(baseUrl)))
    throw new Error('the log session’s link leads to a host that is not Heroku’s');
  const answer = await fetch(url, {
    signal,
    headers: { accept: 'text/event-stream, text/plain' },
    redirect: 'error',
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw Object.assign(new Error(`the log stream returned HTTP ${answer.status}`), {
      statusCode: answer.status,
    });
  }
  const isEvents = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const lines = await readLines(answer, isEvents);
  // Without this check, a page from an intermediate proxy would pass for a log without errors.
  if (lines.length > 0 && lines.every(({ at }) => at === null))
    throw new Malformed('malformed response: none of its lines is a log line');
  return lines;
}

/** Trusts Heroku's own hosts, or the base URL's host if that is a local one over plain HTTP. */
function isTrusted(url: URL, base: URL): boolean {
  if (url.protocol === 'https:' && /(^|\.)heroku\.com$/.test(url.hostname)) return true;
  return base.protocol === 'http:' && url.hostname === base.hostname;
}

async function readLines(answer: Response, isEvents: boolean): Promise<LogLine[]> {
  const decoder = new TextDecoder();
  const reader = createLineReader(isEvents);
  let length = 0;
  let turn = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.byteLength;
    if (length > LONGEST) throw new Error(`the log is longer than ${LONGEST} bytes`);
    for (let from = 0; from < chunk.byteLength; from += TURN) {
      const part = chunk.subarray(from, from + TURN);
      reader.read(decoder.decode(part, { stream: true }));
      turn += part.byteLength;
      if (turn < TURN) continue;
      turn = 0;
      await pause();
    }
  }
  reader.read(decoder.decode());
  return reader.end();
}

/** Keeps only as much of each line as may be shown, so that a line of many megabytes takes no memory. */
function createLineReader(isEvents: boolean) {
  const lines: LogLine[] = [];
  let kept = 0;
  let head = '';
  let length = 0;

  function endLine(): void {
    const whole = head.endsWith('\r') ? head.slice(0, -1) : head;
    const line = isEvents ? whole.replace(/^data: ?/, '') : whole;
    if (whole !== '' && (!isEvents || whole.startsWith('data:'))) {
      const parsed = parseLogLine(boundLine(harmless(line), length));
      lines.push(parsed);
      kept += parsed.text.length;
      if (lines.length > MOST_LINES || kept > MOST_KEPT)
        throw new Error(`the log has more than ${lines.length - 1} lines`);
    }
    head = '';
    length = 0;
  }

  function add(part: string): void {
    length += part.length;
    if (head.length <= LONGEST_LINE) head += part.slice(0, LONGEST_LINE + 1 - head.length);
  }

  return {
    read(text: string): void {
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        add(text.slice(from, end));
        endLine();
        from = end + 1;
      }
      add(text.slice(from));
    },
    end(): LogLine[] {
      endLine();
      return lines;
    },
  };
}

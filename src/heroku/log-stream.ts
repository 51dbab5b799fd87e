/** The lines that a log session's URL answers: plain, or as server-sent events. */

import { Malformed } from '../border.ts';
import type { LogLine } from '../runbook/evidence.ts';
import { parseLogLine } from '../runbook/log-lines.ts';

/** 1,500 lines of the longest kind (10 kB each) are less. */
const LONGEST = 16_000_000;

/**
 * Fetches `url` without the API token (it is a bearer link itself) and parses every line, oldest first.
 * Throws when the stream is cut, too long, refused, no log at all, or leads to a host that is not Heroku's.
 */
export async function readLogStream(url: string, baseUrl: string, signal: AbortSignal): Promise<LogLine[]> {
  if (!isTrusted(new URL(url), new URL(baseUrl)))
    throw new Error('the log session leads to a host that is not Heroku’s');
  const answer = await fetch(url, {
    signal,
    headers: { accept: 'text/event-stream, text/plain' },
    redirect: 'error',
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw Object.assign(new Error(`the log stream answers ${answer.status}`), { statusCode: answer.status });
  }
  const text = await readText(answer);
  const isEvents = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const lines = linesOf(text, isEvents).map(parseLogLine);
  // A page of somebody on the way would else pass for a log without errors.
  if (lines.length > 0 && lines.every(({ at }) => at === null))
    throw new Malformed('malformed answer: not one of its lines is a log line');
  return lines;
}

/** Heroku's own hosts; on loopback, where a local world is looked at, loopback. */
function isTrusted(url: URL, base: URL): boolean {
  if (url.protocol === 'https:' && /(^|\.)heroku\.com$/.test(url.hostname)) return true;
  return base.protocol === 'http:' && url.hostname === base.hostname;
}

async function readText(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST) throw new Error(`the log is longer than ${LONGEST} characters`);
  }
  return text + decoder.decode();
}

function linesOf(text: string, isEvents: boolean): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (!isEvents) return lines;
  return lines.filter((line) => line.startsWith('data:')).map((line) => line.replace(/^data: ?/, ''));
}

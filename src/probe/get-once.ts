/** Sends one GET and returns its response, or why there was none. */

import type { HttpAnswer } from '../runbook/model/probes.ts';
import { networkFault } from '../upstream/network-fault.ts';

/** The body is null when there was no response. */
export type Got =
  | { readonly answer: Extract<HttpAnswer, { kind: 'http' }>; readonly body: string }
  | { readonly answer: Exclude<HttpAnswer, { kind: 'http' }>; readonly body: null };

/** A health response takes a few hundred bytes, the status page about ten thousand. */
const LONGEST_BODY = 1_000_000;

/** Does not follow redirects, because a redirect counts as a response. Never rejects. */
export async function getOnce(url: string, signal: AbortSignal): Promise<Got> {
  // Use a monotonic clock, because the system clock may be set during the wait.
  const startedAt = performance.now();
  const after = () => Math.round(performance.now() - startedAt);
  try {
    const answer = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { 'user-agent': 'raxx-chatops' },
    });
    const ms = after();
    // A status without its body does not count as a response: a visitor of the app would wait for the body, too.
    return { answer: { kind: 'http', status: answer.status, ms }, body: await readText(answer) };
  } catch (error) {
    return { answer: { ...networkFault(error), ms: after() }, body: null };
  }
}

async function readText(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_BODY) break;
  }
  return text + decoder.decode();
}

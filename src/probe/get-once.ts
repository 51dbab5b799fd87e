/** Sends one GET and returns its answer, or why there was none. */

import type { HttpAnswer } from '../runbook/model/probes.ts';
import { networkFault } from '../upstream/network-fault.ts';

export interface Got {
  readonly answer: HttpAnswer;
  /** Empty when there was no answer. */
  readonly body: string;
}

/** A health answer is a few hundred bytes, the status page some ten thousand. */
const LONGEST_BODY = 1_000_000;

/** Does not follow redirects: they count as answers. Never rejects. */
export async function getOnce(url: string, signal: AbortSignal): Promise<Got> {
  // A monotonic clock: the system's may be set during the wait.
  const startedAt = performance.now();
  const after = () => Math.round(performance.now() - startedAt);
  try {
    const answer = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { 'user-agent': 'raxx-chatops' },
    });
    const ms = after();
    // Without its body a status does not count as an answer: a visitor of the app would wait for the body, too.
    return { answer: { kind: 'http', status: answer.status, ms }, body: await readText(answer) };
  } catch (error) {
    return { answer: { ...networkFault(error), ms: after() }, body: '' };
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

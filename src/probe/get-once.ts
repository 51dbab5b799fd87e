/** One GET, and how it went: an answer, or the way in which there was none. */

import type { HttpAnswer } from '../runbook/model/evidence.ts';
import { networkFault } from '../upstream/network-fault.ts';

export interface Got {
  readonly answer: HttpAnswer;
  /** The body; '' without an answer. */
  readonly body: string;
}

/** A health answer is some hundred bytes, the status page some ten thousand. */
const LONGEST_BODY = 1_000_000;

/** Redirects are answers. Never rejects. */
export async function getOnce(url: string, signal: AbortSignal): Promise<Got> {
  // A clock that never goes back: the system's own may be set while we wait.
  const startedAt = performance.now();
  const after = () => Math.round(performance.now() - startedAt);
  try {
    const answer = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { 'user-agent': 'raxx-chatops' },
    });
    const ms = after();
    // A status whose body never comes is no answer: whoever visits the app would wait for it, too.
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

/** One GET, and how it went: an answer, or the way in which there was none. */
import type { HttpAnswer, Instant } from '../runbook/evidence.ts';

export interface Got {
  readonly answer: HttpAnswer;
  /** The body; '' without an answer. */
  readonly body: string;
}

/** A health answer is some hundred bytes, the status page some ten thousand. */
const LONGEST_BODY = 1_000_000;

/** Redirects are answers. Never rejects. */
export async function getOnce(url: string, signal: AbortSignal, now: () => Instant): Promise<Got> {
  const startedAt = now();
  const after = () => Math.max(0, now() - startedAt);
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
    return { answer: { ...kindOf(error), ms: after() }, body: '' };
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

type NoAnswer = Omit<Extract<HttpAnswer, { detail: string }>, 'ms'>;

/** Told by the system's error code, never by its message. */
function kindOf(error: unknown): NoAnswer {
  const { name, cause } = Object(error);
  const { code: given } = Object(cause ?? error);
  const code = typeof given === 'string' ? given : '';
  if (name === 'TimeoutError' || name === 'AbortError')
    return { kind: 'timeout', detail: 'no answer in time' };
  if (/^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/.test(code))
    return { kind: 'timeout', detail: code };
  if (code === 'ECONNREFUSED') return { kind: 'refused', detail: code };
  if (/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_\w+)$/.test(code)) {
    return { kind: 'reset', detail: code };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { kind: 'dns', detail: code };
  if (/CERT|TLS|SSL|^EPROTO$|SIGNATURE|ISSUER/.test(code)) return { kind: 'tls', detail: code };
  return { kind: 'unreachable', detail: code || String(Object(cause ?? error).message ?? error) };
}

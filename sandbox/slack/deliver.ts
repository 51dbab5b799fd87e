/** Sends one signed request to the bot as Slack does, and measures the response. */
import { signedHeaders } from './sign.ts';

/** The bot's response to one request. */
export interface Ack {
  /** HTTP status. Null if no response came in time, or at all. */
  readonly status: number | null;
  readonly ms: number;
  readonly body: string;
  /** The error that Slack shows to the person. */
  readonly failure: 'operation_timeout' | 'dispatch_failed' | null;
}

/** The retry of an event that the app did not accept. */
export interface EventRetry {
  readonly num: number;
  readonly reason: 'http_timeout' | 'http_error';
}

export interface Delivery {
  readonly url: string;
  readonly signingSecret: string;
  /** A form, as commands and clicks are sent, or JSON, as events are. */
  readonly body:
    | { readonly form: Readonly<Record<string, string>> }
    | { readonly json: unknown; readonly retry?: EventRetry };
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Slack's time limit for a response, in milliseconds. */
  readonly limitMs: number;
}

/** Never throws. No response becomes `dispatch_failed`, and none within the limit `operation_timeout`. */
export async function deliver({ url, signingSecret, body: given, now, limitMs }: Delivery): Promise<Ack> {
  const body = 'form' in given ? new URLSearchParams(given.form).toString() : JSON.stringify(given.json);
  const began = performance.now();
  const end = (ack: Omit<Ack, 'ms'>): Ack => ({ ...ack, ms: Math.round(performance.now() - began) });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...signedHeaders(signingSecret, body, Math.floor(now / 1000)), ...headersOf(given) },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(limitMs),
    });
    const text = await response.text();
    const failure = response.status === 200 ? null : 'dispatch_failed';
    return end({ status: response.status, body: text, failure });
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    return end({ status: null, body: '', failure: late ? 'operation_timeout' : 'dispatch_failed' });
  }
}

function headersOf(body: Delivery['body']): Record<string, string> {
  if ('form' in body) return {};
  const { retry } = body;
  return {
    'content-type': 'application/json',
    ...(retry ? { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason } : {}),
  };
}

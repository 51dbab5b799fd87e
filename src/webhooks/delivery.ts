/** One delivery of a webhook, as the HTTP server passes it on, and the reply to it. */
import { valueFromOutside } from '../runbook/text/harmless.ts';

export interface Delivery {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The raw bytes, because signatures are computed over them. */
  readonly rawBody: Buffer;
}

export interface Reply {
  readonly status: number;
  /** For someone who reads the sender's list of deliveries. */
  readonly words: string;
}

/** Never rejects. */
export type Webhook = (delivery: Delivery) => Promise<Reply>;

/** Returns a header that was sent once. Null if it is absent, empty, or was sent twice. */
export function headerOf({ headers }: Delivery, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value || null : null;
}

/** Returns the value with its texts sanitized. Undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return valueFromOutside(JSON.parse(text));
  } catch {
    return undefined;
  }
}

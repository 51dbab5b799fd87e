/** One delivery of a webhook, as the HTTP server passes it on, and the reply to it. */
import { valueFromOutside } from '../runbook/text/harmless.ts';

export interface Delivery {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes as they came: signatures are computed over them. */
  readonly rawBody: Buffer;
}

export interface Reply {
  readonly status: number;
  /** For the person who reads the sender's list of deliveries. */
  readonly words: string;
}

/** Never rejects. */
export type Webhook = (delivery: Delivery) => Promise<Reply>;

/** A header that came once; empty when it is absent or came twice. */
export function headerOf({ headers }: Delivery, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** The value with its texts made harmless; undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return valueFromOutside(JSON.parse(text));
  } catch {
    return undefined;
  }
}

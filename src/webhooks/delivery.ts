/** One delivery of a webhook, as the HTTP server hands it over, and what is answered to it. */
import { valueFromOutside } from '../runbook/text/harmless.ts';

export interface Delivery {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it came: signatures are made over bytes. */
  readonly rawBody: Buffer;
}

export interface Reply {
  readonly status: number;
  /** For the person who reads the sender's list of deliveries. */
  readonly words: string;
}

/** Never rejects. */
export type Webhook = (delivery: Delivery) => Promise<Reply>;

/** A header that came once; '' when it did not come, or came twice. */
export function headerOf({ headers }: Delivery, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** Its texts made harmless; undefined: it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return valueFromOutside(JSON.parse(text));
  } catch {
    return undefined;
  }
}

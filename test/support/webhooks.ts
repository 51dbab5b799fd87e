/** Signed deliveries as Heroku and GitHub send them. */
import { createHmac } from 'node:crypto';
import type { Delivery, Reply, Webhook } from '../../src/webhooks/delivery.ts';
import type { Hint, TakeHint } from '../../src/webhooks/hints.ts';
import { NOW } from './evidence.ts';

export const SECRET = 'webhook-secret-4711';

export interface Sent {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A dyno of raxx-api-prod has just crashed. `more` is laid over `data`, `event` over the whole body. */
export function dynoEvent(more: object = {}, event: object = {}): object {
  return {
    id: 'e1',
    action: 'destroy',
    resource: 'dyno',
    actor: { id: null, email: null },
    data: {
      id: 'd1',
      app: { id: 'a1', name: 'raxx-api-prod' },
      name: 'web.1',
      size: 'Basic',
      state: 'crashed',
      command: 'gunicorn',
      release: { id: 'r42', version: 42 },
      management: 'formation:web',
      exit_status: 1,
      ...more,
    },
    previous_data: { state: 'starting' },
    published_at: null,
    sequence: null,
    created_at: new Date(NOW).toISOString(),
    version: 'application/vnd.heroku+json; version=3',
    webhook_metadata: {
      attempt: { id: 'a' },
      delivery: { id: 'd' },
      event: { id: 'e1', include: 'dyno' },
      webhook: { id: 'w' },
    },
    ...event,
  };
}

export function herokuDelivery(body: unknown, secret = SECRET): Sent {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = createHmac('sha256', secret).update(text).digest('base64');
  return {
    headers: { 'content-type': 'application/json', 'heroku-webhook-hmac-sha256': signature },
    body: text,
  };
}

export function githubDelivery(event: string, body: unknown, secret = SECRET, id = 'delivery-1'): Sent {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  return {
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body: text,
  };
}

/** Passes a delivery on as the HTTP server does. */
export function deliver(webhook: Webhook, { headers, body }: Sent): Promise<Reply> {
  const delivery: Delivery = { headers, rawBody: Buffer.from(body) };
  return webhook(delivery);
}

/** Accepts and keeps every hint. */
export function keepHints(): { readonly hints: Hint[]; readonly takeHint: TakeHint } {
  const hints: Hint[] = [];
  return {
    hints,
    takeHint: async (hint, status) => {
      hints.push(hint);
      return { status, words: '' };
    },
  };
}

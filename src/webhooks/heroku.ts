/** `POST /webhooks/heroku`: a signed event of one of our apps makes the watch look immediately. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '../runbook/model/instant.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import { type Delivery, headerOf, parseJson, type Webhook } from './delivery.ts';
import type { TakeHint } from './hints.ts';

export interface HerokuWebhookDeps {
  readonly secret: string;
  readonly facts: Pick<Facts, 'targets'>;
  readonly takeHint: TakeHint;
  now(): Instant;
}

/** The entities for `heroku webhooks:add --include`. */
export const HEROKU_ENTITIES = ['dyno', 'api:release', 'api:formation'] as const;

/** A crash that is reported later than this is only a hint, because a look shows the current state of the app. */
const NEWS_MS = 120_000;

const SIGNATURE = 'heroku-webhook-hmac-sha256';

const entity = z.object({
  id: z.string(),
  resource: z.string(),
  created_at: z.string().nullish(),
  published_at: z.string().nullish(),
  webhook_metadata: z.object({ event: z.object({ id: z.string(), include: z.string() }) }).nullish(),
});
const ofApp = z.object({
  data: z.object({
    app: z.object({ name: z.string() }),
    // Present only in events of a dyno.
    name: z.string().nullish(),
    type: z.string().nullish(),
    state: z.string().nullish(),
  }),
});

export function createHerokuWebhook({ secret, facts, takeHint, now }: HerokuWebhookDeps): Webhook {
  return async (delivery) => {
    const signature = headerOf(delivery, SIGNATURE);
    if (signature === null || !isSigned(signature, delivery, secret))
      return { status: 401, words: 'the signature does not match' };
    const body = parseJson(delivery.rawBody.toString('utf8'));
    const parsed = entity.safeParse(body);
    if (!parsed.success) return { status: 400, words: 'not an event of Heroku' };
    const { event } = parsed.data.webhook_metadata ?? {};
    const about = event?.include ?? parsed.data.resource;
    if (!HEROKU_ENTITIES.some((one) => one === about || one === `api:${about}`))
      return { status: 204, words: '' };
    const described = ofApp.safeParse(body);
    if (!described.success) return { status: 400, words: 'not an event of an app' };
    const { app, name, type, state } = described.data.data;
    const at = Date.parse(parsed.data.created_at ?? parsed.data.published_at ?? '');
    const isNews = Math.abs(now() - at) < NEWS_MS;
    const isDyno = about === 'dyno';
    // Check the state, because the action of a crash is `destroy`, which is also that of a dyno that was scaled away.
    const crashed = isDyno && state === 'crashed' && isNews;
    // One-off dynos and other process types start and stop all day.
    const processType = type ?? name?.split('.')[0];
    const targets = facts.targets.filter(
      (one) => one.app === app.name && (!isDyno || one.processType === processType),
    );
    return takeHint(
      {
        ids: [event?.id ?? parsed.data.id, signature].map((id) => `heroku ${id}`),
        targets: targets.map((one) => one.name),
        crashedAt: crashed && targets.length > 0 ? Math.min(at, now()) : null,
        isOfRun: false,
      },
      204,
    );
  };
}

function isSigned(signature: string, { rawBody }: Delivery, secret: string): boolean {
  const given = Buffer.from(signature);
  const wanted = Buffer.from(createHmac('sha256', secret).update(rawBody).digest('base64'));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

import { beforeEach, describe, expect, it } from 'vitest';
import type { Webhook } from '../../src/webhooks/delivery.ts';
import { createHerokuWebhook } from '../../src/webhooks/heroku.ts';
import type { Hint } from '../../src/webhooks/hints.ts';
import { NOW } from '../support/evidence.ts';
import { testFacts } from '../support/facts.ts';
import { deliver, dynoEvent, herokuDelivery, keepHints, SECRET } from '../support/webhooks.ts';

const MINUTE = 60_000;
const SIGNED = expect.stringMatching(/^heroku .{44}$/);
let hints: Hint[];
let webhook: Webhook;
beforeEach(() => {
  const kept = keepHints();
  hints = kept.hints;
  const { takeHint } = kept;
  webhook = createHerokuWebhook({ secret: SECRET, facts: testFacts, takeHint, now: () => NOW });
});
const send = (body: unknown, secret?: string) => deliver(webhook, herokuDelivery(body, secret));
const at = (ms: number) => ({ created_at: new Date(ms).toISOString() });

describe('an event of Heroku', () => {
  it('of a crash says when it happened, and to which target', async () => {
    expect((await send(dynoEvent())).status).toBe(204);
    expect(hints).toEqual([
      { ids: ['heroku e1', SIGNED], targets: ['prod'], crashedAt: NOW, isOfRun: false },
    ]);
  });

  it.each([
    ['not a crash, whatever its action is called', dynoEvent({ state: 'down' }), null],
    ['a crash by its state alone', dynoEvent({}, { action: 'update' }), NOW],
    ['named by its type', dynoEvent({ name: 'x', type: 'web' }), NOW],
    ['three minutes old', dynoEvent({}, at(NOW - 3 * MINUTE)), null],
    ['a minute old', dynoEvent({}, at(NOW - MINUTE)), NOW - MINUTE],
    ['from a clock that is ahead', dynoEvent({}, at(NOW + MINUTE)), NOW],
    ['without a time', dynoEvent({}, { created_at: null }), null],
    ['with an invalid time', dynoEvent({}, { created_at: 'yesterday' }), null],
    [
      'with the time of its publication only',
      dynoEvent({}, { created_at: null, published_at: new Date(NOW - 1).toISOString() }),
      NOW - 1,
    ],
    ['without metadata', dynoEvent({}, { webhook_metadata: null }), NOW],
    [
      'about a release',
      dynoEvent({ state: 'crashed' }, { resource: 'release', webhook_metadata: null }),
      null,
    ],
  ])('is a hint to look, and notes the crash only when it is news: %s', async (_name, event, crashedAt) => {
    expect((await send(event)).status).toBe(204);
    expect(hints).toMatchObject([{ targets: ['prod'], crashedAt }]);
  });

  it.each(['api:release', 'api:formation'])('about %s is a hint to look', async (include) => {
    const event = { id: include, include };
    await send(dynoEvent({}, { resource: include.slice(4), webhook_metadata: { event } }));
    expect(hints).toEqual([
      { ids: [`heroku ${include}`, SIGNED], targets: ['prod'], crashedAt: null, isOfRun: false },
    ]);
  });

  it.each([
    ['of another process type', dynoEvent({ name: 'worker.1' })],
    ['of a one-off dyno', dynoEvent({ name: 'run.1', type: 'run' })],
  ])('%s concerns no target: such dynos come and go all day', async (_name, event) => {
    expect((await send(event)).status).toBe(204);
    expect(hints).toMatchObject([{ targets: [], crashedAt: null, isOfRun: false }]);
  });

  it('of an app that is not a target concerns no target', async () => {
    expect((await send(dynoEvent({ app: { name: 'raxx-blog' } }))).status).toBe(204);
    expect(hints).toMatchObject([{ targets: [], crashedAt: null, isOfRun: false }]);
  });

  it('of an entity outside the subscription does nothing', async () => {
    const event = { id: 'e1', include: 'api:addon' };
    const told = await send({ ...dynoEvent({}, { webhook_metadata: { event } }), data: { name: 'x' } });
    expect(told.status).toBe(204);
    expect(hints).toEqual([]);
  });
});

describe('a delivery that is not an event of Heroku', () => {
  it.each([
    ['signed with another secret', herokuDelivery(dynoEvent(), 'other'), 401],
    ['unsigned', { headers: {}, body: '{}' }, 401],
    ['signed with rubbish', { headers: { 'heroku-webhook-hmac-sha256': '💥' }, body: '{}' }, 401],
    [
      'changed after it was signed',
      { ...herokuDelivery(dynoEvent()), body: JSON.stringify(dynoEvent({ state: 'up' })) },
      401,
    ],
    ['empty', herokuDelivery(''), 400],
    ['not JSON', herokuDelivery('{"id":'), 400],
    ['a signed null', herokuDelivery('null'), 400],
    ['a list', herokuDelivery('[]'), 400],
    ['without an app', herokuDelivery({ ...dynoEvent(), data: { name: 'web.1' } }), 400],
    ['with an app that is a number', herokuDelivery(dynoEvent({ app: 7 })), 400],
  ])('is refused and does nothing: %s', async (_name, sent, status) => {
    expect((await deliver(webhook, sent)).status).toBe(status);
    expect(hints).toEqual([]);
  });
});

/**
 * Sends the bot the webhooks that Heroku and GitHub would send when the world changes. They are signed, and Heroku's
 * are retried until they are accepted.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { githubEvents } from './github/events.ts';
import type { RunState } from './github/state.ts';
import { herokuBody, herokuEvents } from './heroku/events.ts';
import type { AppState } from './heroku/state.ts';
import type { World } from './world.ts';

export interface WebhookOptions {
  /** Origin of the bot that receives them. */
  readonly botUrl: () => string;
  /** Origin of the local GitHub. The links in its events begin with it. */
  readonly githubUrl: string;
  readonly herokuSecret: string;
  readonly githubSecret: string;
}

export interface Webhooks {
  /**
   * Sends what has changed since the last call, and returns whether anything has. After a change of scenario nothing
   * is sent, because nothing has happened in the new world.
   */
  sendChanges(world: World, now: number): boolean;
  /** Resolves when nothing is being sent any more. */
  stop(): Promise<void>;
}

const RETRY_MS = 1_000;
const HEROKU_ATTEMPTS = 10;
const ANSWER_MS = 10_000;

interface Snapshot {
  readonly of: World;
  readonly apps: Record<string, AppState>;
  readonly runs: RunState[];
}

interface Delivery {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly attempts: number;
}

export function createWebhooks(options: WebhookOptions): Webhooks {
  const ending = new AbortController();
  const sending = new Set<Promise<void>>();
  let last: Snapshot | undefined;
  return {
    sendChanges(world, now) {
      const before = last;
      last = { of: world, ...structuredClone({ apps: world.heroku.apps, runs: world.github.runs }) };
      if (before?.of !== world) return false;
      const deliveries = [
        ...herokuDeliveries(before, world, now, options),
        ...githubDeliveries(before, world, options),
      ];
      for (const delivery of deliveries) {
        const sent = deliver(options.botUrl(), delivery, ending.signal);
        sending.add(sent);
        void sent.finally(() => sending.delete(sent));
      }
      return deliveries.length > 0;
    },
    async stop() {
      ending.abort();
      await Promise.all(sending);
    },
  };
}

function herokuDeliveries(
  before: Snapshot,
  { heroku, start }: World,
  now: number,
  { herokuSecret }: WebhookOptions,
): Delivery[] {
  return Object.entries(heroku.apps).flatMap(([name, app]) => {
    const known = before.apps[name];
    if (!known) return [];
    return herokuEvents(known, { name, app, start }).map((event) => {
      const body = JSON.stringify(herokuBody(event, now));
      const signature = createHmac('sha256', herokuSecret).update(body).digest('base64');
      const headers = { 'heroku-webhook-hmac-sha256': signature };
      return { path: '/webhooks/heroku', headers, body, attempts: HEROKU_ATTEMPTS };
    });
  });
}

/** GitHub does not retry a delivery. */
function githubDeliveries(
  before: Snapshot,
  { github, start }: World,
  { githubUrl, githubSecret }: WebhookOptions,
): Delivery[] {
  return githubEvents(before.runs, { api: githubUrl, state: github, start }).map((event) => {
    const body = JSON.stringify(event.body);
    const signature = createHmac('sha256', githubSecret).update(body).digest('hex');
    const headers = {
      'x-github-event': event.name,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${signature}`,
    };
    return { path: '/webhooks/github', headers, body, attempts: 1 };
  });
}

/** Retries until the bot accepts it, the attempts are used up, or the signal aborts. */
async function deliver(botUrl: string, delivery: Delivery, signal: AbortSignal): Promise<void> {
  for (let left = delivery.attempts; left > 0 && !signal.aborted; left -= 1) {
    if (await isAccepted(botUrl, delivery, signal)) return;
    if (left > 1) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function isAccepted(botUrl: string, delivery: Delivery, ending: AbortSignal): Promise<boolean> {
  const { path, headers, body } = delivery;
  const signal = AbortSignal.any([ending, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const answer = await fetch(botUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

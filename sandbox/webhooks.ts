/** Sends the bot what Heroku and GitHub would send when the world changes: signed, and Heroku's again until it is taken. */
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { githubEvents } from './github/events.ts';
import type { RunState } from './github/state.ts';
import { herokuBody, herokuEvents } from './heroku/events.ts';
import type { AppState } from './heroku/state.ts';
import type { World } from './world.ts';

export interface WebhookOptions {
  /** Origin of the bot that is to hear of it. */
  readonly botUrl: () => string;
  /** Origin of the local GitHub: its links begin with it. */
  readonly githubUrl: string;
  readonly herokuSecret: string;
  readonly githubSecret: string;
}

export interface Webhooks {
  /** Tells what is different since the last time; false: nothing is. Of another world nothing is told: nothing changed in it. */
  tell(world: World, now: number): boolean;
  /** Resolves when nothing is on its way any more. */
  stop(): Promise<void>;
}

const AGAIN_MS = 1_000;
const ATTEMPTS = 10;
const ANSWER_MS = 10_000;

interface Snapshot {
  readonly of: World;
  readonly apps: Record<string, AppState>;
  readonly runs: RunState[];
}

export function createWebhooks(options: WebhookOptions): Webhooks {
  const ending = new AbortController();
  const sending = new Set<Promise<void>>();
  let last: Snapshot | undefined;

  async function send(path: string, headers: Record<string, string>, body: string, attempts: number) {
    const url = options.botUrl() + path;
    for (let left = attempts; left > 0 && !ending.signal.aborted; left -= 1) {
      if (await isTaken(url, headers, body)) return;
      if (left > 1) await sleep(AGAIN_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  async function isTaken(url: string, more: Record<string, string>, body: string): Promise<boolean> {
    const headers = { 'content-type': 'application/json', ...more };
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, signal });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }

  function begin(work: Promise<void>): void {
    sending.add(work);
    void work.finally(() => sending.delete(work));
  }

  return {
    tell(world, now) {
      const before = last;
      last = { of: world, ...structuredClone({ apps: world.heroku.apps, runs: world.github.runs }) };
      if (before?.of !== world) return false;
      let isDifferent = false;
      for (const [name, app] of Object.entries(world.heroku.apps)) {
        const known = before.apps[name];
        if (!known) continue;
        for (const event of herokuEvents(known, { name, app, start: world.start })) {
          isDifferent = true;
          const body = JSON.stringify(herokuBody(event, now));
          const signature = createHmac('sha256', options.herokuSecret).update(body).digest('base64');
          begin(send('/webhooks/heroku', { 'heroku-webhook-hmac-sha256': signature }, body, ATTEMPTS));
        }
      }
      const place = { api: options.githubUrl, state: world.github, start: world.start };
      for (const event of githubEvents(before.runs, place)) {
        isDifferent = true;
        const body = JSON.stringify(event.body);
        const signature = createHmac('sha256', options.githubSecret).update(body).digest('hex');
        const headers = {
          'x-github-event': event.name,
          'x-github-delivery': randomUUID(),
          'x-hub-signature-256': `sha256=${signature}`,
        };
        // GitHub does not try again.
        begin(send('/webhooks/github', headers, body, 1));
      }
      return isDifferent;
    },
    async stop() {
      ending.abort();
      await Promise.all(sending);
    },
  };
}

/** Maps each webhook to its path. Without a secret there is no route. */
import type { Instant } from '../runbook/model/instant.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import type { Webhook } from './delivery.ts';
import { createGitHubWebhook } from './github.ts';
import { createHerokuWebhook } from './heroku.ts';
import type { TakeHint } from './hints.ts';

export interface WebhookDeps {
  readonly herokuSecret: string | undefined;
  readonly githubSecret: string | undefined;
  readonly facts: Facts;
  readonly takeHint: TakeHint;
  now(): Instant;
}

export function createWebhooks(deps: WebhookDeps): ReadonlyMap<string, Webhook> {
  const { herokuSecret, githubSecret, facts, takeHint, now } = deps;
  const routes = new Map<string, Webhook>();
  if (herokuSecret !== undefined)
    routes.set('/webhooks/heroku', createHerokuWebhook({ secret: herokuSecret, facts, takeHint, now }));
  if (githubSecret !== undefined)
    routes.set('/webhooks/github', createGitHubWebhook({ secret: githubSecret, facts, takeHint }));
  return routes;
}

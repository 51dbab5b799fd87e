/** `POST /webhooks/github`: a signed event of our repository makes the watch look immediately. */
import { Webhooks } from '@octokit/webhooks';
import { z } from 'zod';
import type { Facts } from '../runbook/model/runbook-config.ts';
import { headerOf, parseJson, type Webhook } from './delivery.ts';
import type { TakeHint } from './hints.ts';

export interface GitHubWebhookDeps {
  readonly secret: string;
  readonly facts: Pick<Facts, 'targets' | 'github'>;
  readonly takeHint: TakeHint;
}

/** The events to which the webhook should be subscribed. Only GitHub Apps get `deployment_review`. */
export const GITHUB_EVENTS = [
  'workflow_run',
  'workflow_job',
  'deployment_status',
  'deployment_review',
] as const;

const workflow = z.object({ path: z.string().nullish() }).nullish();
const payload = z.object({
  repository: z.object({ full_name: z.string() }),
  // `.github/workflows/deploy-heroku.yml`, possibly followed by `@main`.
  workflow_run: workflow,
  workflow,
  // Present in the events of a deployment's status, of a job that names an environment, and of a review.
  deployment: z.object({ environment: z.string().nullish() }).nullish(),
  environment: z.string().nullish(),
});

export function createGitHubWebhook({ secret, facts, takeHint }: GitHubWebhookDeps): Webhook {
  const webhooks = new Webhooks({ secret });
  return async (delivery) => {
    const text = delivery.rawBody.toString('utf8');
    const signature = headerOf(delivery, 'x-hub-signature-256');
    const isSigned = signature !== null && (await webhooks.verify(text, signature).catch(() => false));
    if (!isSigned) return { status: 401, words: 'the signature does not match' };
    const body = parseJson(text);
    if (body === undefined)
      return { status: 400, words: 'not JSON: the content type of the webhook should be application/json' };
    const name = headerOf(delivery, 'x-github-event');
    if (name === 'ping') return { status: 200, words: 'pong' };
    if (!GITHUB_EVENTS.some((one) => one === name))
      return { status: 200, words: `not listening to ${name ?? ''}` };
    const parsed = payload.safeParse(body);
    if (!parsed.success) return { status: 400, words: 'not an event of a repository' };
    // The id is not signed, so a captured delivery can be replayed under any number of ids.
    const ids = [headerOf(delivery, 'x-github-delivery'), signature].flatMap((id) =>
      id === null ? [] : `github ${id}`,
    );
    return takeHint({ ids, targets: targetsOf(facts, parsed.data), crashedAt: null, isOfRun: true }, 200);
  };
}

/**
 * Returns the targets affected by an event of the deploy workflow, or of a target's environment. An event that names
 * neither, such as a job of another workflow, affects none. A run does not say which environment it is for. GitHub
 * ignores the case of names.
 */
function targetsOf(
  { targets, github }: GitHubWebhookDeps['facts'],
  event: z.infer<typeof payload>,
): string[] {
  if (event.repository.full_name.toLowerCase() !== github.repository.toLowerCase()) return [];
  const path = event.workflow_run?.path ?? event.workflow?.path;
  const file = path?.replace(/^.*\//, '').replace(/@.*$/, '');
  if (file !== undefined && file !== github.deployWorkflow) return [];
  const environment = (event.deployment?.environment ?? event.environment)?.toLowerCase();
  if (file === undefined && environment === undefined) return [];
  return targets
    .filter((one) => environment === undefined || one.environment.toLowerCase() === environment)
    .map(({ name }) => name);
}

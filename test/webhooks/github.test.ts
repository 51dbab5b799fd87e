import { beforeEach, describe, expect, it } from 'vitest';
import type { Webhook } from '../../src/webhooks/delivery.ts';
import { createGitHubWebhook } from '../../src/webhooks/github.ts';
import type { Hint } from '../../src/webhooks/hints.ts';
import { testFacts } from '../support/facts.ts';
import { deliver, githubDelivery, keepHints, SECRET } from '../support/webhooks.ts';

let hints: Hint[];
let webhook: Webhook;
beforeEach(() => {
  const kept = keepHints();
  hints = kept.hints;
  webhook = createGitHubWebhook({ secret: SECRET, facts: testFacts, takeHint: kept.takeHint });
});
const SIGNED = expect.stringMatching(/^github sha256=/);
const repository = { full_name: testFacts.github.repository };
const run = (file: string) => ({
  action: 'completed',
  workflow_run: { id: 1, path: `.github/workflows/${file}` },
});

describe('an event of GitHub', () => {
  it.each<readonly [event: string, body: object, targets: readonly string[]]>([
    ['workflow_run', run('deploy-heroku.yml'), ['prod', 'staging']],
    ['workflow_run', run('deploy-heroku.yml@main'), ['prod', 'staging']],
    ['workflow_run', run('deploy.yml'), []],
    ['workflow_run', run('pr-preview.yml'), []],
    ['workflow_run', run('lint.yml'), []],
    ['workflow_job', { action: 'queued', workflow_job: { id: 1, name: 'lint' } }, []],
    ['workflow_job', { action: 'waiting', deployment: { environment: 'production' } }, ['prod']],
    [
      'deployment_status',
      {
        workflow: { path: '.github/workflows/deploy-antlers.yml' },
        deployment: { environment: 'production' },
      },
      [],
    ],
    ['deployment_status', { action: 'created', deployment: { environment: 'production' } }, ['prod']],
    ['deployment_status', { action: 'created', deployment: { environment: 'Staging' } }, ['staging']],
    ['deployment_status', { action: 'created', deployment: { environment: 'pr-12' } }, []],
    ['deployment_review', { action: 'approved', environment: 'production' }, ['prod']],
  ])('%s: %j makes the watch look at %j', async (event, body, targets) => {
    const sent = githubDelivery(event, { ...body, repository });
    expect((await deliver(webhook, sent)).status).toBe(200);
    expect(hints).toEqual([{ ids: ['github delivery-1', SIGNED], targets, crashedAt: null, isOfRun: true }]);
  });

  it('without an id is recognized by its signature alone', async () => {
    await deliver(
      webhook,
      githubDelivery('workflow_run', { ...run('deploy-heroku.yml'), repository }, SECRET, ''),
    );
    expect(hints).toMatchObject([{ ids: [SIGNED] }]);
  });

  it('counts whatever the case of the repository, and for no target when it is another one', async () => {
    const named = (full_name: string) =>
      githubDelivery('workflow_run', { ...run('deploy-heroku.yml'), repository: { full_name } });
    await deliver(webhook, named(testFacts.github.repository.toUpperCase()));
    await deliver(webhook, named('raxx-app/Other'));
    expect(hints.map(({ targets }) => targets)).toEqual([['prod', 'staging'], []]);
  });

  it.each(['ping', 'push', 'issues', ''])('named "%s" gets a reply and does nothing', async (event) => {
    expect((await deliver(webhook, githubDelivery(event, { zen: 'Design for failure.' }))).status).toBe(200);
    expect(hints).toEqual([]);
  });
});

describe('a delivery that is not an event of GitHub', () => {
  const body = { action: 'queued', repository };
  const signed = githubDelivery('workflow_job', body);
  it.each([
    ['signed with another secret', githubDelivery('workflow_job', body, 'other'), 401],
    ['a ping from someone else', githubDelivery('ping', {}, 'other'), 401],
    ['unsigned', { headers: { 'x-github-event': 'workflow_job' }, body: '{}' }, 401],
    ['changed after it was signed', { ...signed, body: `${signed.body} ` }, 401],
    ['empty', githubDelivery('workflow_job', ''), 401],
    ['not JSON', githubDelivery('workflow_job', '{'), 400],
    ['a form', githubDelivery('workflow_job', 'payload=%7B%7D'), 400],
    ['a signed null', githubDelivery('workflow_job', 'null'), 400],
    ['without a repository', githubDelivery('workflow_job', {}), 400],
  ])('is refused and does nothing: %s', async (_name, sent, status) => {
    expect((await deliver(webhook, sent)).status).toBe(status);
    expect(hints).toEqual([]);
  });
});

/** What our actions send to GitHub, and what the local GitHub answers, checked against GitHub's OpenAPI description. */
import sodium from 'libsodium-wrappers';
import { z } from 'zod';
import { readConfig } from '../src/config.ts';
import { createGate } from '../src/runbook/actions/kinds/create-gate.ts';
import { deploy } from '../src/runbook/actions/kinds/deploy/deploy.ts';
import { unfreeze } from '../src/runbook/actions/kinds/unfreeze.ts';
import type { RunbookContext } from '../src/runbook/model/terms.ts';
import type { WriteRequest } from '../src/runbook/model/write-request.ts';
import { ask } from './local-github.ts';
import { TOKENS, withWorld } from './local-world.ts';
import type { Described } from './openapi.ts';
import { hold, type Result } from './result.ts';

const ROUTES = {
  dispatch: '/actions/workflows/{workflow_id}/dispatches',
  cancel: '/actions/runs/{run_id}/cancel',
  environment: '/environments/{environment_name}',
  policies: '/environments/{environment_name}/deployment-branch-policies',
  secret: '/actions/secrets/{secret_name}',
} as const;

const app = 'raxx-api-prod';

export async function checkGitHubChanges(described: Described): Promise<Result[]> {
  return [
    ...(await checkDispatches(described)),
    ...(await checkGates(described)),
    ...(await checkSecrets(described)),
  ];
}

async function checkDispatches(described: Described): Promise<Result[]> {
  const params = { app, environment: 'production', processType: 'web', ref: 'main', sha: '', fromVersion: 1 };
  const [dispatching] = deploy.requests(params, context(), 'id');
  const cancelling: WriteRequest = { api: 'github', method: 'POST', path: '/actions/runs/9261/cancel' };
  return withWorld('healthy', async ({ github: { url } }) => {
    const exchange = exchanger(url, described);
    return [
      await exchange('a dispatch that asks for its run', 'dispatch', dispatching, 200),
      await exchange('a dispatch that does not', 'dispatch', dispatching, 204, {
        body: { ref: 'main', inputs: { environment: 'staging' } },
      }),
      // GitHub does not describe the refusal of a dispatch; it is the usual one.
      await exchange('a dispatch of no branch', 'dispatch', dispatching, 422, {
        body: { ref: 'nope', inputs: { environment: 'production' } },
        answerIsDescribed: false,
      }),
      await exchange('a cancellation', 'cancel', cancelling, 202),
      await exchange('a second cancellation', 'cancel', cancelling, 409),
    ];
  });
}

async function checkGates(described: Described): Promise<Result[]> {
  const creating = (reviewerIds: readonly number[]) =>
    createGate.requests(
      { app, environment: 'production', branch: 'main', reviewerIds, addBranch: true, was: 'missing' },
      context(),
      'id',
    );
  const created = await withWorld('gate-missing', async ({ github: { url } }) => {
    const exchange = exchanger(url, described);
    const person = await ask(url, 'GET', '/users/Kristerpher', { under: '' });
    const [put, policy] = creating([z.object({ id: z.number() }).parse(person.body).id]);
    return [
      await exchange('an environment with its reviewers', 'environment', put, 200),
      await exchange('its branch policy', 'policies', policy, 200),
    ];
  });
  const refused = await withWorld('gate-plan-without-reviewers', async ({ github: { url } }) => [
    await exchanger(url, described)('reviewers that the plan has not', 'environment', creating([1])[0], 422),
  ]);
  return [...created, ...refused];
}

async function checkSecrets(described: Described): Promise<Result[]> {
  const params = { app, secret: 'DEPLOY_FREEZE_OVERRIDE', changedAt: null };
  const [setting] = unfreeze.requests(params, context(), 'id');
  return withWorld('freeze-stuck', async ({ github: { url } }) => {
    const exchange = exchanger(url, described);
    const key = z
      .object({ key: z.string(), key_id: z.string() })
      .parse((await ask(url, 'GET', '/actions/secrets/public-key')).body);
    await sodium.ready;
    const { ORIGINAL } = sodium.base64_variants;
    const box = sodium.crypto_box_seal(setting?.sealed ?? '', sodium.from_base64(key.key, ORIGINAL));
    const body = { encrypted_value: sodium.to_base64(box, ORIGINAL), key_id: key.key_id };
    const fresh = setting && { ...setting, path: '/actions/secrets/A_NEW_ONE' };
    return [
      await exchange('a secret that is changed', 'secret', setting, 204, { body }),
      await exchange('a secret that is new', 'secret', fresh, 201, { body }),
    ];
  });
}

/** Sends the action's request (or `body`), and checks both the request and the answer. */
function exchanger(api: string, described: Described) {
  return (
    name: string,
    route: keyof typeof ROUTES,
    request: WriteRequest | undefined,
    expected: number,
    more: { readonly body?: object; readonly answerIsDescribed?: false } = {},
  ): Promise<Result> =>
    hold(`GitHub OpenAPI: ${name} (${expected})`, async () => {
      if (!request) throw new Error('there is no such request');
      const { method, path, body: own } = request;
      const body = more.body ?? own;
      const described_ = `/repos/{owner}/{repo}${ROUTES[route]}`;
      if (body !== undefined) described.request(method, described_, body);
      const answer = await ask(api, method, path, body === undefined ? {} : { body });
      if (answer.status !== expected)
        throw new Error(`answers ${answer.status} ${JSON.stringify(answer.body)}`);
      if (more.answerIsDescribed !== false) described.answer(method, described_, expected, answer.body);
      else z.object({ message: z.string(), documentation_url: z.string() }).parse(answer.body);
    });
}

/** The team's facts. */
function context(): RunbookContext {
  const config = readConfig({ HEROKU_API_KEY: TOKENS.heroku, GITHUB_TOKEN: TOKENS.github });
  if (!config.ok) throw new Error(JSON.stringify(config.faults));
  const { facts } = config.value;
  const [target] = facts.targets;
  if (!target) throw new Error('the runbook file names no target');
  return { now: Date.now(), facts, target };
}

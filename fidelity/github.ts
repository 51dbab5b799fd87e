/** The local GitHub's answers to reads, checked against GitHub's own OpenAPI description. */
import { z } from 'zod';
import { ask } from './local-github.ts';
import { withWorld } from './local-world.ts';
import type { Described } from './openapi.ts';
import { hold, type Result } from './result.ts';

const DESCRIBED = '/repos/{owner}/{repo}';

export async function checkGitHub(described: Described): Promise<Result[]> {
  const healthy = await withWorld('healthy', async ({ github }) => [
    ...(await checkReads(github.url, described)),
    ...(await checkPeople(github.url, described)),
  ]);
  const atTheGate = await withWorld('at-the-gate', async ({ github }) => [
    await hold('GitHub OpenAPI: a gate that is waited at', async () => {
      const { body } = await ask(github.url, 'GET', '/actions/runs/9300/pending_deployments');
      if (!Array.isArray(body) || body.length !== 1) throw new Error('nothing waits');
      described.answer('GET', `${DESCRIBED}/actions/runs/{run_id}/pending_deployments`, 200, body);
    }),
  ]);
  return [...healthy, ...atTheGate];
}

type Read = (path: string) => ReturnType<typeof ask>;

async function checkReads(url: string, described: Described): Promise<Result[]> {
  const read: Read = (path) => ask(url, 'GET', path);
  const results: Result[] = [];
  for (const [path, route] of await paths(read)) {
    const name = path.replace(/[0-9a-f]{40}/g, '{sha}') || 'the repository';
    results.push(
      await hold(`GitHub OpenAPI: ${name}`, async () => {
        const { status, body } = await read(path);
        if (status !== 200) throw new Error(`answers ${status}`);
        const answer = route.endsWith('/statuses') ? withoutWaiting(body) : body;
        described.answer('GET', DESCRIBED + route, status, answer);
      }),
    );
  }
  return results;
}

/** Each path that the bot reads, with the route that describes it. */
async function paths(read: Read): Promise<readonly (readonly [path: string, route: string])[]> {
  const runs = z
    .object({
      workflow_runs: z.array(z.object({ id: z.number(), event: z.string(), head_sha: z.string() })),
    })
    .parse((await read('/actions/workflows/deploy-heroku.yml/runs')).body).workflow_runs;
  const dispatched = runs.find(({ event }) => event === 'workflow_dispatch');
  const run = dispatched?.id ?? 0;
  const [base, head] = [dispatched?.head_sha ?? '', runs[0]?.head_sha ?? ''];
  const deployment = z
    .array(z.object({ id: z.number() }))
    .min(1)
    .parse((await read('/deployments?environment=production')).body)[0]?.id;
  return [
    ['', ''],
    ['/actions/workflows', '/actions/workflows'],
    ['/actions/workflows/deploy-heroku.yml', '/actions/workflows/{workflow_id}'],
    ['/actions/workflows/deploy-heroku.yml/runs', '/actions/workflows/{workflow_id}/runs'],
    [`/actions/runs?head_sha=${head}`, '/actions/runs'],
    [`/actions/runs/${run}`, '/actions/runs/{run_id}'],
    [`/actions/runs/${run}/jobs`, '/actions/runs/{run_id}/jobs'],
    [`/actions/runs/${run}/approvals`, '/actions/runs/{run_id}/approvals'],
    ['/git/ref/heads/main', '/git/ref/{ref}'],
    ['/git/ref/tags/v1.4.0', '/git/ref/{ref}'],
    [`/commits/${head}`, '/commits/{ref}'],
    [`/compare/${base}...${head}`, '/compare/{basehead}'],
    [`/compare/${head}...${base}`, '/compare/{basehead}'],
    [`/compare/${base}...${head}?per_page=1&page=2`, '/compare/{basehead}'],
    ['/environments', '/environments'],
    ['/environments/production', '/environments/{environment_name}'],
    [
      '/environments/production/deployment-branch-policies',
      '/environments/{environment_name}/deployment-branch-policies',
    ],
    ['/deployments?environment=production', '/deployments'],
    [`/deployments/${deployment}/statuses`, '/deployments/{deployment_id}/statuses'],
    ['/actions/secrets', '/actions/secrets'],
    ['/actions/secrets/public-key', '/actions/secrets/public-key'],
  ];
}

async function checkPeople(url: string, described: Described): Promise<Result[]> {
  const person = async (path: string, route: string, expected: number) =>
    hold(`GitHub OpenAPI: ${path} (${expected})`, async () => {
      const { status, body } = await ask(url, 'GET', path, { under: '' });
      if (status !== expected) throw new Error(`answers ${status}`);
      described.answer('GET', route, status, body);
    });
  const may = async (login: string, expected: number) =>
    hold(`GitHub OpenAPI: /collaborators/${login} (${expected})`, async () => {
      const { status, body } = await ask(url, 'GET', `/collaborators/${login}`);
      if (status !== expected) throw new Error(`answers ${status}`);
      // GitHub describes the 404 without its body, which is the usual one.
      described.answer('GET', `${DESCRIBED}/collaborators/{username}`, status, status === 204 ? body : '');
    });
  return [
    await person('/user', '/user', 200),
    await person('/users/Kristerpher', '/users/{username}', 200),
    await person('/users/nobody', '/users/{username}', 404),
    await may('kris', 204),
    await may('nobody', 404),
    await hold('GitHub: the error body of a 404', async () => {
      const { status, body } = await ask(url, 'GET', '/actions/workflows/missing.yml/runs');
      if (status !== 404) throw new Error(`answers ${status}`);
      z.object({ message: z.string(), documentation_url: z.string(), status: z.literal('404') }).parse(body);
    }),
  ];
}

/** A deployment at the gate is `waiting`, a state that GitHub's description leaves out. */
function withoutWaiting(statuses: unknown): unknown {
  return z
    .array(z.looseObject({ state: z.string() }))
    .parse(statuses)
    .filter(({ state }) => state !== 'waiting');
}

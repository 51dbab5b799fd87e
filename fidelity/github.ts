/** The local GitHub, held against GitHub's own OpenAPI description. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { z } from 'zod';
import { TOKENS, withWorld } from './local-world.ts';
import { hold, type Result } from './result.ts';

const REPOSITORY = '/repos/raxx-app/TradeMasterAPI';
const DESCRIBED = '/repos/{owner}/{repo}';

const description = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()).optional() })),
  ),
  components: z.record(z.string(), z.unknown()),
});

/** `tools` is the folder where `@octokit/openapi` is installed. */
export async function checkGitHub(tools: string): Promise<Result[]> {
  const file = join(tools, 'node_modules/@octokit/openapi/generated/api.github.com.json');
  const { paths, components } = description.parse(JSON.parse(readFileSync(file, 'utf8')));
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ components: nullable(components) }, 'github');

  const check = (described: string, status: number, value: unknown) => {
    const pointer = [...pointerTo(described), 'responses', String(status)];
    const response = pointer.reduce<unknown>((inner, key) => Object(inner)[key], { paths });
    const content = Object(resolve(response, { components })).content?.['application/json']?.schema;
    if (!content) throw new Error(`GitHub describes no ${status} of ${described}`);
    const validate = ajv.compile(nullable(relative(content)));
    if (!validate(value)) throw new Error(ajv.errorsText(validate.errors).slice(0, 600));
  };

  const healthy = await withWorld('healthy', async ({ github }) => {
    const get = getter(github.url);
    const runs = z
      .object({ workflow_runs: z.array(z.object({ id: z.number(), event: z.string() })) })
      .parse((await get('/actions/workflows/deploy-heroku.yml/runs')).body);
    const run = runs.workflow_runs.find(({ event }) => event === 'workflow_dispatch')?.id ?? 0;
    const deployment = z
      .array(z.object({ id: z.number() }))
      .min(1)
      .parse((await get('/deployments?environment=production')).body)[0]?.id;
    const asked: readonly (readonly [path: string, described: string])[] = [
      ['', ''],
      ['/actions/workflows', '/actions/workflows'],
      ['/actions/workflows/deploy-heroku.yml', '/actions/workflows/{workflow_id}'],
      ['/actions/workflows/deploy-heroku.yml/runs', '/actions/workflows/{workflow_id}/runs'],
      [`/actions/runs/${run}`, '/actions/runs/{run_id}'],
      [`/actions/runs/${run}/jobs`, '/actions/runs/{run_id}/jobs'],
      [`/actions/runs/${run}/approvals`, '/actions/runs/{run_id}/approvals'],
      ['/environments', '/environments'],
      ['/environments/production', '/environments/{environment_name}'],
      [
        '/environments/production/deployment-branch-policies',
        '/environments/{environment_name}/deployment-branch-policies',
      ],
      ['/deployments?environment=production', '/deployments'],
      [`/deployments/${deployment}/statuses`, '/deployments/{deployment_id}/statuses'],
      ['/actions/secrets', '/actions/secrets'],
    ];
    const results: Result[] = [];
    for (const [path, described] of asked) {
      results.push(
        await hold(`GitHub OpenAPI: ${described || 'the repository'}`, async () => {
          const { status, body } = await get(path);
          if (status !== 200) throw new Error(`answers ${status}`);
          check(described, status, body);
        }),
      );
    }
    results.push(
      await hold('GitHub: the error body of a 404', async () => {
        const { status, body } = await get('/actions/workflows/missing.yml/runs');
        if (status !== 404) throw new Error(`answers ${status}`);
        z.object({ message: z.string(), documentation_url: z.string(), status: z.literal('404') }).parse(
          body,
        );
      }),
    );
    return results;
  });
  const atTheGate = await withWorld('at-the-gate', async ({ github }) => [
    await hold('GitHub OpenAPI: a gate that is waited at', async () => {
      const { body } = await getter(github.url)('/actions/runs/9300/pending_deployments');
      if (!Array.isArray(body) || body.length !== 1) throw new Error('nothing waits');
      check('/actions/runs/{run_id}/pending_deployments', 200, body);
    }),
  ]);
  return [...healthy, ...atTheGate];
}

function pointerTo(described: string): string[] {
  return ['paths', DESCRIBED + described, 'get'];
}

function getter(api: string) {
  return async (path: string): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(api + REPOSITORY + path, {
      headers: { authorization: `Bearer ${TOKENS.github}` },
    });
    return { status: answer.status, body: await answer.json() };
  };
}

function resolve(value: unknown, root: unknown): unknown {
  const { $ref } = Object(value);
  if (typeof $ref !== 'string') return value;
  return $ref
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, key) => Object(inner)[key], root);
}

/** References of the description, as seen from the schema that was added under the name `github`. */
function relative(value: unknown): unknown {
  return mapObjects(value, (given) =>
    typeof given.$ref === 'string' ? { ...given, $ref: `github${given.$ref}` } : given,
  );
}

/** OpenAPI 3.0's `nullable: true` in the words of JSON Schema. */
function nullable(value: unknown): object {
  const mapped = mapObjects(value, ({ nullable: isNullable, ...given }) => {
    if (isNullable !== true) return given;
    return { anyOf: [given, { type: 'null' }] };
  });
  return Object(mapped);
}

function mapObjects(value: unknown, map: (given: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => mapObjects(one, map));
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapObjects(one, map)]));
  return map(inner);
}

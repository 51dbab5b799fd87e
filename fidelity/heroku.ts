/** The local Heroku, used by the real `heroku` CLI and checked against Heroku's own schema of its API. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { LocalOutside } from '../sandbox/outside.ts';
import { TOKENS, withWorld } from './local-world.ts';
import { hold, type Result } from './result.ts';

const APP = 'raxx-api-prod';

/** `tools` is the folder where the CLI is installed; without `schemaFile` the schema is not checked, and the result says so. */
export async function checkHeroku(tools: string, schemaFile: string | undefined): Promise<Result[]> {
  return [
    ...(await withWorld('boot-timeout', (outside) => checkCli(tools, outside))),
    ...(await checkSchema(schemaFile)),
  ];
}

const run = promisify(execFile);

/** Its own HOME: the CLI writes to git's global configuration. */
async function checkCli(tools: string, { heroku, status }: LocalOutside): Promise<Result[]> {
  const home = mkdtempSync(join(tmpdir(), 'raxx-heroku-home-'));
  const heroku_ = async (...args: string[]) => {
    const { stdout } = await run(
      process.execPath,
      [join(tools, 'node_modules/heroku/bin/run.js'), ...args, '-a', APP],
      {
        env: {
          PATH: process.env.PATH ?? '',
          HOME: home,
          GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
          XDG_CONFIG_HOME: join(home, 'config'),
          XDG_DATA_HOME: join(home, 'data'),
          XDG_CACHE_HOME: join(home, 'cache'),
          DISABLE_TELEMETRY: 'true',
          HEROKU_SKIP_ANALYTICS: '1',
          HEROKU_SKIP_NEW_VERSION_CHECK: 'true',
          HEROKU_DISABLE_AUTOUPDATE: '1',
          NO_COLOR: '1',
          HEROKU_HOST: heroku.url,
          HEROKU_STATUS_HOST: status.url,
          HEROKU_PARTICLEBOARD_URL: heroku.url,
          HEROKU_API_KEY: TOKENS.heroku,
        },
        timeout: 60_000,
      },
    );
    return stdout;
  };
  const prints = (name: string, args: string[], ...patterns: RegExp[]) =>
    hold(`heroku CLI: ${name}`, async () => {
      const out = await heroku_(...args);
      for (const pattern of patterns) {
        if (!pattern.test(out)) throw new Error(`does not print ${pattern}, but:\n${out.slice(0, 600)}`);
      }
    });
  try {
    return [
      await prints(
        'ps',
        ['ps'],
        /=== web \(Basic\): gunicorn .* \(1\)/,
        /^web\.1: crashed \d{4}\/\d\d\/\d\d/m,
      ),
      await prints('releases', ['releases'], /Current: v99/, /v99 .*Deploy [0-9a-f]{8}.*ops@raxx\.app/),
      await prints('logs', ['logs', '-n', '50'], /heroku\[web\.1\]: Error R10 \(Boot timeout\)/),
      await prints('ps:scale shows', ['ps:scale'], /web=1:Basic/),
      await prints('ps:scale scales', ['ps:scale', 'web=0']),
      await prints('ps after a stop', ['ps'], /No dynos on raxx-api-prod/),
      await prints('ps:scale brings it back', ['ps:scale', 'web=1:Standard-1X']),
      await prints('ps:restart of the process type', ['ps:restart', '--process-type', 'web']),
      await prints('ps:resize', ['ps:resize', 'web=Standard-2X'], /web +Standard-2X +1/),
      await prints('config:set', ['config:set', 'GUNICORN_TIMEOUT=120'], /GUNICORN_TIMEOUT: 120/),
      await prints('rollback', ['rollback', 'v98']),
      await prints(
        'releases afterwards',
        ['releases'],
        /v101 .*Rollback to v98/,
        /v100 .*Set GUNICORN_TIMEOUT/,
      ),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The answers that the bot reads, each with its definition in the schema. */
const ANSWERS: readonly (readonly [path: string, definition: string, list: boolean])[] = [
  [`/apps/${APP}`, 'app', false],
  [`/apps/${APP}/dynos`, 'dyno', true],
  [`/apps/${APP}/formation`, 'formation', true],
  [`/apps/${APP}/releases`, 'release', true],
  ['/account', 'account', false],
];

async function checkSchema(schemaFile: string | undefined): Promise<Result[]> {
  if (!schemaFile) {
    process.stdout.write('- Heroku schema: not tried (HEROKU_PLATFORM_SCHEMA names no file)\n');
    return [];
  }
  const schema = withoutOldIds(JSON.parse(readFileSync(schemaFile, 'utf8')));
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(schema, 'heroku');
  return withWorld('healthy', async ({ heroku }) => {
    const request = (path: string, method = 'GET', body?: unknown) =>
      fetch(heroku.url + path, {
        method,
        headers: {
          accept: 'application/vnd.heroku+json; version=3',
          authorization: `Bearer ${TOKENS.heroku}`,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const get = async (path: string, method = 'GET', body?: unknown): Promise<unknown> =>
      (await request(path, method, body)).json();
    const check = (definition: string, value: unknown) => {
      const validate = ajv.compile({ $ref: `heroku#/definitions/${definition}` });
      if (!validate(value)) throw new Error(ajv.errorsText(validate.errors));
    };
    const results: Result[] = [];
    for (const [path, definition, list] of ANSWERS) {
      results.push(
        await hold(`Heroku schema: ${path} is ${definition}`, async () => {
          const value = await get(path);
          const items = list ? value : [value];
          if (!Array.isArray(items) || items.length === 0) throw new Error('the answer is empty');
          for (const item of items) check(definition, item);
        }),
      );
    }
    results.push(
      await hold('Heroku schema: a slug', async () => {
        const releases = await get(`/apps/${APP}/releases`);
        const slug = Array.isArray(releases) ? releases.find((one) => one.slug)?.slug.id : undefined;
        check('slug', await get(`/apps/${APP}/slugs/${slug}`));
      }),
      await hold('Heroku schema: a log session', async () =>
        check('log-session', await get(`/apps/${APP}/log-sessions`, 'POST', { lines: 10, tail: false })),
      ),
      await hold('Heroku schema: a rollback answers the new release', async () => {
        const releases = await get(`/apps/${APP}/releases`);
        const older = Array.isArray(releases) ? releases.find(({ version }) => version === 98) : undefined;
        check('release', await get(`/apps/${APP}/releases`, 'POST', { release: older?.id }));
      }),
      await hold('Heroku schema: changed config vars are all config vars', async () =>
        check(
          'config-var/definitions/config_vars',
          await get(`/apps/${APP}/config-vars`, 'PATCH', { GUNICORN_TIMEOUT: '120' }),
        ),
      ),
      await hold('Heroku schema: a changed formation', async () => {
        const updates = [{ type: 'web', quantity: 2, size: 'Standard-2X' }];
        const changed = await get(`/apps/${APP}/formation`, 'PATCH', { updates });
        if (!Array.isArray(changed) || changed.length !== 1) throw new Error('the answer is no list of one');
        check('formation', changed[0]);
      }),
      await hold('Heroku: the restart of a process type is taken (202)', async () => {
        const answer = await request(`/apps/${APP}/formations/web`, 'DELETE');
        const body = await answer.text();
        if (answer.status !== 202 || body !== '{}') throw new Error(`answers ${answer.status} ${body}`);
      }),
    );
    return results;
  });
}

/** Renames hyper-schema's `id` to today's `$id`, except where it is the name of a property. */
function withoutOldIds(value: unknown): object {
  const strip = (given: unknown): unknown => {
    if (Array.isArray(given)) return given.map(strip);
    if (typeof given !== 'object' || given === null) return given;
    const entries = Object.entries(given).filter(
      ([key, inner]) => !(key === 'id' && typeof inner === 'string'),
    );
    return Object.fromEntries(entries.map(([key, inner]) => [key, strip(inner)]));
  };
  return Object(strip(value));
}

/** The terminal, end to end: the real program as a process, against a local world. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_TOKENS } from '../../sandbox/outside.ts';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { startRawServer } from '../support/raw-server.ts';
import { runToEnd, start } from '../support/run.ts';

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let folder: string;

function play(id: string): void {
  const scenario = loadScenario(id);
  world = buildWorld(scenario, Date.now());
}

beforeAll(async () => {
  play('healthy');
  local = await startLocalWorld(() => world);
  folder = mkdtempSync(join(tmpdir(), 'raxx-cli-test-'));
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

async function raxx(...args: readonly string[]) {
  // CI=1: some libraries print colours there, even into a pipe.
  const ended = await runToEnd(['src/cli.ts', ...args], { ...local.env, CI: '1' });
  for (const token of Object.values(LOCAL_TOKENS)) expect(ended.out + ended.err).not.toContain(token);
  expect(ended.out).not.toContain('\u001b');
  return ended;
}

describe('raxx diagnose', () => {
  it.each([
    ['healthy', 0, 'raxx-api-prod is HEALTHY'],
    ['boot-timeout', 1, 'Failure mode B (R10), likely: Dyno crash loop with boot timeouts'],
    [
      'github-forbidden',
      2,
      'GitHub environments: HTTP 403 Resource not accessible by personal access token; it needs actions=read',
    ],
  ])('of the scenario %s exits with %i', async (scenario, code, words) => {
    play(scenario);
    const ended = await raxx('diagnose', 'prod');
    expect(ended.code).toBe(code);
    expect(ended.out).toContain(words);
  });

  it('prints one JSON object', async () => {
    play('boot-timeout');
    const ended = await raxx('diagnose', 'production', '--json');
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.out)).toMatchObject({
      schema: 1,
      target: 'prod',
      verdict: 'down',
      failure_modes: [{ id: 'B', code: 'R10', confidence: 'likely' }],
      actions: ['boot_timeout', 'rollback', 'restart', 'stop'],
    });
  });

  it('ends soon after its deadline even if GitHub never answers the sign-in of an App', async () => {
    play('healthy');
    const silent = await startRawServer(() => {});
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const runbook = join(folder, 'hasty.yml');
    const hasty = readFileSync(local.env.RUNBOOK, 'utf8').replace(/diagnose_ms: \d+/, 'diagnose_ms: 1500');
    writeFileSync(runbook, hasty);
    const env: Record<string, string> = { ...local.env };
    delete env.GITHUB_TOKEN;
    const began = performance.now();
    const ended = await runToEnd(['src/cli.ts', 'diagnose', 'prod'], {
      ...env,
      RUNBOOK: runbook,
      GITHUB_API_URL: silent.url,
      GITHUB_APP_ID: '1',
      GITHUB_APP_INSTALLATION_ID: '42',
      GITHUB_APP_PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    });
    // The deadline, one second, and the time to start a process.
    expect(performance.now() - began).toBeLessThan(1_500 + 1_000 + 2_000);
    await silent.close();
    expect(ended.code).toBe(2);
    expect(ended.out).toContain('GitHub environments: no response within 1.5 s');
  });

  it('exits cleanly when its reader closes the pipe', async () => {
    play('healthy');
    const child = start(['src/cli.ts', 'diagnose', 'prod'], local.env);
    child.stdout?.destroy();
    let err = '';
    child.stderr?.on('data', (text) => {
      err += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

describe('raxx status and logs', () => {
  it('show every target', async () => {
    play('memory');
    const ended = await raxx('status');
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(
      /raxx-api-prod is DEGRADED[\s\S]*dynos +web\.1: up[\s\S]*raxx-api-staging is HEALTHY/,
    );
  });

  it('print status as the contract has it', async () => {
    play('healthy');
    const ended = await raxx('status', 'prod', '--json');
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.out)).toEqual({
      schema: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      targets: [
        {
          target: 'prod',
          app: 'raxx-api-prod',
          verdict: 'healthy',
          dynos: [{ name: 'web.1', state: 'up' }],
          release: {
            version: 99,
            description: expect.stringMatching(/^Deploy [0-9a-f]{8}$/),
            at: expect.any(String),
          },
          health: { status: 200, ms: expect.any(Number) },
        },
      ],
    });
  });

  it('print the log, redacted', async () => {
    play('secrets-in-the-log');
    const ended = await raxx('logs', 'prod');
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/^\d\d:\d\d:\d\dZ GET \/reset 503 H10$/m);
    expect(ended.out).toContain('lines, times in UTC');
    expect(ended.out).toContain('login failed for [redacted:e-mail] with password=[redacted:value]');
    expect(ended.out).not.toMatch(/s3cr3t|hunter2|4711|jane\.doe|203\.0\.113/);
    const json = JSON.parse((await raxx('logs', 'prod', '--json')).out);
    expect(json).toMatchObject({ schema: 1, app: 'raxx-api-prod', status: 'fail', lines: expect.any(Array) });
  });

  it('print an empty source and process for a log line that has none', async () => {
    play('healthy');
    world.heroku.apps['raxx-api-prod']?.log.push('-1 app[web.1]: one line\ndata: and another');
    const { lines } = JSON.parse((await raxx('logs', 'prod', '--json')).out);
    expect(lines.slice(-2)).toEqual([
      { at: expect.any(String), source: 'app', process: 'web.1', text: 'one line' },
      { at: null, source: '', process: '', text: 'and another' },
    ]);
  });
});

describe('raxx', () => {
  it.each([
    [['diagnose'], 64, "missing required argument 'target'"],
    [
      ['diagnose', 'prdo'],
      64,
      'There is no target "prdo". Did you mean prod? Targets: prod, staging. Nothing was done.',
    ],
    [['dignose', 'prod'], 64, 'Did you mean: raxx diagnose prod'],
    [['diag', 'prod'], 64, 'Did you mean: raxx diagnose prod'],
    [['prod', 'restart'], 64, 'Did you mean: raxx restart prod'],
    [['diagnose', 'prod', '--jsn'], 64, '--json'],
    [['diagnose', 'prod', 'now'], 64, 'too many arguments'],
    [[], 64, 'Usage: raxx'],
  ] as const)('%j ends with %i', async (args, code, words) => {
    const ended = await raxx(...args);
    expect(ended.code).toBe(code);
    expect(ended.err + ended.out).toContain(words);
  });

  it('prints its help', async () => {
    const ended = await raxx('--help');
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('diagnose [options] <target>');
    expect(ended.out).toContain('Exit status: 0 healthy or done');
  });

  it('names what is not configured, but never a value', async () => {
    const ended = await runToEnd(['src/cli.ts', 'status'], {
      GITHUB_TOKEN: 'with a space',
      RUNBOOK: local.env.RUNBOOK,
    });
    expect(ended.code).toBe(78);
    expect(ended.err).toMatch(/^HEROKU_API_KEY should be/m);
    expect(ended.err).toMatch(/^GITHUB_TOKEN should be/m);
    expect(ended.err).not.toContain('with a space');
  });
});

describe('raxx runbook check', () => {
  it('needs no credentials', async () => {
    const ended = await runToEnd(['src/cli.ts', 'runbook', 'check'], {});
    expect(ended.code).toBe(0);
    expect(ended.out).toContain(
      'runbook.yml is valid. Targets: prod (raxx-api-prod), staging (raxx-api-staging).',
    );
    expect(ended.out).toContain('Warning: approvals.stop: no other approver: ops@raxx.app can self-approve');
  });

  it('lists each fault with its path', async () => {
    const path = join(folder, 'bad.yml');
    writeFileSync(path, 'version: 1\ntargts: {}\n');
    const ended = await runToEnd(['src/cli.ts', 'runbook', 'check', path], {});
    expect(ended.code).toBe(78);
    expect(ended.out).toContain(`${path}: targts`);
    expect(ended.out).toContain('targets');
    const json = await runToEnd(['src/cli.ts', 'runbook', 'check', path, '--json'], {});
    expect(JSON.parse(json.out)).toMatchObject({ schema: 1, ok: false });
  });
});

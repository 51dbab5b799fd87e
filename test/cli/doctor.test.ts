/** `raxx doctor` and `raxx manifest`: the real program against a local world. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import { type SlackServer, startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import type { World } from '../../sandbox/world.ts';
import { lockDirectory, openEmbedded } from '../../src/store/database/db.ts';
import { noteRefusal } from '../../src/store/slack-refusals.ts';
import { embeddedFolder } from '../support/embedded-folder.ts';
import { startLocalWorld } from '../support/local-readings.ts';
import { runToEnd } from '../support/run.ts';

const TOKEN = 'xoxb-1-test-token';
const SCOPES = [
  'chat:write',
  'app_mentions:read',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'channels:read',
  'groups:read',
];

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;
let slack: Slack;
let slackServer: SlackServer;
let scopes: readonly string[];
let folder: string;

function play(id: string): void {
  const scenario = loadScenario(id);
  world = buildWorld(scenario, Date.now());
}

beforeAll(async () => {
  play('healthy');
  local = await startLocalWorld(() => world);
  slack = createSlack();
  slackServer = await startSlack(slack, { token: TOKEN, scopes: () => scopes });
  folder = mkdtempSync(join(tmpdir(), 'raxx-doctor-test-'));
});
afterAll(async () => {
  await local.close();
  await slackServer.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  play('healthy');
  scopes = SCOPES;
});

const withSlack = () => ({
  SLACK_BOT_TOKEN: TOKEN,
  SLACK_SIGNING_SECRET: 'signing-secret',
  SLACK_API_URL: slackServer.apiUrl,
});

async function doctor(more: Record<string, string> = {}, ...args: string[]) {
  const env = { ...local.env, RAXX_DATA_DIR: folder, ...more };
  return runToEnd(['src/cli.ts', 'doctor', ...args], env);
}

describe('raxx doctor', () => {
  it('finds everything in place, and warns of rules under which nobody else can approve', async () => {
    const ended = await doctor(withSlack());
    expect(ended.out).toMatch(/^✓ ok +Heroku raxx-api-prod · the token can read it$/m);
    expect(ended.out).toMatch(/^✓ ok +Heroku raxx-api-staging · /m);
    expect(ended.out).toMatch(/^✓ ok +GitHub raxx-app\/TradeMasterAPI · /m);
    expect(ended.out).toMatch(/^✓ ok +GitHub deploy-heroku\.yml · active/m);
    expect(ended.out).toMatch(/^✓ ok +Database · embedded, in .*: created at first use$/m);
    expect(ended.out).toMatch(/^✓ ok +Slack · the token belongs to raxx/m);
    expect(ended.out).toMatch(/^✓ ok +Slack mentions · the scope app_mentions:read is granted: .* works$/m);
    expect(ended.out).toMatch(/^✓ ok +Slack channel MooseQuest · found, and the bot is in it$/m);
    expect(ended.out).toMatch(/^✓ ok +Slack escalation contact ops@raxx\.app · found: U/m);
    expect(ended.out).toMatch(/^! warn +Approvals · approvals\.deploy: no other approver/m);
    expect(ended.out).toMatch(/^! warn +METRICS_TOKEN · not set: GET \/metrics is closed$/m);
    expect(ended.code).toBe(0);
  });

  it('names each bad token with what to do, but never the token itself', async () => {
    const bad = {
      HEROKU_API_KEY: 'HRKU-bad',
      GITHUB_TOKEN: 'ghp_bad',
      ...withSlack(),
      SLACK_BOT_TOKEN: 'xoxb-bad-1',
    };
    const ended = await doctor(bad);
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(
      /^✗ fail +Heroku raxx-api-prod · .*HEROKU_API_KEY \(heroku authorizations:create\)$/m,
    );
    expect(ended.out).toMatch(/^✗ fail +GitHub raxx-app\/TradeMasterAPI · .*Check GITHUB_TOKEN/m);
    expect(ended.out).toMatch(/^✗ fail +Slack · .*invalid_auth.*Check SLACK_BOT_TOKEN$/m);
    expect(ended.out).not.toMatch(/HRKU-bad|ghp_bad|xoxb-bad/);
  });

  it('warns of a token about to expire, and of a gate at which nobody may approve', async () => {
    world.github.tokenExpiresAfter = 5 * 24 * 3_600;
    const production = world.github.environments.find(({ name }) => name === 'production');
    Object.assign(production ?? {}, { preventSelfReview: true });
    world.github.login = 'Kristerpher';
    const { out } = await doctor(withSlack());
    expect(out).toMatch(/! warn {4}GitHub raxx-app\/TradeMasterAPI · the GitHub token expires in [45] d/);
    expect(out).toMatch(
      /! warn {4}GitHub environment production · Nobody can approve the bot's deploys to production: /,
    );
  });

  it('checks each channel and each person up front, with the reason and the fix', async () => {
    const before = { ...slack.workspace };
    slack.workspace.channels = before.channels.map((one) =>
      one.name === 'moosequest' ? { ...one, isArchived: true } : one,
    );
    slack.workspace.groups = before.groups.map((one) => ({ ...one, isDisabled: true }));
    slack.workspace.people = before.people.map((one) =>
      one.name === 'moira' ? { ...one, isGone: true } : one,
    );
    const runbook = join(folder, 'runbook.yml');
    const people = 'people:\n  operators: [U0KRIS001, S0ONCALL1, U0MOIRA01, U0GUS0001, gone@raxx.app]';
    writeFileSync(
      runbook,
      readFileSync(local.env.RUNBOOK ?? '', 'utf8')
        .replace(/people:\n +operators: \[.*?\]/, people)
        .replace(/contact: .*?(?= ?\}|\n)/, 'contact: S0ONCALL1'),
    );
    const ended = await doctor({ ...withSlack(), RUNBOOK: runbook });
    Object.assign(slack.workspace, before);
    expect(ended.out).toMatch(
      /^✗ fail +Slack channel MooseQuest · cards and pages cannot be posted there: it is archived\. Fix: unarchive it/m,
    );
    expect(ended.out).toMatch(/^✗ fail +Slack escalation contact S0ONCALL1 · .*is disabled or deleted/m);
    expect(ended.out).toMatch(/^✓ ok +Slack U0KRIS001 · found/m);
    expect(ended.out).toMatch(
      /^✗ fail +Slack S0ONCALL1 · Slack: no_such_subteam: its members get no rights from it/m,
    );
    expect(ended.out).toMatch(/^✗ fail +Slack U0MOIRA01 · .*the account is deactivated/m);
    expect(ended.out).toMatch(/^✗ fail +Slack U0GUS0001 · .*not a full member/m);
    expect(ended.out).toMatch(/^✗ fail +Slack gone@raxx\.app · no Slack user has this address/m);
    expect(ended.code).toBe(1);
  });

  it('names the permission that the Slack app lacks', async () => {
    scopes = SCOPES.filter((one) => one !== 'users:read.email' && one !== 'app_mentions:read');
    const ended = await doctor(withSlack());
    expect(ended.out).toMatch(
      /^! warn +Slack mentions · the scope app_mentions:read is not granted: .* reinstall the app$/m,
    );
    expect(ended.out).toMatch(
      /^✗ fail +Slack ops@raxx\.app · Slack: missing_scope, needed: users:read\.email/m,
    );
  });

  it('shows what Slack refused, with its reason', async () => {
    const directory = await embeddedFolder(join(folder, 'refusals'));
    const db = await openEmbedded(directory);
    const refusal = {
      method: 'chat.update',
      what: 'as drawn',
      code: 'invalid_blocks',
      detail: 'unsupported type: table',
    };
    await noteRefusal(db, refusal, Date.parse('2026-05-01T10:00:00Z'));
    await noteRefusal(db, refusal, Date.parse('2026-05-01T11:00:00Z'));
    await db.close();
    const ended = await doctor({ RAXX_DATA_DIR: directory });
    expect(ended.out).toMatch(
      /^! warn +Slack chat\.update · refused 2 times, last at 2026-05-01 11:00:00 UTC \(as drawn\): invalid_blocks: unsupported type: table$/m,
    );
  }, 60_000);

  it('exits with 2 when something is unknown', async () => {
    world.faults.push({ service: 'heroku', play: { status: 503 } });
    const ended = await doctor();
    expect(ended.out).toMatch(/^\? unknown +Heroku raxx-api-prod · /m);
    expect(ended.code).toBe(2);
  });

  it('distinguishes the database of a running bot, a lost one, and an unreachable one', async () => {
    const lines = async (more: Record<string, string>) => {
      const { checkups } = JSON.parse((await doctor(more, '--json')).out);
      return checkups.find(({ about }: { about: string }) => about === 'Database');
    };
    expect(await lines({ DYNO: 'run.1' })).toMatchObject({
      status: 'fail',
      words: expect.stringContaining('DATABASE_URL'),
    });
    expect(await lines({ DATABASE_URL: 'postgres://u:p@127.0.0.1:9/d' })).toMatchObject({ status: 'fail' });
    const lock = lockDirectory(folder);
    expect(await lines({})).toMatchObject({ status: 'ok' });
    lock.release();
  });

  it('lists the faults of the configuration', async () => {
    const ended = await runToEnd(['src/cli.ts', 'doctor'], { RUNBOOK: local.env.RUNBOOK });
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/^✗ fail +HEROKU_API_KEY · should be/m);
  });
});

describe('raxx manifest', () => {
  it('fills in the host', async () => {
    const ended = await runToEnd(['src/cli.ts', 'manifest', '--host', 'https://raxx.herokuapp.com/'], {});
    expect(ended.code).toBe(0);
    expect(ended.out.match(/https:\/\/raxx\.herokuapp\.com\/slack\/events/g)).toHaveLength(3);
    expect(ended.out).not.toContain('https://HOST');
  });

  it('refuses a malformed host', async () => {
    const ended = await runToEnd(['src/cli.ts', 'manifest', '--host', 'my host'], {});
    expect(ended).toMatchObject({ code: 64, err: expect.stringContaining('"my host" is not a host name') });
  });
});

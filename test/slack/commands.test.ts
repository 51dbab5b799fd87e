/** The reading commands over signed HTTP, against a local Slack: what people see, and which requests the bot refuses. */
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSender, type Sender } from '../../sandbox/slack/sender.ts';
import { signedHeaders } from '../../sandbox/slack/sign.ts';
import { type SlackServer, startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import type { Fault } from '../../sandbox/world.ts';
import type {
  Diagnosed,
  DiagnosisService,
  Limited,
} from '../../src/operations/diagnosis/diagnosis-service.ts';
import type { ChangeReport } from '../../src/runbook/model/change.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { NO_SITUATION } from '../../src/runbook/model/situation.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { createSlackApp, type SlackApp } from '../../src/slack/app.ts';
import type { SlackAppDeps } from '../../src/slack/context.ts';
import { bootTimeout } from '../support/diagnosis.ts';
import { NOW, seen } from '../support/evidence.ts';
import { testFacts } from '../support/facts.ts';
import { noActs } from '../support/no-acts.ts';
import { ALL_SCOPES } from '../support/slack-scopes.ts';

const TOKEN = 'xoxb-1-test-token';
const SIGNING_SECRET = 'signing-secret';
const [OPERATOR, ENGINEER, GUEST, STRANGER] = ['U0KRIS001', 'U0MOIRA01', 'U0GUS0001', 'U0SAM0001'] as const;
const [MOOSEQUEST, RANDOM] = ['C0MOOSE01', 'C0RANDOM1'] as const;

let slack: Slack;
let server: SlackServer;
let app: SlackApp;
let sender: Sender;
let url: string;
let faults: Fault[];
let asked: string[];
let logged: string[];
let waitingFor: readonly string[];
let diagnose: (name: string) => Promise<Limited<Diagnosis> | Diagnosed>;

const diagnosisService: DiagnosisService = {
  refusal: () => null,
  waitingFor: () => waitingFor,
  diagnose: async (target, who) => {
    asked.push(`diagnose ${target.name} ${who.id}`);
    const answer = await diagnose(target.name);
    return answer.ok ? { explain: async () => answer.value, ...answer } : answer;
  },
  status: async (targets, who) => {
    asked.push(`status ${targets.map(({ name }) => name).join('+')} ${who.id}`);
    return {
      ok: true,
      value: targets.map(({ name, app }) => ({
        target: name,
        app,
        at: NOW,
        verdict: 'healthy' as const,
        dynos: seen([{ name: 'web.1', state: 'up' }]),
        release: seen(null),
        health: seen({ kind: 'http', status: 200, ms: 8 } as const),
        findings: [],
        situation: NO_SITUATION,
      })),
    };
  },
  logs: async (target, who) => {
    asked.push(`logs ${target.name} ${who.id}`);
    const finding = {
      id: 'logs',
      step: 6,
      title: 'Heroku logs',
      status: 'pass',
      summary: 'Quiet',
      details: [],
      error: null,
      fault: null,
      isBlind: false,
      about: null,
    } as const;
    return { ok: true, value: { target: target.name, app: target.app, at: NOW, finding, lines: seen([]) } };
  },
};

async function open(more: Partial<SlackAppDeps> = {}): Promise<void> {
  app = createSlackApp({
    botToken: TOKEN,
    signingSecret: SIGNING_SECRET,
    apiUrl: server.apiUrl,
    port: 0,
    facts: testFacts,
    diagnosisService,
    ...noActs,
    redact: createRedactor({ secrets: [TOKEN, 'very-secret-value'] }),
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    now: Date.now,
    randomId: () => 'id-4711',
    expire: AbortSignal.timeout,
    readiness: async () => ({ ok: true, reasons: [] }),
    ...more,
  });
  const { port } = await app.start();
  url = `http://127.0.0.1:${port}`;
  sender = createSender({
    slack,
    eventsUrl: () => `${url}/slack/events`,
    signingSecret: SIGNING_SECRET,
    replyBase: server.url,
  });
}

beforeEach(async () => {
  faults = [];
  asked = [];
  logged = [];
  waitingFor = ['Heroku log', 'GitHub workflow runs'];
  diagnose = async () => ({ ok: true, value: bootTimeout });
  slack = createSlack();
  server = await startSlack(slack, { token: TOKEN, scopes: ALL_SCOPES, faults: () => faults });
  await open();
});
afterEach(async () => {
  await app.stop();
  await server.close();
});

const texts = (onlyFor?: string) =>
  slack.messages
    .all()
    .filter((one) => one.onlyFor === onlyFor && one.threadTs === undefined)
    .map(({ text }) => text);
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 4_000, interval: 5 });
const command = (text: string, user: string = OPERATOR, channel: string = MOOSEQUEST) =>
  sender.command(`/raxx ${text}`, user, channel);

describe('/raxx diagnose', () => {
  it('answers at once that it has begun, then posts one message in the channel', async () => {
    const ack = await command('diagnose prod');
    expect(ack).toMatchObject({ status: 200, failure: null });
    expect(JSON.parse(ack.body)).toMatchObject({ response_type: 'ephemeral', text: 'Diagnosing prod…' });
    await until(() => expect(texts()).toHaveLength(1));
    expect(texts()[0]).toContain(
      'raxx-api-prod has been down since 09:58 UTC (2 min); likely failure mode B (R10)',
    );
    expect(texts(OPERATOR)).toEqual(['Diagnosing prod…']);
    expect(asked).toEqual([`diagnose prod ${OPERATOR}`]);
  });

  it('adds what changed to its card once the diffs are read, with the full list in the thread', async () => {
    const at = bootTimeout.at - 60_000;
    const what = {
      at,
      kind: 'deploy',
      what: 'v42 Deploy 4f070742',
      who: 'ops@raxx.app',
      isOurs: false,
      via: null,
      version: 42,
      about: null,
    } as const;
    const changes = (verdict: 'possible' | 'suspect', because: string): ChangeReport => ({
      ...bootTimeout.changes,
      list: [{ ...what, verdict, because }],
    });
    const first = { ...bootTimeout, changes: changes('possible', 'diff not read yet') };
    const read = { ...bootTimeout, changes: changes('suspect', 'app/db.py is in the traceback') };
    const reading = Promise.withResolvers<void>();
    diagnose = async () => ({
      ok: true,
      value: first,
      explain: async () => {
        await reading.promise;
        return read;
      },
    });
    const shown = () => JSON.stringify(slack.messages.all().filter(({ onlyFor }) => onlyFor === undefined));
    await command('diagnose prod');
    await until(() => expect(shown()).toContain('(possible: diff not read yet)'));
    reading.resolve();
    await until(() => expect(slack.messages.all().some(({ threadTs }) => threadTs !== undefined)).toBe(true));
    const [card, thread] = slack.messages.all().filter(({ onlyFor }) => onlyFor === undefined);
    expect(JSON.stringify(card?.blocks)).toContain('(suspect: app/db.py is in the traceback)');
    expect(shown()).not.toContain('diff not read yet');
    expect(thread?.threadTs).toBe(card?.ts);
    expect(JSON.stringify(thread?.blocks)).toContain('Failing since ');
  });

  it('answers a mention in its thread, including what changed', async () => {
    diagnose = async () => ({ ok: true, value: bootTimeout, explain: async () => bootTimeout });
    await sender.say('@raxx diagnose prod', OPERATOR, MOOSEQUEST);
    const by = (author: string) => slack.messages.all().filter((one) => one.author === author);
    await until(() => expect(by('U0RAXXBOT')).toHaveLength(2));
    const [question] = by(OPERATOR);
    for (const { threadTs, onlyFor } of by('U0RAXXBOT'))
      expect({ threadTs, onlyFor }).toEqual({ threadTs: question?.ts });
    expect(asked).toEqual([`diagnose prod ${OPERATOR}`]);
  });

  describe('that takes longer than a second', () => {
    let done: PromiseWithResolvers<void>;
    beforeEach(() => {
      done = Promise.withResolvers();
      diagnose = async () => {
        await done.promise;
        return { ok: true, value: bootTimeout, explain: async () => bootTimeout };
      };
    });
    const inChannel = () => slack.messages.all().filter((one) => one.onlyFor === undefined && !one.threadTs);

    it('shows what it waits for and since when, edited in place, until the card takes its place', async () => {
      await command('diagnose prod');
      await until(() => expect(texts()).toHaveLength(1));
      const [first] = inChannel();
      expect(first?.text).toMatch(
        /^Diagnosing raxx-api-prod, \d+ s at most\. Waiting for Heroku log and GitHub workflow runs\.$/,
      );
      expect(JSON.stringify(first?.blocks)).toContain(
        '{"type":"text","text":", started at "},{"type":"date"',
      );
      waitingFor = ['GitHub workflow runs'];
      await until(() => expect(texts()[0]).toContain('Waiting for GitHub workflow runs.'));
      // While an edit is on its way, the card does not wait for it and is posted by itself.
      await new Promise((resolve) => setTimeout(resolve, 500));
      done.resolve();
      await until(() => expect(texts()[0]).toContain('raxx-api-prod has been down'));
      expect(inChannel().map(({ ts }) => ts)).toEqual([first?.ts]);
    });

    it('names three of the sources that it waits for, and counts the others', async () => {
      waitingFor = ['Heroku log', 'Health URL', 'GitHub secrets', 'GitHub jobs', 'GitHub environments'];
      await command('diagnose prod');
      await until(() =>
        expect(texts()[0]).toContain('Waiting for Heroku log, Health URL, GitHub secrets, and 2 more.'),
      );
      done.resolve();
      await until(() => expect(texts()[0]).toContain('raxx-api-prod has been down'));
    });

    it('is not edited more than once in two seconds, nor while it waits for the same sources', async () => {
      const edits = () => server.arrived.filter(({ path }) => path.endsWith('chat.update')).length;
      await command('diagnose prod');
      await until(() => expect(texts()).toHaveLength(1));
      for (const name of ['a', 'b', 'c', 'd']) {
        waitingFor = [name];
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      expect(edits()).toBe(0);
      await until(() => expect(texts()[0]).toContain('Waiting for d.'));
      expect(edits()).toBe(1);
      done.resolve();
      await until(() => expect(texts()[0]).toContain('raxx-api-prod has been down'));
    });

    it('is answered at once while Slack is slow to accept that message, which is then removed', async () => {
      faults = [{ service: 'slack', path: 'chat.postMessage', times: 1, play: { delayMs: 2_500 } }];
      await command('diagnose prod');
      await until(() =>
        expect(server.arrived.some(({ path }) => path.endsWith('chat.postMessage'))).toBe(true),
      );
      const from = Date.now();
      done.resolve();
      await until(() => expect(texts()[0]).toContain('raxx-api-prod has been down'));
      expect(Date.now() - from).toBeLessThan(1_500);
      await until(() => expect(server.arrived.some(({ path }) => path.endsWith('chat.delete'))).toBe(true));
      await until(() => expect(texts()).toHaveLength(1));
      expect(texts()[0]).toContain('raxx-api-prod has been down');
    });

    it.each([
      ['asks us to wait', { status: 429, headers: { 'retry-after': '1' } }],
      ['refuses every edit', { status: 200, body: { ok: false, error: 'edit_window_closed' } }],
    ])('is answered by a message of its own where Slack %s', async (_name, play) => {
      await command('diagnose prod');
      await until(() => expect(texts()).toHaveLength(1));
      faults = [{ service: 'slack', path: 'chat.update', play }];
      done.resolve();
      await until(() =>
        expect([...texts(), ...texts(OPERATOR)].join()).toContain('raxx-api-prod has been down'),
      );
    });

    it('leaves nothing behind when it fails', async () => {
      await command('diagnose prod');
      await until(() => expect(texts()).toHaveLength(1));
      done.reject(new Error('a bug'));
      await until(() => expect(texts()).toEqual([]));
      await until(() => expect(texts(OPERATOR).at(-1)).toContain('id-4711'));
    });

    it('says so to the asker alone, once, where the bot is not a member', async () => {
      await command('diagnose prod', OPERATOR, RANDOM);
      await until(() => expect(texts(OPERATOR)).toHaveLength(2));
      expect(texts(OPERATOR)[1]).toContain('Waiting for Heroku log and GitHub workflow runs.');
      done.resolve();
      await until(() => expect(texts()).toHaveLength(1));
    });
  });

  it('answers by the response_url where the bot is not a member of the channel', async () => {
    await command('diagnose prod', OPERATOR, RANDOM);
    await until(() => expect(texts()).toHaveLength(1));
    expect(slack.messages.all().at(-1)).toMatchObject({ channel: RANDOM });
  });

  it('runs again by its button', async () => {
    await command('diagnose prod');
    await until(() => expect(texts()).toHaveLength(1));
    const card = slack.messages.all().find((one) => one.onlyFor === undefined);
    await sender.click({
      channel: MOOSEQUEST,
      ts: card?.ts ?? '',
      actionId: 'diagnose_again',
      user: ENGINEER,
    });
    await until(() => expect(texts()).toHaveLength(2));
    expect(texts(ENGINEER)).toEqual(['Diagnosing prod…']);
    expect(asked).toEqual([`diagnose prod ${OPERATOR}`, `diagnose prod ${ENGINEER}`]);
  });

  it('shows every check only to the person who asks for them', async () => {
    await command('diagnose prod');
    await until(() => expect(texts()).toHaveLength(1));
    const card = slack.messages.all().find((one) => one.onlyFor === undefined);
    expect(JSON.stringify(card?.blocks)).not.toContain('Heroku status');
    const click = { channel: MOOSEQUEST, ts: card?.ts ?? '', actionId: 'show_checks', user: ENGINEER };
    await sender.click(click);
    await until(() => expect(texts(ENGINEER)).toHaveLength(2));
    expect(texts(ENGINEER)[1]).toBe('10 checks: 7 pass, 3 fail on raxx-api-prod.');
    const all = slack.messages.all().findLast(({ onlyFor }) => onlyFor === ENGINEER);
    for (const { title } of bootTimeout.findings) expect(JSON.stringify(all?.blocks)).toContain(title);
    expect(texts()).toHaveLength(1);
  });

  it('tells a person who asks too often how long to wait', async () => {
    diagnose = async () => ({ ok: false, why: 'too_many', what: 'diagnoses', waitMs: 12_000, perMinute: 6 });
    await command('diagnose prod');
    await until(() => expect(texts(OPERATOR)).toHaveLength(2));
    expect(texts(OPERATOR)[1]).toBe('Limit: 6 diagnoses a minute. Nothing was done. Try again in 12 s.');
  });

  it('answers with an id that is in the log when it fails', async () => {
    diagnose = () => Promise.reject(new Error('a fault of ours'));
    await command('diagnose prod');
    await until(() => expect(texts(OPERATOR)).toHaveLength(2));
    expect(texts(OPERATOR)[1]).toContain(
      'Something broke on my side before I could reply. Check the card or `/raxx history` before you try again. (id-4711)',
    );
    expect(logged.join('')).toContain('a fault of ours');
    expect(logged.join('')).toContain('id-4711');
  });

  it('redacts what it posts', async () => {
    const leaky = {
      ...bootTimeout,
      modes: bootTimeout.modes.map((mode) => ({ ...mode, cause: 'It is very-secret-value' })),
    };
    diagnose = async () => ({ ok: true, value: leaky });
    await command('diagnose prod');
    await until(() => expect(texts()).toHaveLength(1));
    expect(JSON.stringify(slack.messages.all())).toContain('It is [redacted:secret]');
    expect(JSON.stringify(slack.messages.all())).not.toContain('very-secret-value');
  });

  it('shortens a message that is too long', async () => {
    const long = { ...bootTimeout, modes: Array.from({ length: 40 }, () => bootTimeout.modes).flat() };
    diagnose = async () => ({ ok: true, value: long });
    await command('diagnose prod');
    await until(() => expect(texts()).toHaveLength(1));
    expect(logged.join('')).toContain('too long for Slack and was shortened');
  });

  it('posts a simpler message with the same button when Slack refuses its blocks', async () => {
    const body = { ok: false, error: 'invalid_blocks' };
    faults = [{ service: 'slack', path: 'chat.postMessage', times: 1, play: { status: 200, body } }];
    await command('diagnose prod');
    await until(() => expect(texts()).toHaveLength(1));
    const card = slack.messages.all().find(({ onlyFor }) => onlyFor === undefined);
    const blocks = JSON.stringify(card?.blocks);
    expect(blocks).not.toContain('rich_text');
    expect(blocks).toContain('"action_id":"diagnose_again"');
  });

  it('answers the asker alone when it is unknown whether the message was posted', async () => {
    faults = [{ service: 'slack', path: 'chat.postMessage', play: { resetAfter: true } }];
    await command('diagnose prod');
    await until(() => expect(texts(OPERATOR)).toHaveLength(2));
    expect(texts(OPERATOR)[1]).toContain('raxx-api-prod has been down');
    expect(server.arrived.filter(({ path }) => path.endsWith('chat.postMessage'))).toHaveLength(1);
  });
});

describe('reading commands', () => {
  it.each([
    ['status', 'raxx-api-prod is healthy. raxx-api-staging is healthy.', 'Looking at prod and staging…'],
    ['status prod', 'raxx-api-prod is healthy.', 'Looking at prod…'],
    ['logs prod', 'Log of raxx-api-prod, step 6, pass: Quiet', 'Reading the log of raxx-api-prod…'],
    [
      'changes prod',
      'raxx-api-prod is down. Changed: v42 Deploy 4f070742 by ops@raxx.app, 7 h before the failure (possible: diff not read yet).',
      'Looking at what changed on raxx-api-prod…',
    ],
  ])('answer only the asker of %s', async (text, answer, first) => {
    await command(text);
    await until(() => expect(texts(OPERATOR)).toEqual([first, answer]));
    expect(texts()).toEqual([]);
  });

  it.each([
    ['', 'Commands of /raxx'],
    ['help', 'Commands of /raxx'],
    ['dignose prod', 'Did you mean `diagnose`?'],
    ['“diagnose”', '`diagnose` needs a target'],
    ['stp prod', 'There is no command "stp"'],
    ['a&b', 'There is no command "a&amp;b"'],
    ['logs <prod&lt;>', 'There is no target "prod&amp;lt;"'],
  ])('explain what is wrong with /raxx %s', async (text, words) => {
    const ack = await command(text);
    expect(JSON.parse(ack.body).text).toContain(words);
    expect(asked).toEqual([]);
  });
});

describe('the right to read', () => {
  it.each([
    ['a guest', GUEST, 'I answer only full members of this workspace.'],
    [
      'a person of another workspace',
      STRANGER,
      'I answer only members of the workspace where I am installed.',
    ],
  ])('is refused to %s, with the reason', async (_name, user, words) => {
    const ack = await command('diagnose prod', user);
    expect(JSON.parse(ack.body).text).toBe(`${words} Nothing was done.`);
    expect(asked).toEqual([]);
  });

  it('is refused to a guest who clicks', async () => {
    await command('diagnose prod');
    await until(() => expect(texts()).toHaveLength(1));
    const card = slack.messages.all().find((one) => one.onlyFor === undefined);
    await sender.click({ channel: MOOSEQUEST, ts: card?.ts ?? '', actionId: 'diagnose_again', user: GUEST });
    await until(() => expect(texts(GUEST)).toHaveLength(1));
    expect(asked).toHaveLength(1);
  });

  it('is refused while Slack does not show who asks', async () => {
    faults = [{ service: 'slack', path: 'users.info', play: { status: 500 } }];
    const ack = await command('diagnose prod', ENGINEER);
    expect(JSON.parse(ack.body).text).toContain('I could not see who you are');
    faults = [];
    expect(JSON.parse((await command('help', ENGINEER)).body).text).toContain('Commands of');
  });

  it.each<readonly [name: string, readers: readonly string[], allowed: boolean]>([
    ['allows a person whom it names by id', [ENGINEER], true],
    ['allows a person whom it names by e-mail in any case', ['Moira@Raxx.app'], true],
    ['allows a person whom it names by user group', ['S0ONCALL1'], true],
    ['refuses a person whom it does not name', [OPERATOR], false],
  ])('with a list of readers, %s', async (_name, readers, allowed) => {
    await app.stop();
    const facts: Facts = { ...testFacts, people: { ...testFacts.people, readers } };
    await open({ facts });
    const ack = await command('status prod', ENGINEER);
    expect(JSON.parse(ack.body).text).toContain(allowed ? 'Looking at prod…' : 'not among the readers');
  });
});

describe('a revoked token', () => {
  const readyz = async () => (await fetch(`${url}/readyz`)).text();
  const revoked = { status: 200, body: { ok: false, error: 'token_revoked' } };

  it('is noticed by the first call that fails, and shown on /readyz', async () => {
    expect(await readyz()).toBe('ready');
    faults = [{ service: 'slack', play: revoked }];
    await command('diagnose prod');
    await until(async () => expect(await readyz()).toBe('Slack: An API error occurred: token_revoked'));
    expect(app.problem()).toContain('token_revoked');
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(logged.join('')).toContain('Slack cannot be used; trying again');
  });

  it('is distinguished from one refused call', async () => {
    const body = { ok: false, error: 'channel_not_found' };
    const checks = () => server.arrived.filter(({ path }) => path.endsWith('auth.test')).length;
    const before = checks();
    faults = [{ service: 'slack', path: 'chat.postMessage', play: { status: 200, body } }];
    await command('diagnose prod');
    await until(() => expect(texts()).toHaveLength(1));
    expect(await readyz()).toBe('ready');
    expect(checks()).toBe(before);
  });
});

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
async function post(
  body: string,
  more: { seconds?: number; headers?: Record<string, string>; secret?: string } = {},
) {
  const seconds = more.seconds ?? Math.floor(Date.now() / 1000);
  const headers = { ...signedHeaders(more.secret ?? SIGNING_SECRET, body, seconds), ...more.headers };
  return fetch(`${url}/slack/events`, { method: 'POST', body, headers, signal: AbortSignal.timeout(2_000) });
}
const known = {
  command: '/raxx',
  text: 'help',
  user_id: OPERATOR,
  team_id: 'T0RAXX001',
  api_app_id: 'A0RAXXAPP',
  channel_id: MOOSEQUEST,
  response_url: 'http://127.0.0.1:1/x',
};

describe('a request that Slack would not send', () => {
  it.each([
    ['a signed null', 'null', { 'content-type': 'application/json' }, 400],
    ['a signed null in a form', form({ payload: 'null' }), {}, 400],
    ['a list', '[]', { 'content-type': 'application/json' }, 400],
    ['broken JSON', '{', { 'content-type': 'application/json' }, 400],
    ['an empty body', '', {}, 400],
  ])('is answered without harm when its body is %s', async (_name, body, headers, status) => {
    expect((await post(body, { headers })).status).toBe(status);
    expect((await post(form(known))).status).toBe(200);
  });

  it.each([
    ['without a signature', { headers: { 'x-slack-signature': '' } }],
    ['when it is signed with another secret', { secret: 'other' }],
    ['when it is ten minutes old', { seconds: Math.floor(Date.now() / 1000) - 600 }],
    ['when it is dated ten minutes ahead', { seconds: Math.floor(Date.now() / 1000) + 600 }],
  ])('is refused %s', async (_name, more) => {
    expect((await post(form(known), more)).status).toBe(401);
  });

  it('is accepted with a charset in its content type', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect((await post(form(known), { headers })).status).toBe(200);
  });

  it('is answered at once when it is for another command', async () => {
    const answer = await post(form({ ...known, command: '/other' }));
    expect(await answer.json()).toMatchObject({
      text: 'I only know `/raxx`. Nothing was done. Type `/raxx help`.',
    });
  });

  it('is refused for another team, whatever person it names', async () => {
    const answer = await post(form({ ...known, text: 'diagnose prod', team_id: 'T0OTHER01' }));
    expect(await answer.json()).toMatchObject({
      text: expect.stringContaining('the workspace where I am installed'),
    });
    expect(asked).toEqual([]);
  });

  it('is answered when it clicks a button that no longer exists', async () => {
    const payload = {
      type: 'block_actions',
      user: { id: OPERATOR, team_id: 'T0RAXX001' },
      team: { id: 'T0RAXX001' },
      api_app_id: 'A0RAXXAPP',
      channel: { id: MOOSEQUEST },
      response_url: server.url + slack.responseUrls.issue('actions', { channel: MOOSEQUEST, user: OPERATOR }),
      actions: [{ type: 'button', action_id: 'launch', block_id: 'b', value: 'x', action_ts: '1' }],
    };
    expect((await post(form({ payload: JSON.stringify(payload) }))).status).toBe(200);
    await until(() =>
      expect(texts(OPERATOR).join()).toContain('This button is no longer supported. Nothing was done.'),
    );
    const gone = {
      ...payload,
      actions: [{ ...payload.actions[0], action_id: 'diagnose_again', value: 'moon' }],
    };
    await post(form({ payload: JSON.stringify(gone) }));
    await until(() => expect(texts(OPERATOR).join()).toContain('no longer names this target'));
  });

  it('is refused when it is too long', async () => {
    expect((await post(form({ ...known, text: 'x'.repeat(1_100_000) }))).status).toBe(413);
  });

  it('finds nothing on other paths', async () => {
    for (const path of ['/', '//', '/slack/events', '/%']) expect((await fetch(url + path)).status).toBe(404);
  });
});

describe('the process', () => {
  it('answers /healthz and /readyz, and keeps connections longer than the router does', async () => {
    const answer = await fetch(`${url}/healthz`);
    expect(await answer.text()).toBe('ok');
    expect(answer.headers.get('keep-alive')).toBe('timeout=95');
    expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('is not ready with a refused token, says why, and takes no commands', async () => {
    await app.stop();
    await open({ botToken: 'xoxb-2-revoked' });
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('invalid_auth');
    expect((await post(form(known))).status).toBe(503);
  });

  it('stops only after the answers that it began are shown', async () => {
    const { promise, resolve } = Promise.withResolvers<Limited<Diagnosis>>();
    diagnose = () => promise;
    await command('diagnose prod');
    const stopped = app.stop();
    resolve({ ok: true, value: bootTimeout });
    await stopped;
    expect(texts()).toHaveLength(1);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    await open();
  });
});

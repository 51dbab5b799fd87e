/** People in a local Slack who propose, approve and read over signed HTTP, with a real ledger, a local Heroku and GitHub, and a queue that the test drives. */

import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import { createSender, type Sender } from '../../sandbox/slack/sender.ts';
import { type SlackServer, startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import type { World } from '../../sandbox/world.ts';
import { createOutside, createWrite, doableKinds } from '../../src/compose/upstreams.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import type { ActionService } from '../../src/operations/actions/context.ts';
import { createActionService } from '../../src/operations/actions/service.ts';
import { createDiagnosisService } from '../../src/operations/diagnosis/diagnosis-service.ts';
import { createIncidentCommands } from '../../src/operations/incidents/commands.ts';
import { pageOperator } from '../../src/operations/incidents/notify-operator.ts';
import { type WatchContext, type WhyLook, watchTarget } from '../../src/operations/incidents/watch-target.ts';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { createSlackApp, type SlackApp } from '../../src/slack/app.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore, type IncidentJobs } from '../../src/store/incidents/incident-store.ts';
import type { JobName, Jobs } from '../../src/store/queue-jobs.ts';
import { createAllowances } from '../../src/upstream/budget.ts';
import { createHints } from '../../src/webhooks/hints.ts';
import { createWebhooks } from '../../src/webhooks/index.ts';
import { openMigrated } from './databases.ts';
import { localChanges } from './local-changes.ts';
import { startLocalWorld } from './local-readings.ts';
import { noActs } from './no-acts.ts';
import { ALL_SCOPES } from './slack-scopes.ts';
import { SECRET, type Sent } from './webhooks.ts';

const TOKEN = 'xoxb-1-test-token';
const SIGNING_SECRET = 'signing-secret';
export const [KRIS, MOIRA, ANA, CHANNEL] = ['U0KRIS001', 'U0MOIRA01', 'U0ANA0001', 'C0MOOSE01'] as const;

type Job = {
  [Name in JobName]: { readonly name: Name; readonly data: Jobs[Name]; readonly at: number };
}[JobName];

export type ApproversBot = Awaited<ReturnType<typeof startApproversBot>>;

export async function startApproversBot() {
  let world = worldOf('healthy');
  const local = await startLocalWorld(() => world);
  const db = await openMigrated();
  let open: Opened | undefined;

  const now = (): Opened => {
    if (!open) throw new Error('it is not open');
    return open;
  };

  return {
    get world(): World {
      return world;
    },
    get slack(): Slack {
      return now().slack;
    },
    get actionStore(): ActionStore {
      return now().actionStore;
    },
    get facts(): Facts {
      return now().facts;
    },
    /** The requests that changed something at Heroku or GitHub, oldest first. */
    writes: () =>
      [...local.outside.github.arrived, ...local.outside.heroku.arrived]
        .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/log-sessions'))
        .map(({ method, path, body }) => `${method} ${path}${body === '' ? '' : ` ${body}`}`),
    /** How many reading requests Heroku received. */
    reads: () => local.outside.heroku.arrived.filter(({ method }) => method === 'GET').length,

    /** How many requests Heroku received, including logs and writes. */
    asked: () => local.outside.heroku.arrived.filter(({ path }) => path.startsWith('/apps/')).length,
    /** Sends a webhook over HTTP. */
    deliver: (path: string, sent: Sent) => now().deliver(path, sent),

    /** Starts over, with another scenario or other facts. */
    async reset(scenario = 'healthy', change: (facts: Facts) => Facts = (facts) => facts): Promise<void> {
      await open?.close();
      world = worldOf(scenario);
      for (const table of [
        'approvals',
        'saved_formations',
        'actions',
        'wakes',
        'incidents',
        'snoozes',
        'watches',
      ])
        await db.sql(`delete from ${table}`);
      local.outside.github.arrived.length = 0;
      local.outside.heroku.arrived.length = 0;
      open = await openBot(db, local.env, change);
    },

    /** Types a command, and returns everything that the asker is shown, the acknowledgement first. */
    async type(text: string, user: string = KRIS): Promise<readonly string[]> {
      const { sender, slack } = now();
      const before = slack.messages.all().length;
      const mark = now().mark();
      await sender.command(`/raxx ${text}`, user, CHANNEL);
      await now().settled(mark);
      return slack.messages
        .all()
        .slice(before)
        .filter(({ onlyFor }) => onlyFor === user)
        .map((message) => message.text);
    },

    /** Presses a button of the newest message that has it, or chooses the option of a menu that has this value. */
    async press(actionId: string, user: string = KRIS, option?: string): Promise<readonly string[]> {
      const { sender, slack } = now();
      const before = slack.messages.all().length;
      const mark = now().mark();
      const message = slack.messages
        .all()
        .findLast(
          ({ blocks, onlyFor }) =>
            (onlyFor === undefined || onlyFor === user) && JSON.stringify(blocks).includes(`"${actionId}"`),
        );
      if (!message) throw new Error(`no message has ${actionId}`);
      const chosen = option === undefined ? {} : { value: option };
      await sender.click({ channel: message.channel, ts: message.ts, actionId, user, ...chosen });
      await now().settled(mark);
      return slack.messages
        .all()
        .slice(before)
        .filter(({ onlyFor }) => onlyFor === user)
        .map(({ text }) => text);
    },

    submit: (user: string, values: Parameters<Sender['submit']>[1]) => now().sender.submit(user, values),
    pass: (ms: number) => now().pass(ms),
    work: () => now().work(),

    async newest(): Promise<Action> {
      const [action] = await now().actionStore.recent(1);
      if (!action) throw new Error('there is no action');
      return action;
    },

    /** The text of the newest action's card, in one line. */
    async card(): Promise<string> {
      const { card } = await this.newest();
      const message = card && now().slack.messages.find(card.channel, card.ts);
      if (!message) throw new Error('there is no card');
      return JSON.stringify(message.blocks);
    },

    /** What was posted in the thread of the newest action's card. */
    async thread(): Promise<readonly { readonly text: string; readonly blocks: string }[]> {
      const { card } = await this.newest();
      return now()
        .slack.messages.all()
        .filter(({ threadTs }) => threadTs !== undefined && threadTs === card?.ts)
        .map(({ text, blocks }) => ({ text, blocks: JSON.stringify(blocks) }));
    },

    async close(): Promise<void> {
      await open?.close();
      await db.close();
      await local.close();
    },
  };
}

/** How much there was before a request. */
interface Mark {
  readonly messages: number;
  readonly arrived: number;
}

interface Opened {
  readonly slack: Slack;
  readonly actionStore: ActionStore;
  readonly facts: Facts;
  readonly sender: Sender;
  deliver(path: string, sent: Sent): Promise<number>;
  pass(ms: number): void;
  work(): Promise<void>;
  mark(): Mark;
  /** Resolves when every request since then is answered. */
  settled(since: Mark): Promise<void>;
  close(): Promise<void>;
}

async function openBot(
  db: Db,
  env: Readonly<Record<string, string>>,
  change: (facts: Facts) => Facts,
): Promise<Opened> {
  const config = readConfig(env);
  if (!config.ok) throw new Error(JSON.stringify(config.faults));
  const facts = change(config.value.facts);
  let ahead = 0;
  const now = () => Date.now() + ahead;
  let jobs: Job[] = [];
  const queue: IncidentJobs = {
    enqueue: async (_sql, name, data, _target, startAt) => {
      jobs.push({ name, data, at: startAt ?? 0 } as Job);
    },
    askForLook: async (target) => void jobs.push({ name: 'watch', data: { target, why: 'hint' }, at: 0 }),
    askForLooks: async () => {},
  };
  const actionStore = createActionStore(db, queue);
  const incidentStore = createIncidentStore(db, queue);
  const redactor = createRedactor({ secrets: config.value.secrets });
  const log = createLog('silent', redactor);
  const outside = createOutside(config.value, log, createAllowances({ now }));
  const collecting = { outside, facts, redactor, now, expire: AbortSignal.timeout };
  const canDo = doableKinds(config.value);
  const actionService: ActionService = createActionService({
    isApprover: (person) => app.isApprover(person),
    ...collecting,
    actionStore,
    canDo,
    write: createWrite(config.value, log),
  });
  const page = (id: string) => pageOperator({ facts, incidentStore, now }, id);
  const changes = localChanges({ ...collecting, incidentStore, actionStore });
  const watchContext: WatchContext = {
    ...collecting,
    incidentStore,
    actionStore,
    page,
    changes,
    sawWell: async () => {},
  };
  const watch = (name: string, why?: WhyLook) => watchTarget(watchContext, name, why);
  const takeHint = createHints({
    incidentStore,
    verifySooner: async () => {},
    now,
    expire: AbortSignal.timeout,
    later: () => {},
    onError: () => {},
  });
  const slack = createSlack();
  const server: SlackServer = await startSlack(slack, { token: TOKEN, scopes: ALL_SCOPES });
  const app: SlackApp = createSlackApp({
    ...noActs,
    botToken: TOKEN,
    signingSecret: SIGNING_SECRET,
    apiUrl: server.apiUrl,
    port: 0,
    routes: createWebhooks({ herokuSecret: SECRET, githubSecret: SECRET, facts, takeHint, now }),
    facts,
    diagnosisService: createDiagnosisService(collecting),
    actionService,
    actionStore,
    incidentStore,
    incidents: createIncidentCommands({ facts, incidentStore, page, now, randomId: randomUUID }),
    canDo,
    redact: redactor,
    log: pino({ level: 'silent' }),
    now,
    randomId: () => 'id-4711',
    expire: AbortSignal.timeout,
    readiness: async () => ({ ok: true, reasons: [] }),
  });
  const { port } = await app.start();
  const sender = createSender({
    slack,
    eventsUrl: () => `http://127.0.0.1:${port}/slack/events`,
    signingSecret: SIGNING_SECRET,
    replyBase: server.url,
  });

  async function run(job: Job): Promise<void> {
    if (job.name === 'execute') await actionService.execute(job.data.actionId);
    if (job.name === 'verify') await actionService.verify(job.data.actionId);
    if (job.name === 'care') await actionService.care(job.data.actionId);
    if (job.name === 'expire') await actionService.expire(job.data.actionId);
    if (job.name === 'draw') await app.actions.draw(job.data.actionId);
    if (job.name === 'tell') await app.actions.postLine(job.data.actionId, job.data.seq, job.data.everybody);
    if (job.name === 'watch') await watch(job.data.target, job.data.why);
    if (job.name === 'page') await page(job.data.incidentId);
    if (job.name === 'notice') await app.incidents.notice(job.data.words, job.data.who);
  }

  return {
    slack,
    actionStore,
    facts,
    sender,
    async deliver(path, { headers, body }) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      return answer.status;
    },
    pass: (ms) => {
      ahead += ms;
    },
    async work() {
      for (let due = jobs.find(({ at }) => at <= now()); due; due = jobs.find(({ at }) => at <= now())) {
        const job = due;
        jobs = jobs.filter((one) => one !== job);
        await run(job);
      }
    },
    mark: () => ({ messages: slack.messages.all().length, arrived: server.arrived.length }),
    // A request ends with a message other than “…”, with an edit or a dialog, and then nothing more happens.
    async settled(since) {
      const isAnswered = () =>
        slack.messages
          .all()
          .slice(since.messages)
          .some(({ text }) => !text.endsWith('…')) ||
        server.arrived.slice(since.arrived).some(({ path }) => /chat\.update$|views\.open$/.test(path));
      let seen = -1;
      for (let [quiet, tries] = [0, 0]; quiet < 2 && tries < 100; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const count = server.arrived.length + slack.messages.all().length;
        quiet = count === seen && isAnswered() ? quiet + 1 : 0;
        seen = count;
      }
    },
    async close() {
      await app.stop();
      await server.close();
    },
  };
}

function worldOf(id: string): World {
  const scenario = loadScenario(id);
  const world = buildWorld(scenario, Date.now());
  world.github.deploys = { ...world.github.deploys, phase: 0, hiddenFor: 0 };
  return world;
}

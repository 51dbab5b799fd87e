/** The bot in Slack over signed HTTP, with a ledger in memory, against a local Slack. Its jobs run when the test says so. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createSender, type Sender } from '../../sandbox/slack/sender.ts';
import { type SlackServer, startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import type { Fault } from '../../sandbox/world.ts';
import { createIncidentCommands, type IncidentCommands } from '../../src/operations/incidents/commands.ts';
import { pageOperator } from '../../src/operations/incidents/notify-operator.ts';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { IncidentStore } from '../../src/operations/ports/incident-store.ts';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import type { LookedStep } from '../../src/runbook/incidents/watch-step.ts';
import type { LastHour } from '../../src/runbook/logs/last-hour.ts';
import type { Incident, Picture, Wake } from '../../src/runbook/model/incident.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { createSlackApp, type SlackApp } from '../../src/slack/app.ts';
import type { SlackAppDeps } from '../../src/slack/context.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore, type IncidentJobs } from '../../src/store/incidents/incident-store.ts';
import type { JobName, Jobs } from '../../src/store/queue-jobs.ts';
import { openMigrated } from './databases.ts';
import { testFacts } from './facts.ts';
import { noActs } from './no-acts.ts';
import { ALL_SCOPES } from './slack-scopes.ts';

const TOKEN = 'xoxb-1-test-token';
const SIGNING_SECRET = 'signing-secret';

type Job = {
  [Name in JobName]: { readonly name: Name; readonly data: Jobs[Name]; readonly at: number };
}[JobName];

export interface IncidentBot {
  readonly slack: Slack;
  readonly server: SlackServer;
  /** Where Slack's requests go. */
  readonly url: string;
  readonly app: SlackApp;
  readonly sender: Sender;
  readonly incidentStore: IncidentStore;
  readonly actionStore: ActionStore;
  readonly incidents: IncidentCommands;
  readonly logged: readonly string[];
  faults: Fault[];
  now(): number;
  pass(ms: number): void;
  /** Decides whether someone is paged. */
  page(id: string): Promise<void>;
  /** Runs the jobs that are due and those that they send; `first`: jobs of this name before the others. */
  work(first?: JobName): Promise<void>;
  /** What the watch sees: it opens an incident, changes it, or resolves it. */
  see(what: {
    kind: 'open' | 'update' | 'stopped' | 'resolve';
    wakes?: readonly Wake[];
    picture?: Partial<Picture>;
    severity?: number;
    lastHour?: LastHour | null;
  }): Promise<Incident>;
  close(): Promise<void>;
}

async function openIncidentBot(
  db: Db,
  more: Partial<SlackAppDeps> & { readonly prepare?: (slack: Slack) => void } = {},
): Promise<IncidentBot> {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  let jobs: Job[] = [];
  const queue: IncidentJobs = {
    enqueue: async (_sql, name, data, _target, startAt) => {
      jobs.push({ name, data, at: startAt ?? 0 } as Job);
    },
    askForLook: async () => {},
    askForLooks: async () => {},
  };
  const facts: Facts = more.facts ?? testFacts;
  const incidentStore = createIncidentStore(db, queue);
  const actionStore = createActionStore(db, queue);
  const page = (id: string) => pageOperator({ facts, incidentStore, now }, id);
  const incidents = createIncidentCommands({ facts, incidentStore, page, now, randomId: randomUUID });
  const logged: string[] = [];
  const slack = createSlack();
  more.prepare?.(slack);
  const opened = { faults: [] as Fault[] };
  const server = await startSlack(slack, { token: TOKEN, scopes: ALL_SCOPES, faults: () => opened.faults });
  const app = createSlackApp({
    ...noActs,
    botToken: TOKEN,
    signingSecret: SIGNING_SECRET,
    apiUrl: server.apiUrl,
    port: 0,
    facts,
    diagnosisService: {
      refusal: () => null,
      waitingFor: () => [],
      diagnose: () => Promise.reject(new Error('not expected')),
      logs: () => Promise.reject(new Error('not expected')),
      status: async () => ({ ok: true, value: [] }),
    },
    actionStore,
    incidentStore,
    incidents,
    canDo: new Set(['restart', 'rollback', 'stop']),
    redact: createRedactor({ secrets: [TOKEN] }),
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    now,
    randomId: () => 'id-4711',
    expire: AbortSignal.timeout,
    readiness: async () => ({ ok: true, reasons: [] }),
    ...more,
  });
  const { port } = await app.start();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const sender = createSender({
    slack,
    eventsUrl: () => url,
    signingSecret: SIGNING_SECRET,
    replyBase: server.url,
  });

  async function run(job: Job): Promise<void> {
    if (job.name === 'page') await page(job.data.incidentId);
    if (job.name === 'ping') await app.incidents.ping(job.data.incidentId, job.data.seq, job.data.to);
    if (job.name === 'draw') await app.actions.draw(job.data.actionId);
    if (job.name === 'draw_incident') await app.incidents.draw(job.data.incidentId);
    if (job.name === 'tell_incident') await app.incidents.postLine(job.data.incidentId, job.data.seq);
    if (job.name === 'notice') await app.incidents.notice(job.data.words, job.data.who);
  }

  return Object.assign(opened, {
    slack,
    server,
    url,
    app,
    sender,
    incidentStore,
    actionStore,
    incidents,
    logged,
    now,
    page,
    pass: (ms: number) => {
      ahead += ms;
    },
    async work(first?: JobName) {
      const next = () => {
        const due = jobs.filter(({ at }) => at <= now());
        return due.find(({ name }) => name === first) ?? due[0];
      };
      for (let job = next(); job; job = next()) {
        const done = job;
        jobs = jobs.filter((one) => one !== done);
        await run(done);
      }
    },
    async see({
      kind,
      wakes = [],
      picture = {},
      severity = 30,
      lastHour = null,
    }: Parameters<IncidentBot['see']>[0]) {
      const { revision, asked } = await incidentStore.watchOf('prod');
      const at = now();
      const whole: Picture = {
        at,
        verdict: 'down',
        failure: { kind: 'verdict', verdict: 'down' },
        title: 'raxx-api-prod is down',
        cause: 'No response within 5 s',
        error: null,
        fault: 'health/timeout',
        evidence: ['Health: no answer'],
        actions: ['restart', 'stop'],
        ...picture,
      };
      const steps: Record<typeof kind, LookedStep> = {
        open: { name: 'open', at, wellBefore: null, since: at - 60_000, picture: whole, lastHour },
        update: { name: 'update', at, picture: whole, isOff: false },
        stopped: { name: 'stop', at, stop: { by: 'U0KRIS001', at, reason: 'it burns' } },
        resolve: { name: 'resolve', at, wellSince: at },
      };
      const kept = await incidentStore.keep(
        { target: 'prod', app: 'raxx-api-prod', revision, at, asked, saw: true },
        {
          memory: { ...NOTHING_KNOWN, severity },
          incident: steps[kind],
          notices: [],
          sight: [],
          wakes,
          over: [],
          endSnooze: false,
        },
      );
      if (!kept.incident) throw new Error('there is no incident');
      if (kept.incident.state === 'open') await page(kept.incident.id);
      return kept.incident;
    },
    async close() {
      await app.stop();
      await server.close();
    },
  });
}

/** For a test file: no incidents, and a new bot, before each test. */
export function useIncidentBot(): {
  readonly db: Db;
  readonly bot: IncidentBot;
  /** Starts the bot again with other settings. */
  reopen(more: Parameters<typeof openIncidentBot>[1]): Promise<void>;
} {
  let db: Db;
  let bot: IncidentBot;
  beforeAll(async () => {
    db = await openMigrated();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.sql('truncate watches, snoozes, incidents, wakes, pings');
    bot = await openIncidentBot(db);
  });
  afterEach(() => bot.close());
  return {
    get db() {
      return db;
    },
    get bot() {
      return bot;
    },
    async reopen(more) {
      await bot.close();
      bot = await openIncidentBot(db, more);
    },
  };
}

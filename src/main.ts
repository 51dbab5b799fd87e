/**
 * Composition root of the bot: configuration, clients, use-cases, Slack. It listens until it receives a stop signal.
 */
import { randomUUID } from 'node:crypto';
import { createJobHandlers } from './compose/jobs.ts';
import {
  meterActs,
  meterOutside,
  meterPing,
  meterReadings,
  meterWatch,
  meterWrite,
} from './compose/metering.ts';
import { createOutside, createWrite, doableKinds } from './compose/upstreams.ts';
import { EXIT_CONFIG, faultLines, readBotConfig } from './config.ts';
import { metricsRoute } from './http/metrics-route.ts';
import { createLog, sparingly } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createActionEnded } from './operations/actions/ended.ts';
import { createActionService } from './operations/actions/service.ts';
import { createDiagnosisService } from './operations/diagnosis/diagnosis-service.ts';
import { createExplain, type Recall } from './operations/diagnosis/explain.ts';
import { createReadDiffs } from './operations/diagnosis/read-diffs.ts';
import { createRemember } from './operations/diagnosis/remember.ts';
import { createIncidentCommands } from './operations/incidents/commands.ts';
import { createDatabaseWatch } from './operations/incidents/database-outage.ts';
import { createHeartbeat } from './operations/incidents/heartbeat.ts';
import { createIncidentChanges } from './operations/incidents/incident-changes.ts';
import { pageOperator } from './operations/incidents/notify-operator.ts';
import { recallFailure } from './operations/incidents/recall.ts';
import { createWatchSilence } from './operations/incidents/watch-silence.ts';
import { watchTarget } from './operations/incidents/watch-target.ts';
import { callHeartbeat } from './probe/call-heartbeat.ts';
import { unapprovable } from './runbook/actions/approval-rules.ts';
import { createRedactor } from './runbook/redaction/redact.ts';
import { createSlackApp } from './slack/app.ts';
import { anchorOf } from './store/audit/audit.ts';
import { openStore, type Store } from './store/store.ts';
import { createAllowances } from './upstream/budget.ts';
import { createHints } from './webhooks/hints.ts';
import { createWebhooks } from './webhooks/index.ts';

const config = readBotConfig();
if (!config.ok) {
  process.stderr.write(`raxx-chatops is not configured:\n${faultLines(config.faults)}`);
  process.exit(EXIT_CONFIG);
}

const { facts, secrets, LOG_LEVEL, PORT, DATABASE_URL, RAXX_DATA_DIR } = config.value;
const { HEARTBEAT_URL, METRICS_TOKEN, auditKeys } = config.value;
const redactor = createRedactor({ secrets });
const log = createLog(LOG_LEVEL, redactor);

process.on('warning', (warning) => log.warn({ err: warning }, 'process warning'));
process.on('unhandledRejection', (error) => {
  // Continuing would hide a bug, and the platform starts a clean process within seconds.
  log.fatal({ err: error }, 'unhandled promise rejection');
  process.exit(1);
});

const elapsed = () => performance.now();
const metrics = createMetrics({
  queues: () => store.queues(),
  isDatabaseUp: async () => (await store.check()) === null,
  budgets: () => [outside.heroku.rateLimit(), outside.github.rateLimit()].filter((limit) => limit !== null),
});

const BUDGET_TOLD_EVERY_MS = 60_000;
const allowances = createAllowances({
  now: Date.now,
  onRefused: sparingly(BUDGET_TOLD_EVERY_MS, elapsed, (found, leftOut) =>
    log.warn(
      { ...found, leftOut },
      'request not sent: the rest of the hourly budget is kept for more urgent uses',
    ),
  ),
});
const outside = meterOutside(createOutside(config.value, log, allowances), metrics, elapsed);
const collecting = { outside, facts, redactor, now: Date.now, expire: AbortSignal.timeout };

const DATABASE_ERROR_EVERY_MS = 10_000;
const store = openStoreOrEnd();
const { actionStore, incidentStore } = store;
const remember = createRemember({ incidentStore, actionStore, now: Date.now, expire: AbortSignal.timeout });
const recall: Recall = (explaining) =>
  recallFailure({ incidentStore, actionStore, now: Date.now, expire: AbortSignal.timeout }, explaining);
const readings = createDiagnosisService({ ...collecting, elapsed, remember, recall });
const diagnosisService = meterReadings(readings, metrics);
const page = (id: string) => pageOperator({ facts, incidentStore, now: Date.now }, id);
const incidents = createIncidentCommands({ facts, incidentStore, page, now: Date.now, randomId: randomUUID });
const canDo = doableKinds(config.value);
const ended = createActionEnded({
  incidentStore,
  page,
  forget: readings.forget,
  now: Date.now,
  onError: (error) => log.error({ err: error }, 'the watch could not be notified that an action ended'),
});
const write = meterWrite(createWrite(config.value, log, allowances), metrics);
const actionService = meterActs(
  createActionService({
    ...collecting,
    actionStore,
    canDo,
    elapsed,
    write,
    // Called when someone decides, which happens through Slack.
    isApprover: (person) => slack.isApprover(person),
    ended,
  }),
  metrics,
);

const takeHint = createHints({
  incidentStore,
  verifySooner: store.verifySooner,
  now: Date.now,
  expire: AbortSignal.timeout,
  later: (ms, work) => void setTimeout(work, ms).unref(),
  onError: (error) => log.error({ err: error }, 'a webhook was dropped: the database is unavailable'),
});

const slack = createSlackApp({
  botToken: config.value.SLACK_BOT_TOKEN,
  signingSecret: config.value.SLACK_SIGNING_SECRET,
  ...(config.value.SLACK_APP_TOKEN === undefined ? {} : { appToken: config.value.SLACK_APP_TOKEN }),
  apiUrl: config.value.SLACK_API_URL,
  port: PORT,
  routes: createWebhooks({
    herokuSecret: config.value.HEROKU_WEBHOOK_SECRET,
    githubSecret: config.value.GITHUB_WEBHOOK_SECRET,
    facts,
    takeHint,
    now: Date.now,
  }),
  reads:
    METRICS_TOKEN === undefined ? new Map() : new Map([['/metrics', metricsRoute(METRICS_TOKEN, metrics)]]),
  counts: metrics,
  facts,
  diagnosisService,
  actionService,
  actionStore,
  incidentStore,
  incidents,
  canDo,
  redact: redactor,
  log,
  now: Date.now,
  randomId: randomUUID,
  expire: AbortSignal.timeout,
  noteRefusal: async (refusal) => {
    // The refusal is already in the log, even if the database fails.
    await store.noteRefusal(refusal, Date.now()).catch(() => undefined);
  },
  database: store.check,
  readiness: async () => {
    const fault = await store.check();
    // Anyone can call this endpoint, so hosts and errors go only to the log.
    return { ok: fault === null, reasons: fault === null ? [] : [`Database: ${fault.words}`] };
  },
});

const heartbeat =
  HEARTBEAT_URL === undefined
    ? async () => {}
    : createHeartbeat({
        facts,
        incidentStore,
        slackProblem: slack.problem,
        call: () => callHeartbeat(HEARTBEAT_URL),
        now: Date.now,
        onError: (error) => log.warn({ err: error }, "the dead man's switch was not called"),
      });
const explain = createExplain(createReadDiffs(collecting), recall);
const changes = createIncidentChanges({ incidentStore, explain, now: Date.now });
const watchContext = { ...collecting, incidentStore, actionStore, page, changes, sawWell: heartbeat };
const watch = meterWatch((name, why) => watchTarget(watchContext, name, why), metrics, elapsed);

for (const warning of unapprovable(facts)) log.warn(warning);
for (const { path, words } of config.value.shortSecrets) log.warn(`${path} ${words}`);

/** The store may take this long to stop, after Slack has stopped. */
const STOP_STORE_MS = 8_000;
/** The platform kills after 30 s, and a killed process logs nothing. Whatever still hangs is abandoned before that. */
const STOP_MS = 24_000;

/**
 * The queue accepts one request per watch interval from all processes together. The first look is requested after
 * half an interval, not during startup.
 */
const everyMs = facts.watch.everySeconds * 1_000;
const targetNames = facts.targets.map(({ name }) => name);
function askForLooks(): void {
  incidentStore.askForLooks(targetNames, facts.watch.everySeconds).catch((error: unknown) => {
    log.error({ err: error }, 'no look was requested: the database is unavailable');
  });
}
let watching: NodeJS.Timeout | undefined;

const silence = createWatchSilence({
  facts,
  incidentStore,
  restart: store.restartWatch,
  tell: slack.incidents.notice,
  now: Date.now,
  elapsed,
  onError: (error) => log.error({ err: error }, 'could not check whether looks complete'),
});

const DATABASE_EVERY_MS = 15_000;
const lookAtDatabase = createDatabaseWatch({
  check: store.check,
  tell: slack.incidents.notice,
  log: { error: (words) => log.error(words), info: (words) => log.info(words) },
  now: Date.now,
});
let lookingAtDatabase: NodeJS.Timeout | undefined;
let watchingLooks: NodeJS.Timeout | undefined;

let stopping = false;
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, async () => {
    // Heroku may send SIGTERM more than once, and sends it to every process of the dyno.
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      log.error(`not everything has ended after ${STOP_MS / 1_000} s; exiting anyway`);
      process.exit(1);
    }, STOP_MS).unref();
    clearInterval(watching);
    clearInterval(lookingAtDatabase);
    clearInterval(watchingLooks);
    log.info({ signal: name }, 'stopping: no new requests, finishing what is in progress');
    await slack.stop();
    await store.stop(STOP_STORE_MS);
    log.info('stopped');
    process.exit(0);
  });
}

try {
  const cards = { ...slack.incidents, ping: meterPing(slack.incidents.ping, metrics) };
  await store.start(createJobHandlers({ actionService, slack, incidents: cards, watch, page }));
  const { port } = await slack.start();
  watching = setTimeout(() => {
    askForLooks();
    watching = setInterval(askForLooks, everyMs);
  }, everyMs / 2);
  watchingLooks = setInterval(silence.check, everyMs);
  lookingAtDatabase = setInterval(lookAtDatabase, DATABASE_EVERY_MS);
  log.info({ port, targets: facts.targets.map(({ app }) => app) }, 'listening');
} catch (error) {
  log.fatal({ err: error }, 'could not start');
  process.exit(1);
}

/** The embedded database belongs to one process, so a second process exits immediately and says why. */
function openStoreOrEnd(): Store {
  try {
    return openStore({
      ...(DATABASE_URL === undefined ? {} : { databaseUrl: DATABASE_URL }),
      directory: RAXX_DATA_DIR,
      targets: facts.targets.map(({ name }) => name),
      onError: sparingly(DATABASE_ERROR_EVERY_MS, elapsed, (error, leftOut) =>
        log.error({ err: error, leftOut }, 'database or queue error'),
      ),
      onFailed: ({ name, id, data, error }) => {
        metrics.failedJob(name);
        log.error({ err: error, job: name, id }, 'a job failed');
        if (name === 'watch' && 'target' in data) silence.failed(data.target, error);
      },
      auditKeys,
      now: Date.now,
      onAuditLine: (line) => log.info({ audit: anchorOf(line) }, 'audit'),
    });
  } catch (error) {
    log.fatal({ err: error }, 'could not open the database');
    process.exit(1);
  }
}

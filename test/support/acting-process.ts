/** A process that executes actions with a real store, queue and clients, but without Slack. Its parent says what it does and where it dies. */

import { setInterval } from 'node:timers';
import { createJobHandlers } from '../../src/compose/jobs.ts';
import { createOutside, createWrite, doableKinds } from '../../src/compose/upstreams.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createActionService } from '../../src/operations/actions/service.ts';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import { type ActionStep, TRANSITIONS } from '../../src/runbook/actions/transitions.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { phraseText } from '../../src/runbook/text/phrase.ts';
import { openStore } from '../../src/store/store.ts';
import type { Death, Order, Reply } from './start-acting-process.ts';

/** Looks follow each other quickly: tests check the order of events, not the time between them. */
const LOOK_MS = 100;

const config = readConfig();
if (!config.ok) throw new Error(JSON.stringify(config.faults));
const settings = config.value;
const { facts, secrets, DATABASE_URL, RAXX_DATA_DIR } = settings;
const redactor = createRedactor({ secrets });
const log = createLog('silent', redactor);
const send = createWrite(settings, log);

let ahead = 0;
let death: Death | null = null;
let executed = 0;
const now = () => Date.now() + ahead;

/** A SIGKILL to its own process takes effect before the call returns: nothing runs after it. */
function passBy(event: string, when: Death['when']): void {
  if (death?.event === event && death.when === when) process.kill(process.pid, 'SIGKILL');
}

async function at<T>(event: string, step: () => Promise<T>): Promise<T> {
  passBy(event, 'before');
  const value = await step();
  passBy(event, 'after');
  return value;
}

/** The name of the change's audit line. */
function eventOf(step: ActionStep): string {
  switch (step.name) {
    case 'accept':
      return 'sent';
    case 'miss_answer':
      return 'no_answer';
    case 'advance':
      return step.stage;
    case 'annotate':
      return step.event;
    case 'close_aftercare':
      return step.aftermath.kind;
    default:
      return TRANSITIONS[step.name].to;
  }
}

/** There is no Slack here, and no watch. */
const nothing = async () => {};

/** Opened on command, because another process may have the embedded database until then. */
function openAll() {
  const store = openStore({
    ...(DATABASE_URL === undefined ? {} : { databaseUrl: DATABASE_URL }),
    directory: RAXX_DATA_DIR,
    onError: (error) => process.stderr.write(`${error.stack}\n`),
    now: Date.now,
  });
  /** Jobs follow the database's clock, which is not ahead. */
  const own: Partial<ActionStore> = {
    propose: (draft) => at('proposed', () => store.actionStore.propose(draft)),
    approve: (...given) => at('approved', () => store.actionStore.approve(...given)),
    move: (id, step) => at(eventOf(step), () => store.actionStore.move(id, step)),
    lookAgain: (id, job) => store.actionStore.lookAgain(id, job, Date.now() + LOOK_MS),
  };
  const actionStore: ActionStore = Object.assign(Object.create(store.actionStore), own);
  const actionService = createActionService({
    isApprover: async () => true,
    outside: createOutside(settings, log),
    canDo: doableKinds(settings),
    facts,
    redactor,
    actionStore,
    write: (request) => at('write', () => send(request)),
    now,
    expire: AbortSignal.timeout,
  });
  store.start(
    createJobHandlers({
      actionService: {
        ...actionService,
        execute: (id) => {
          executed += 1;
          return actionService.execute(id);
        },
      },
      slack: { actions: { draw: nothing, postLine: nothing } },
      incidents: { ping: nothing, draw: nothing, postLine: nothing, notice: nothing },
      watch: nothing,
      page: nothing,
    }),
  );
  return { store, actionStore, actionService };
}

let opened: ReturnType<typeof openAll> | null = null;

async function obey(order: Order): Promise<unknown> {
  if (order.do === 'die') {
    death = order.at;
    return null;
  }
  if (order.do === 'ahead') {
    ahead = order.ms;
    return null;
  }
  opened ??= openAll();
  const { store, actionStore, actionService } = opened;
  // A person would be told that it is not open yet.
  await store.open();
  switch (order.do) {
    case 'open':
      return (await actionStore.recent(1)).length;
    case 'propose': {
      const target = facts.targets.find(({ name }) => name === order.target);
      if (!target) throw new Error(`no target ${order.target}`);
      const asked = await actionService.propose({
        kind: order.kind,
        target,
        by: order.by,
        reason: null,
        origin: 'slack',
      });
      if (!asked.ok) throw new Error(phraseText(asked.words));
      return asked.action;
    }
    case 'approve':
      return actionService.approve(order.id, order.by);
    case 'recover':
      return actionService.recover();
    case 'find':
      return actionStore.find(order.id);
    case 'newest':
      return (await actionStore.recent(1))[0] ?? null;
    case 'executed':
      return executed;
    case 'faults':
      return (await store.prove()).faults;
    case 'stop':
      return store.stop(2_000);
  }
}

process.on('message', async ({ number, order }: { number: number; order: Order }) => {
  const reply: Reply = await obey(order).then(
    (value) => ({ number, value }),
    (error: Error) => ({ number, error: error.message }),
  );
  process.send?.(reply);
});
// A parent that is gone gives no more orders.
process.on('disconnect', () => process.exit(0));
setInterval(() => {}, 60_000);

/** Actions against a local world: real clients, a real ledger, a clock and a queue that the test drives. */

import { createOutside, createWrite, doableKinds } from '../../src/compose/upstreams.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import type { ActionService } from '../../src/operations/actions/context.ts';
import { createActionEnded } from '../../src/operations/actions/ended.ts';
import { createActionService } from '../../src/operations/actions/service.ts';
import { pageOperator } from '../../src/operations/incidents/notify-operator.ts';
import { type WatchContext, type WhyLook, watchTarget } from '../../src/operations/incidents/watch-target.ts';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { IncidentStore } from '../../src/operations/ports/incident-store.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { Facts, Target } from '../../src/runbook/model/runbook-config.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import type { Person } from '../../src/runbook/people/permissions.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { phraseText } from '../../src/runbook/text/phrase.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import type { Queue } from '../../src/store/queue.ts';
import type { JobName } from '../../src/store/queue-jobs.ts';
import { localChanges } from './local-changes.ts';

export const OPERATOR: Person = { id: 'U1', isOperator: true, isApprover: true };
export const APPROVER: Person = { id: 'U2', isOperator: false, isApprover: true };
export const ANYBODY: Person = { id: 'U3', isOperator: false, isApprover: false };

interface Job {
  readonly name: JobName;
  readonly actionId: string;
  readonly startAt: number;
}

export interface ActionContext {
  /** The targets of which nothing read before may be shown any more. */
  readonly forgotten: readonly string[];
  readonly actionService: ActionService;
  readonly actionStore: ActionStore;
  readonly facts: Facts;
  readonly prod: Target;
  /** Moves the clock forward. */
  pass(ms: number): void;
  /** Runs the jobs that are due, and those that they enqueue, until none is due. Later jobs stay. */
  work(): Promise<void>;
  /** The waiting jobs, except those that draw a card. */
  readonly waiting: () => readonly Job[];
  /** Proposes an action; a refusal fails the test. */
  propose(
    kind: ActionKind,
    more?: { by?: Person; version?: number; ref?: string; target?: Target },
  ): Promise<Action>;
  find(id: string): Promise<Action>;
  readonly incidentStore: IncidentStore;
  /** People who have lost the right to approve. */
  readonly lost: Set<string>;
  /** One look of the watch. */
  watch(target: string): Promise<void>;
}

export function startActing(
  db: Db,
  env: Readonly<Record<string, string>>,
  change: (facts: Facts) => Facts = (facts) => facts,
  /** Called just before a write is sent. */
  beforeWrite: () => void = () => {},
  /** The ledger as a process sees it whose last changes were lost. */
  ownLedger?: ActionStore,
): ActionContext {
  const config = readConfig(env);
  if (!config.ok) throw new Error(JSON.stringify(config.faults));
  const facts = change(config.value.facts);
  let ahead = 0;
  const now = () => Date.now() + ahead;
  let jobs: Job[] = [];
  const queue: Pick<Queue, 'enqueue'> = {
    enqueue: async (_sql, name, data, _target, startAt) => {
      const actionId = 'actionId' in data ? data.actionId : '';
      if (actionId !== '' && name !== 'draw' && name !== 'tell')
        jobs.push({ name, actionId, startAt: startAt ?? 0 });
    },
  };
  const actionStore = ownLedger ?? createActionStore(db, queue);
  const redactor = createRedactor({ secrets: config.value.secrets });
  const log = createLog('silent', redactor);
  const send = createWrite(config.value, log);
  const outside = createOutside(config.value, log);
  const incidentStore = createIncidentStore(db, null);
  const page = (id: string) => pageOperator({ facts, incidentStore, now }, id);
  const lost = new Set<string>();
  const onError = (error: unknown) => {
    throw error;
  };
  const sawWell = async () => {};
  const watchContext: WatchContext = {
    outside,
    facts,
    redactor,
    incidentStore,
    actionStore,
    page,
    changes: localChanges({ outside, redactor, incidentStore, actionStore, now }),
    sawWell,
    now,
    expire: AbortSignal.timeout,
  };
  const watch = (name: string, why?: WhyLook) => watchTarget(watchContext, name, why);
  const forgotten: string[] = [];
  const actionService = createActionService({
    isApprover: async (person) => !lost.has(person),
    outside,
    canDo: doableKinds(config.value),
    facts,
    redactor,
    actionStore,
    write: async (request) => {
      beforeWrite();
      return send(request);
    },
    now,
    expire: AbortSignal.timeout,
    ended: createActionEnded({
      incidentStore,
      page,
      forget: (target) => void forgotten.push(target),
      now,
      onError,
    }),
  });
  const prod = facts.targets.find(({ name }) => name === 'prod');
  if (!prod) throw new Error('no prod');
  const find = async (id: string) => {
    const action = await actionStore.find(id);
    if (!action) throw new Error(`no action ${id}`);
    return action;
  };
  return {
    actionService,
    forgotten,
    actionStore,
    facts,
    prod,
    pass: (ms) => {
      ahead += ms;
    },
    async work() {
      for (
        let due = jobs.find(({ startAt }) => startAt <= now());
        due;
        due = jobs.find(({ startAt }) => startAt <= now())
      ) {
        const job = due;
        jobs = jobs.filter((one) => one !== job);
        if (job.name === 'execute') await actionService.execute(job.actionId);
        if (job.name === 'verify') await actionService.verify(job.actionId);
        if (job.name === 'care') await actionService.care(job.actionId);
        if (job.name === 'expire') await actionService.expire(job.actionId);
      }
    },
    waiting: () => jobs,
    async propose(kind, { by = OPERATOR, target = prod, ...wish } = {}) {
      const asked = await actionService.propose({
        kind,
        target,
        by,
        reason: 'it burns',
        origin: 'slack',
        wish,
      });
      if (!asked.ok) {
        const { manualCommand } = asked;
        const words = phraseText(asked.words);
        throw new Error(manualCommand === null ? words : `${words} By hand: ${manualCommand}`);
      }
      return asked.action;
    },
    find,
    incidentStore,
    watch,
    lost,
  };
}

/** Work that outlives a restart: pg-boss on our database. A job is sent only within the transaction that calls for it. */
import { PgBoss } from 'pg-boss';
import type { QueueState } from '../operations/ports/queue-state.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { BossOptions, Sql } from './database/db.ts';
import {
  doUnclaimed,
  type HandedOver,
  handOver,
  type Owned,
  openAddress,
  UNCLAIMED_MS,
} from './hand-over.ts';
import { HEARTBEAT_S, JOB_NAMES, type JobHandlers, type JobName, type Jobs, PLANS } from './queue-jobs.ts';

/** Where a step's jobs are put: into its own transaction. */
export interface JobScope {
  readonly sql: Sql;
  /** Null when no jobs are sent. */
  readonly queue: Pick<Queue, 'enqueue'> | null;
}

export interface Queue {
  /** Commits with the transaction of `sql`, or is never sent. Starts at `startAt`, or at once. `target`: whose job it is. */
  enqueue<Name extends JobName>(
    sql: Sql,
    name: Name,
    data: Jobs[Name],
    target: string,
    startAt?: Instant,
  ): Promise<void>;
  /** Handles jobs of this name from now on. A job whose handler rejects is tried again, up to the limit of its plan. */
  work<Name extends JobName>(name: Name, handle: JobHandlers[Name]): Promise<void>;
  /** Handles every job from now on. */
  workAll(handlers: JobHandlers): Promise<void>;
  /** Handles what processes that do not name these targets have handed over. Called after all `work`. */
  takeHandedOver(): Promise<void>;
  /** Asks for `recover` of each target of this process. All requests within half a minute make one job. */
  askForRecovery(): Promise<void>;
  /** Asks for a look at each target. All requests within `everySeconds` make one look. */
  askForLooks(targets: readonly string[], everySeconds: number): Promise<void>;
  /** Asks for a look now. All requests of one kind within a second make one look. */
  askForLook(target: string, why?: 'hint'): Promise<void>;
  /** Starts new workers of this name, without waiting for what hangs in the old ones. */
  restart(name: JobName): Promise<void>;
  /** Takes nothing new, and waits up to `withinMs` for what is running. */
  stop(withinMs: number): Promise<void>;
}

/** One state per name of which jobs are due and waiting. */
export async function queueStates(sql: Sql): Promise<readonly QueueState[]> {
  const rows = await sql(
    `select name, count(*)::int as jobs, extract(epoch from now() - min(start_after))::float8 as oldest
     from queue.job where state in ('created', 'retry') and start_after <= now() group by name`,
  );
  return rows.map(({ name, jobs, oldest }) => ({
    name: String(name),
    jobs: Number(jobs),
    oldestSeconds: Math.max(0, Number(oldest)),
  }));
}

/** Jobs that are due now wake a worker at once; those that were sent for later are found by polling. */
const POLL_EVERY_S = 1;
const POLLING = { pollingIntervalSeconds: POLL_EVERY_S, notifyPollingIntervalSeconds: POLL_EVERY_S };
const RECOVER_EVERY_S = 30;
/** Jobs of one queue that a process handles side by side. */
const AT_ONCE = 3;

/** A handler rejected; its plan says whether the job is tried again. */
export interface FailedJob {
  readonly name: JobName;
  readonly id: string;
  readonly data: Jobs[JobName];
  readonly error: unknown;
}

export interface QueueOptions {
  onError(error: Error): void;
  /** Called each time: pg-boss keeps the error in its table and reports nothing. */
  onFailed?(job: FailedJob): void;
  /** This process only sends: others work, and maintain the queues. */
  readonly sendsOnly?: boolean;
  /** The targets that this process names in its runbook file. A process without them does every job. */
  readonly targets?: readonly string[];
  /** How long the card of an ended action waits for a process that names its target. */
  readonly unclaimedMs?: number;
}

/** What the workers of one process share. */
interface Workers extends Pick<QueueOptions, 'targets' | 'onFailed'> {
  readonly boss: PgBoss;
  readonly unclaimedMs: number;
  /** What does each job, by its name, for what was handed over. */
  readonly doers: Map<JobName, (id: string, data: never) => Promise<void>>;
  /** How the workers of each name are started. */
  readonly starts: Map<JobName, () => Promise<void>>;
}

export async function openQueue(database: BossOptions, options: QueueOptions): Promise<Queue> {
  const boss = await startBoss(database, options);
  const { onFailed, targets, unclaimedMs = UNCLAIMED_MS } = options;
  const workers: Workers = {
    boss,
    unclaimedMs,
    doers: new Map(),
    starts: new Map(),
    ...(onFailed ? { onFailed } : {}),
    ...(targets ? { targets } : {}),
  };
  return {
    enqueue: (sql, name, data, target, startAt) => send(boss, sql, name, { ...data, target }, startAt),
    async restart(name) {
      await boss.offWork(name, { wait: false });
      await workers.starts.get(name)?.();
    },
    work: (name, handle) => work(workers, name, handle),
    async workAll(handlers) {
      for (const name of JOB_NAMES) await work(workers, name, handlers[name]);
    },
    takeHandedOver: () => takeHandedOver(workers),
    askForRecovery: () => askForRecovery(boss, targets),
    async askForLooks(names, everySeconds) {
      const singletonSeconds = Math.max(1, Math.round(everySeconds));
      await Promise.all(
        names.map((target) => boss.send('watch', { target }, { singletonKey: target, singletonSeconds })),
      );
    },
    async askForLook(target, why) {
      const once = { singletonKey: `${why ?? 'now'} ${target}`, singletonSeconds: 1 };
      await boss.send('watch', why === undefined ? { target } : { target, why }, once);
    },
    stop: (withinMs) => boss.stop({ graceful: true, timeout: withinMs }),
  };
}

async function startBoss(
  database: BossOptions,
  { onError, sendsOnly = false }: Pick<QueueOptions, 'onError' | 'sendsOnly'>,
): Promise<PgBoss> {
  const boss = new PgBoss({
    ...database,
    schema: 'queue',
    useListenNotify: !sendsOnly,
    supervise: !sendsOnly,
    monitorIntervalSeconds: 5,
    superviseIntervalSeconds: 5,
    schedule: false,
  });
  boss.on('error', onError);
  try {
    await boss.start();
    for (const [name, plan] of Object.entries(PLANS)) {
      const queue = { ...plan, heartbeatSeconds: HEARTBEAT_S, notify: true };
      await boss.createQueue(name, queue);
      // createQueue does not change the options of a queue that exists.
      await boss.updateQueue(name, queue);
    }
  } catch (error) {
    // What it opened would stay open: the store tries again every ten seconds.
    await boss.stop({ graceful: false }).catch(onError);
    throw error;
  }
  return boss;
}

async function send(boss: PgBoss, sql: Sql, name: JobName, data: object, startAt?: Instant): Promise<void> {
  const db = {
    executeSql: async (text: string, values: unknown[] = []) => ({ rows: [...(await sql(text, values))] }),
  };
  await boss.send(name, data, { db, ...(startAt === undefined ? {} : { startAfter: new Date(startAt) }) });
}

async function work<Name extends JobName>(
  workers: Workers,
  name: Name,
  handle: JobHandlers[Name],
): Promise<void> {
  const { boss, doers, starts, onFailed } = workers;
  const options = { ...POLLING, localConcurrency: AT_ONCE };
  const doNow = async (id: string, data: Jobs[Name]) => {
    try {
      await handle(data);
    } catch (error) {
      onFailed?.({ name, id, data, error });
      throw error;
    }
  };
  doers.set(name, doNow);
  const start = async () =>
    void (await boss.work<Jobs[Name] & Owned>(name, options, async ([job]) => {
      if (job) await doOrHandOver(workers, name, job, () => doNow(job.id, job.data));
    }));
  starts.set(name, start);
  await start();
}

async function doOrHandOver(
  { boss, targets, unclaimedMs }: Workers,
  name: JobName,
  job: { readonly id: string; readonly data: Owned },
  work: () => Promise<void>,
): Promise<void> {
  const { target, handedOver } = job.data;
  if (target === undefined) return work();
  if (handedOver !== undefined) return doUnclaimed(boss, target, handedOver, work);
  if (!targets || targets.includes(target)) return work();
  await handOver(boss, name, job, target, unclaimedMs);
}

async function takeHandedOver({ boss, targets = [], doers }: Workers): Promise<void> {
  // An approved stop does not wait behind a card that Slack is slow to take.
  const options = { ...POLLING, localConcurrency: 2 * AT_ONCE };
  for (const target of targets)
    await boss.work<HandedOver>(await openAddress(boss, target), options, async ([job]) => {
      if (!job) return;
      const doNow = doers.get(job.data.name);
      if (!doNow) throw new Error(`nothing here does the job ${job.data.name}`);
      await doNow(job.id, job.data.data);
    });
}

async function askForRecovery(boss: PgBoss, targets: QueueOptions['targets']): Promise<void> {
  const singletonSeconds = RECOVER_EVERY_S;
  if (!targets) await boss.send('recover', {}, { singletonKey: 'recover', singletonSeconds });
  for (const target of targets ?? [])
    await boss.send('recover', { target }, { singletonKey: `recover ${target}`, singletonSeconds });
}

/** Work that survives a restart: pg-boss on our database. A job is sent only in the transaction that requires it. */
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

/** The transaction into which a step's jobs are sent. */
export interface JobScope {
  readonly sql: Sql;
  /** Null when this process sends no jobs. */
  readonly queue: Pick<Queue, 'enqueue'> | null;
}

export interface Queue {
  /**
   * Sends a job that commits with the transaction of `sql`, or never. It starts at `startAt`, or immediately.
   * `target` is the target that the job is for.
   */
  enqueue<Name extends JobName>(
    sql: Sql,
    name: Name,
    data: Jobs[Name],
    target: string,
    startAt?: Instant,
  ): Promise<void>;
  /** Starts handling jobs with this name. If a handler rejects, the job is retried up to the limit of its plan. */
  work<Name extends JobName>(name: Name, handle: JobHandlers[Name]): Promise<void>;
  /** Starts handling every job. */
  workAll(handlers: JobHandlers): Promise<void>;
  /** Handles the jobs that processes without these targets handed over. Call it after every `work`. */
  takeHandedOver(): Promise<void>;
  /** Requests `recover` for each target of this process. All requests within half a minute make one job. */
  askForRecovery(): Promise<void>;
  /** Requests a look at each target. All requests within `everySeconds` make one look. */
  askForLooks(targets: readonly string[], everySeconds: number): Promise<void>;
  /** Requests a look now. All requests of one kind within a second make one look. */
  askForLook(target: string, why?: 'hint'): Promise<void>;
  /**
   * Makes the next verification of the target's executing actions due now, or two seconds after the last one. Starts no
   * verification that was not going to happen.
   */
  verifySooner(target: string): Promise<void>;
  /** Starts new workers for this name, without waiting for jobs that hang in the old ones. */
  restart(name: JobName): Promise<void>;
  /** Takes no new jobs, and waits up to `withinMs` for those that are running. */
  stop(withinMs: number): Promise<void>;
}

/** Returns one state per queue name that has jobs due and waiting. */
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

/** Jobs that are due now wake a worker immediately. Jobs that were scheduled for later are found by polling. */
const POLL_EVERY_S = 1;
const POLLING = { pollingIntervalSeconds: POLL_EVERY_S, notifyPollingIntervalSeconds: POLL_EVERY_S };
const RECOVER_EVERY_S = 30;
/** Number of jobs of one queue that a process handles at the same time. */
const AT_ONCE = 3;

/** A job whose handler rejected. Its plan decides whether it is retried. */
export interface FailedJob {
  readonly name: JobName;
  readonly id: string;
  readonly data: Jobs[JobName];
  readonly error: unknown;
}

export interface QueueOptions {
  onError(error: Error): void;
  /** Called for every failure, because pg-boss only stores the error in its table. */
  onFailed?(job: FailedJob): void;
  /** True for a process that only sends jobs. Other processes handle them and maintain the queues. */
  readonly sendsOnly?: boolean;
  /** The targets in this process's runbook file. Without them, the process handles every job. */
  readonly targets?: readonly string[];
  /** The card of an ended action waits this long for a process that names its target, in milliseconds. */
  readonly unclaimedMs?: number;
}

/** State shared by the workers of one process. */
interface Workers extends Pick<QueueOptions, 'targets' | 'onFailed'> {
  readonly boss: PgBoss;
  readonly unclaimedMs: number;
  /** Handlers by job name, for jobs that were handed over. */
  readonly doers: Map<JobName, (id: string, data: never) => Promise<void>>;
  /** Functions that start the workers of each job name. */
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
    verifySooner: (target) => verifySooner(boss, target),
    stop: (withinMs) => boss.stop({ graceful: true, timeout: withinMs }),
  };
}

/** Verifications of one action are at least this many seconds apart, however many webhooks arrive. */
const VERIFY_EVERY_S = 2;

/**
 * Moves the waiting job forward. A verification enqueues its successor, so a second job would have successors of its
 * own until the action ends.
 */
async function verifySooner(boss: PgBoss, target: string): Promise<void> {
  const soon = 'greatest(queue.job_now(), created_on + make_interval(secs => $2::int))';
  await boss.getDb().executeSql(
    `update queue.job set start_after = ${soon}
     where name = 'verify' and state = 'created' and data->>'target' = $1 and start_after > ${soon}`,
    [target, VERIFY_EVERY_S],
  );
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
      // `createQueue` does not change the options of an existing queue, so update them here.
      await boss.updateQueue(name, queue);
    }
  } catch (error) {
    // Without this, the connections it opened would leak: the store retries every ten seconds.
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
  // Twice the workers, so that an approved stop does not wait behind a card that Slack is slow to accept.
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

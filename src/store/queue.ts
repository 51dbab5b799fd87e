/** Work that outlives a restart: pg-boss on our database. A job is sent only inside of the transaction that calls for it. */
import { PgBoss } from 'pg-boss';
import type { QueueState } from '../operations/ports/queue-state.ts';
import type { Instant } from '../runbook/model/evidence.ts';
import type { BossOptions, Sql } from './database/db.ts';

/** Every queue, and what its jobs carry. */
export interface Jobs {
  /** Send the one write of an approved action. */
  execute: { readonly actionId: string };
  /** Look whether what was done took effect. */
  verify: { readonly actionId: string };
  /** A proposal's time is over. */
  expire: { readonly actionId: string };
  /** Look what becomes of an action after it succeeded. */
  care: { readonly actionId: string };
  /** Draw an action's card from its row. */
  draw: { readonly actionId: string };
  /** Tell a line of the audit in the card's thread; `everybody`: in the channel as well. */
  tell: { readonly actionId: string; readonly seq: number; readonly everybody: boolean };
  /** Look at a target. */
  watch: { readonly target: string; readonly why?: 'hint' };
  /** Look whether somebody is to be pinged for an incident. */
  page: { readonly incidentId: string };
  /** Post a ping of an incident: in the channel, or to the person. */
  ping: { readonly incidentId: string; readonly seq: number; readonly to: 'channel' | 'person' };
  draw_incident: { readonly incidentId: string };
  /** Tell a line of an incident's timeline in the thread of its card. */
  tell_incident: { readonly incidentId: string; readonly seq: number };
  /** Tell something in the channel by itself; `who`: did it, as the audit names them. */
  notice: { readonly words: string; readonly who?: string };
  /** Every half minute: what a dead process left behind of a target; of all, where a process does every job. */
  recover: { readonly target?: string };
}

export type JobName = keyof Jobs;

/** What does each job; see compose/jobs.ts. */
export type JobHandlers = { readonly [Name in JobName]: (data: Jobs[Name]) => Promise<void> };

export interface Queue {
  /** Commits with the transaction of `sql`, or never was. Starts at `startAt`, or at once. `target`: whose it is. */
  enqueue<Name extends JobName>(
    sql: Sql,
    name: Name,
    data: Jobs[Name],
    target: string,
    startAt?: Instant,
  ): Promise<void>;
  /** Handles jobs of this name from now on. A handler that rejects is called again, up to the queue's limit. */
  work<Name extends JobName>(name: Name, handle: (data: Jobs[Name]) => Promise<void>): Promise<void>;
  /** Handles every job from now on. */
  workAll(handlers: JobHandlers): Promise<void>;
  /** Handles what processes that do not name these targets have left to one that does; after all `work`. */
  takeHandedOver(): Promise<void>;
  /** Asks for `recover` of each of its targets; of all that ask within the same half minute one is heard. */
  askForRecovery(): Promise<void>;
  /** Asks for a look at each target; of all that ask within the same `everySeconds` one is heard. */
  askForLooks(targets: readonly string[], everySeconds: number): Promise<void>;
  /** Asks for a look of now; of all that ask within the same second one is heard. */
  askForLook(target: string): Promise<void>;
  /** Begins the workers of this name anew; what hangs in the old ones is not waited for. */
  restart(name: JobName): Promise<void>;
  /** Takes nothing new and waits for what runs, up to `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

/** Of each name whose jobs are due and wait. */
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

interface QueuePlan {
  readonly retryLimit: number;
  readonly retryDelay: number;
  readonly retryBackoff?: boolean;
  readonly retryDelayMax?: number;
}

/** Slack may be away for a day: what is to be shown there waits for it. */
const UNTIL_SLACK_IS_BACK: QueuePlan = {
  retryLimit: 1_000,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 120,
};

/** `execute` is never called again: an action that may have been sent is only looked at, by `recover`. */
const PLANS: Readonly<Record<JobName, QueuePlan>> = {
  execute: { retryLimit: 0, retryDelay: 1 },
  verify: { retryLimit: 20, retryDelay: 3 },
  expire: { retryLimit: 20, retryDelay: 10 },
  care: { retryLimit: 20, retryDelay: 10 },
  draw: UNTIL_SLACK_IS_BACK,
  tell: UNTIL_SLACK_IS_BACK,
  // The next round comes soon; an old look is worth nothing.
  watch: { retryLimit: 0, retryDelay: 1 },
  page: { retryLimit: 20, retryDelay: 3 },
  ping: UNTIL_SLACK_IS_BACK,
  draw_incident: UNTIL_SLACK_IS_BACK,
  tell_incident: UNTIL_SLACK_IS_BACK,
  notice: UNTIL_SLACK_IS_BACK,
  recover: { retryLimit: 0, retryDelay: 1 },
};

const JOB_NAMES = Object.keys(PLANS).filter((name): name is JobName => name in PLANS);

/** A job whose process died is handed to another one after this time. */
const HEARTBEAT_S = 10;
/** Jobs of now wake a worker at once; those that were sent for later are found by looking. */
const LOOK_EVERY_S = 1;
const RECOVER_EVERY_S = 30;
/** Jobs of one queue that a process handles side by side. */
const AT_ONCE = 3;
/** What is handed over waits so long for a process that names its target. */
const KEPT_S = 14 * 24 * 3_600;
const POLLING = { pollingIntervalSeconds: LOOK_EVERY_S, notifyPollingIntervalSeconds: LOOK_EVERY_S };

/** What every job carries, so that it is known who may do it; jobs of an older version do not. */
interface Owned {
  readonly target?: string;
}

interface HandedOver {
  readonly name: JobName;
  readonly data: never;
}

/** A handler rejected; whether it is called again, the plan of its queue says. */
export interface FailedJob {
  readonly name: JobName;
  readonly id: string;
  readonly data: Jobs[JobName];
  readonly error: unknown;
}

export interface QueueOptions {
  onError(error: Error): void;
  /** Told each time: the queue itself keeps the error in its table and says nothing. */
  onFailed?(job: FailedJob): void;
  /** It only sends: other processes work, and look after the queues. */
  readonly sendsOnly?: boolean;
  /** The targets that the runbook file of this process names; left out: it does every job. */
  readonly targets?: readonly string[];
}

async function startQueues(boss: PgBoss): Promise<void> {
  await boss.start();
  for (const [name, plan] of Object.entries(PLANS)) {
    const options = { ...plan, heartbeatSeconds: HEARTBEAT_S, notify: true };
    await boss.createQueue(name, options);
    // Options of a queue that is there already are not changed by createQueue.
    await boss.updateQueue(name, options);
  }
}

export async function openQueue(
  database: BossOptions,
  { onError, onFailed, sendsOnly = false, targets }: QueueOptions,
): Promise<Queue> {
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
    await startQueues(boss);
  } catch (error) {
    // What it opened would stay open: the store tries again every ten seconds.
    await boss.stop({ graceful: false }).catch(onError);
    throw error;
  }

  async function send(
    sql: Sql,
    name: JobName,
    data: object,
    target: string,
    startAt?: Instant,
  ): Promise<void> {
    const db = {
      executeSql: async (text: string, values: unknown[] = []) => ({ rows: [...(await sql(text, values))] }),
    };
    await boss.send(
      name,
      { ...data, target },
      { db, ...(startAt === undefined ? {} : { startAfter: new Date(startAt) }) },
    );
  }

  /** Each job by its name, for what was handed over. */
  const doers = new Map<JobName, (id: string, data: never) => Promise<void>>();

  async function openAddress(target: string): Promise<string> {
    const address = `for/${target}`;
    await boss.createQueue(address, { heartbeatSeconds: HEARTBEAT_S, notify: true });
    return address;
  }

  /**
   * A process that does not name the target knows neither its rules nor its people. The job is put where only those look
   * that do: back in its own queue, the same process might take it again and again.
   */
  async function handOver(name: JobName, data: object, target: string): Promise<void> {
    await boss.send(await openAddress(target), { name, data }, { ...PLANS[name], retentionSeconds: KEPT_S });
  }

  /** How each name's workers are begun. */
  const begin = new Map<JobName, () => Promise<void>>();

  async function work<Name extends JobName>(name: Name, handle: JobHandlers[Name]): Promise<void> {
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
    const beginOne = async () =>
      void (await boss.work<Jobs[Name] & Owned>(name, options, async ([job]) => {
        if (!job) return;
        const { target } = job.data;
        const isOurs = target === undefined || !targets || targets.includes(target);
        await (isOurs ? doNow(job.id, job.data) : handOver(name, job.data, target));
      }));
    begin.set(name, beginOne);
    await beginOne();
  }

  return {
    enqueue: send,
    async restart(name) {
      await boss.offWork(name, { wait: false });
      await begin.get(name)?.();
    },
    work,
    async workAll(handlers) {
      for (const name of JOB_NAMES) await work(name, handlers[name]);
    },
    async takeHandedOver() {
      for (const target of targets ?? []) {
        // An approved stop does not wait behind a card that Slack is slow to take.
        const options = { ...POLLING, localConcurrency: 2 * AT_ONCE };
        await boss.work<HandedOver>(await openAddress(target), options, async ([job]) => {
          if (!job) return;
          const doNow = doers.get(job.data.name);
          if (!doNow) throw new Error(`nobody does ${job.data.name} here`);
          await doNow(job.id, job.data.data);
        });
      }
    },
    async askForRecovery() {
      const singletonSeconds = RECOVER_EVERY_S;
      if (!targets) await boss.send('recover', {}, { singletonKey: 'recover', singletonSeconds });
      for (const target of targets ?? [])
        await boss.send('recover', { target }, { singletonKey: `recover ${target}`, singletonSeconds });
    },
    async askForLooks(targets, everySeconds) {
      const singletonSeconds = Math.max(1, Math.round(everySeconds));
      await Promise.all(
        targets.map((target) => boss.send('watch', { target }, { singletonKey: target, singletonSeconds })),
      );
    },
    async askForLook(target) {
      await boss.send(
        'watch',
        { target, why: 'hint' },
        { singletonKey: `now ${target}`, singletonSeconds: 1 },
      );
    },
    stop: (withinMs) => boss.stop({ graceful: true, timeout: withinMs }),
  };
}

/**
 * Hands over jobs of targets that this process does not name, because it knows neither their rules nor their people.
 * Each job moves to a queue that only processes with that target read. In its original queue, the same process might
 * take it again and again.
 */
import type { PgBoss } from 'pg-boss';
import { HEARTBEAT_S, type JobName, PLANS } from './queue-jobs.ts';

/** Data in every job that shows which process may handle it. Jobs of older versions may lack it. */
export interface Owned {
  readonly target?: string;
  /**
   * The card of an ended action needs no rules and no people.
   * If no process names its target, any process may draw it.
   */
  readonly hasEnded?: true;
  /** Set on the second attempt of such a job: the id under which the first one was handed over. */
  readonly handedOver?: string;
}

export interface HandedOver {
  readonly name: JobName;
  readonly data: never;
}

/** A handed-over job waits this long for a process that names its target: 14 days. */
const KEPT_S = 14 * 24 * 3_600;
/**
 * A process that names the target takes a handed-over job within seconds.
 * Restarting that process takes a minute or two.
 */
export const UNCLAIMED_MS = 5 * 60_000;

export async function openAddress(boss: PgBoss, target: string): Promise<string> {
  const address = addressOf(target);
  await boss.createQueue(address, { heartbeatSeconds: HEARTBEAT_S, notify: true });
  return address;
}

const addressOf = (target: string) => `for/${target}`;

/** The job keeps its id in the new queue, so that a retry of this function does not add it twice. */
export async function handOver(
  boss: PgBoss,
  name: JobName,
  { id, data }: { readonly id: string; readonly data: Owned },
  target: string,
  unclaimedMs: number,
): Promise<void> {
  const plan = PLANS[name];
  const address = await openAddress(boss, target);
  await boss.send(address, { name, data }, { ...plan, id, retentionSeconds: KEPT_S });
  if (!data.hasEnded) return;
  // A number is a delay in seconds, which PostgreSQL counts on its own clock, as it does for every waiting job.
  await boss.send(name, { ...data, handedOver: id }, { ...plan, startAfter: unclaimedMs / 1_000 });
}

/** Runs the handed-over job if no process has taken it yet. If `work` rejects, the next attempt finds the job again. */
export async function doUnclaimed(
  boss: PgBoss,
  target: string,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  const address = addressOf(target);
  const { rows } = await boss
    .getDb()
    .executeSql(`select id from queue.job where name = $1 and id = $2 and state in ('created', 'retry')`, [
      address,
      id,
    ]);
  if (rows.length === 0) return;
  await work();
  await boss.deleteJob(address, id);
}

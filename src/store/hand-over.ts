/**
 * Jobs of targets that this process does not name: it knows neither their rules nor their people. Each is put where only
 * processes look that name its target; back in its own queue, the same process might take it again and again.
 */
import type { PgBoss } from 'pg-boss';
import { HEARTBEAT_S, type JobName, PLANS } from './queue-jobs.ts';

/** What every job carries, so that it is known who may do it. Jobs of older versions may lack it. */
export interface Owned {
  readonly target?: string;
  /** The card of an action that has ended needs no rules and no people: where nobody names its target, any process draws it. */
  readonly hasEnded?: true;
  /** Set on the second try of such a job: the first one was handed over under this id. */
  readonly handedOver?: string;
}

export interface HandedOver {
  readonly name: JobName;
  readonly data: never;
}

/** What is handed over waits this long for a process that names its target. */
const KEPT_S = 14 * 24 * 3_600;
/** A process that names the target takes what is handed over within seconds; a restart of it takes a minute or two. */
export const UNCLAIMED_MS = 5 * 60_000;

export async function openAddress(boss: PgBoss, target: string): Promise<string> {
  const address = addressOf(target);
  await boss.createQueue(address, { heartbeatSeconds: HEARTBEAT_S, notify: true });
  return address;
}

const addressOf = (target: string) => `for/${target}`;

/** The job keeps its id where it is put, so that a second try of this puts it there no second time. */
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
  await boss.send(
    name,
    { ...data, handedOver: id },
    { ...plan, startAfter: new Date(Date.now() + unclaimedMs) },
  );
}

/** Does what was handed over, if no process has taken it meanwhile. When `work` rejects, the next try finds it again. */
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

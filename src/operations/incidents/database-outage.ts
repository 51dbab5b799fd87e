/** Reports in the channel, once, that the database accepts no changes, and once that it does again: from memory, as nothing can be written down. */

import type { Instant } from '../../runbook/model/instant.ts';
import { formatDuration } from '../../runbook/text/time.ts';
import type { DatabaseFault } from '../ports/database-fault.ts';

export interface DatabaseWatchDeps {
  /** Null when a change can be written down, else why not. Never rejects. */
  check(): Promise<DatabaseFault | null>;
  /** Posts in the channel, without the queue. Rejects when Slack did not take it. */
  tell(words: string): Promise<void>;
  readonly log: { error(words: string): void; info(words: string): void };
  now(): Instant;
}

export interface Outage {
  readonly since: Instant;
  /** Consecutive looks at which it did not work. */
  readonly looks: number;
  readonly why: DatabaseFault;
  readonly told: boolean;
}

/** An outage is reported at the second look: a short one during a failover is not worth a message. */
const TWICE = 2;

export function outageStep(before: Outage | null, why: DatabaseFault | null, now: Instant): Outage | null {
  if (why === null) return null;
  const { since = now, looks = 0, told = false } = before ?? {};
  return { since, looks: looks + 1, why, told };
}

/** One look. What Slack did not take is posted at the next one. A call during a look does nothing. */
export function createDatabaseWatch({ check, tell, log, now }: DatabaseWatchDeps): () => Promise<void> {
  let outage: Outage | null = null;
  let isBack: string | null = null;
  let isLooking = false;

  async function look(): Promise<void> {
    const before = outage;
    outage = outageStep(before, await check(), now());
    if (outage && !before) {
      log.error(outage.why.message);
      // The end of the first outage was not posted: for everybody else it is still the same one.
      outage = { ...outage, told: isBack !== null };
      isBack = null;
    }
    if (!outage && before) {
      const after = formatDuration(now() - before.since);
      log.info(`the database works again after ${after}`);
      if (before.told) isBack = `My database is back after ${after}: the watch continues where it was.`;
    }
    if (outage && outage.looks >= TWICE && !outage.told) {
      await tell(outageWords(outage.why));
      outage = { ...outage, told: true };
    }
    if (isBack !== null) {
      await tell(isBack);
      isBack = null;
    }
  }

  return async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      await look();
    } catch {
      // Slack did not take it: the next look posts it. Slack's own trouble is logged where it occurs.
    } finally {
      isLooking = false;
    }
  };
}

function outageWords({ words, cure }: DatabaseFault): string {
  const fix = cure === null ? '' : ` ${cure}.`;
  return `My database doesn't work: ${words}.${fix} Nothing is watched and nothing can be approved until it is back; that says nothing about the apps. /raxx status, diagnose and logs work without it.`;
}

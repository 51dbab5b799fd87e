/**
 * Reports in the channel, once, that the database accepts no changes, and once that it does again. It works from
 * memory, because nothing can be saved.
 */

import type { Instant } from '../../runbook/model/instant.ts';
import { formatDuration } from '../../runbook/text/time.ts';
import type { DatabaseFault } from '../ports/database-fault.ts';

export interface DatabaseWatchDeps {
  /** Returns null when a change can be saved, or else the reason. Never rejects. */
  check(): Promise<DatabaseFault | null>;
  /** Posts in the channel, bypassing the queue. Rejects when Slack did not accept the message. */
  tell(words: string): Promise<void>;
  readonly log: { error(words: string): void; info(words: string): void };
  now(): Instant;
}

export interface Outage {
  readonly since: Instant;
  /** The number of consecutive looks that found the database unusable. */
  readonly looks: number;
  readonly why: DatabaseFault;
  readonly isReported: boolean;
}

/** An outage is reported at the second look, because a short one during a failover is not worth a message. */
const TWICE = 2;

export function outageStep(before: Outage | null, why: DatabaseFault | null, now: Instant): Outage | null {
  if (why === null) return null;
  const { since = now, looks = 0, isReported = false } = before ?? {};
  return { since, looks: looks + 1, why, isReported };
}

/**
 * Each call is one look. A message that Slack did not accept is posted at the next look. A call during a look does
 * nothing.
 */
export function createDatabaseWatch({ check, tell, log, now }: DatabaseWatchDeps): () => Promise<void> {
  let outage: Outage | null = null;
  let isBack: string | null = null;
  let isLooking = false;

  async function look(): Promise<void> {
    const before = outage;
    outage = outageStep(before, await check(), now());
    if (outage && !before) {
      log.error(outage.why.message);
      // The end of the first outage was not posted, so for everyone else it is still the same outage.
      outage = { ...outage, isReported: isBack !== null };
      isBack = null;
    }
    if (!outage && before) {
      const after = formatDuration(now() - before.since);
      log.info(`the database is back after ${after}`);
      if (before.isReported)
        isBack = `My database is back after ${after}; the watch picks up where it left off.`;
    }
    if (outage && outage.looks >= TWICE && !outage.isReported) {
      await tell(outageWords(outage.why));
      outage = { ...outage, isReported: true };
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
      // Slack did not accept the message, so the next look posts it. Problems with Slack are logged where they occur.
    } finally {
      isLooking = false;
    }
  };
}

function outageWords({ words, cure }: DatabaseFault): string {
  const fix = cure === null ? '' : ` ${cure}.`;
  return `My database is unavailable: ${words}.${fix} Nothing is watched and nothing can be approved until it is back; this doesn't mean that the apps are down. /raxx status, diagnose and logs work without it.`;
}

/** One transaction and the lines that it adds to the audit. */

import type { Db, Sql } from '../database/db.ts';
import { type AuditEvent, type AuditLine, appendAudit, lockAudit } from './audit.ts';

/** Inside of a transaction: its statements, and the lines that it adds to the audit. */
export interface Change {
  readonly sql: Sql;
  audit(event: AuditEvent): Promise<AuditLine>;
}

/** `told` hears of each audit line once it is committed: whoever keeps it elsewhere can tell later that the audit lost its end. */
export function createChange(db: Db, told: (line: AuditLine) => void) {
  async function once<T>(work: (change: Change) => Promise<T>): Promise<T> {
    const lines: AuditLine[] = [];
    const value = await db.tx(async (sql) => {
      // The audit first, then the rows, in every change: two that took them crosswise would wait for each other.
      await lockAudit(sql);
      return work({
        sql,
        async audit(event) {
          const line = await appendAudit(sql, event);
          lines.push(line);
          return line;
        },
      });
    });
    for (const line of lines) told(line);
    return value;
  }

  return async <T>(work: (change: Change) => Promise<T>): Promise<T> => {
    for (let left = TRIES; ; left -= 1) {
      try {
        return await once(work);
      } catch (error) {
        if (left === 1 || !isChainTaken(error)) throw error;
      }
    }
  };
}

const TRIES = 3;

/** A process of an earlier version does not know our lock: it added a line between our look at the last one and ours. */
function isChainTaken(error: unknown): boolean {
  return Object(error).code === '23505' && Object(error).constraint === 'audit_pkey';
}

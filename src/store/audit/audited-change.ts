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
  return async <T>(work: (change: Change) => Promise<T>): Promise<T> => {
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
  };
}

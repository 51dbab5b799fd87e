/** One transaction and the lines that it adds to the audit. */

import { asRecord } from '../../runbook/model/record.ts';
import type { Db, Sql } from '../database/db.ts';
import { type AuditEvent, type AuditLine, appendAudit, lockAudit } from './audit.ts';
import type { AuditKeys } from './audit-key.ts';
import { findSubject, traceFor } from './row-trace.ts';

/** Inside of a transaction: its statements, and the lines that it adds to the audit. */
export interface AuditedChange {
  readonly sql: Sql;
  /** After the row that it speaks of was changed: the line holds how that row stands now. */
  audit(event: AuditEvent): Promise<AuditLine>;
  /** A line that changes no row, and holds none: a click that was refused. */
  note(event: AuditEvent): Promise<AuditLine>;
}

/** `told` hears of each audit line once it is committed: whoever keeps it elsewhere can tell later that the audit lost its end. */
export function createChange(db: Pick<Db, 'tx'>, told: (line: AuditLine) => void, keys: AuditKeys) {
  async function once<T>(work: (change: AuditedChange) => Promise<T>): Promise<T> {
    const lines: AuditLine[] = [];
    const value = await db.tx(async (sql) => {
      // The audit first, then the rows, in every change: two that took them crosswise would wait for each other.
      await lockAudit(sql);
      const note = async (event: AuditEvent) => {
        const line = await appendAudit(sql, event, keys);
        lines.push(line);
        return line;
      };
      return work({ sql, note, audit: async (event) => note(await withTrace(sql, event)) });
    });
    for (const line of lines) told(line);
    return value;
  }

  return async <T>(work: (change: AuditedChange) => Promise<T>): Promise<T> => {
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
  return asRecord(error).code === '23505' && asRecord(error).constraint === 'audit_pkey';
}

async function withTrace(sql: Sql, event: AuditEvent): Promise<AuditEvent> {
  const subject = event.actionId === null ? null : await findSubject(sql, event.actionId);
  return subject ? { ...event, detail: { ...event.detail, row: traceFor(subject, event.event) } } : event;
}

/** Runs one transaction together with the audit lines that it adds. */

import { asRecord } from '../../runbook/model/record.ts';
import type { Db, Sql } from '../database/db.ts';
import { type AuditEvent, type AuditLine, appendAudit, lockAudit } from './audit.ts';
import type { AuditKeys } from './audit-key.ts';
import { findSubject, traceFor } from './row-trace.ts';

/** The operations of a transaction: it runs statements and adds audit lines. */
export interface AuditedChange {
  readonly sql: Sql;
  /** Call this after changing the row that the event refers to, because the line stores the new columns of that row. */
  audit(event: AuditEvent): Promise<AuditLine>;
  /** Adds a line for an event that changes no row, such as a refused click. The line stores no row. */
  note(event: AuditEvent): Promise<AuditLine>;
}

/**
 * Calls `onAuditLine` with each audit line after it commits.
 * A copy kept elsewhere later shows whether the end of the audit was deleted.
 */
export function createChange(db: Pick<Db, 'tx'>, onAuditLine: (line: AuditLine) => void, keys: AuditKeys) {
  async function once<T>(work: (change: AuditedChange) => Promise<T>): Promise<T> {
    const lines: AuditLine[] = [];
    const value = await db.tx(async (sql) => {
      // Every change locks the audit first and its rows second. Two changes that used opposite orders would deadlock.
      await lockAudit(sql);
      const note = async (event: AuditEvent) => {
        const line = await appendAudit(sql, event, keys);
        lines.push(line);
        return line;
      };
      return work({ sql, note, audit: async (event) => note(await withTrace(sql, event)) });
    });
    for (const line of lines) onAuditLine(line);
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

/** A process of an earlier version does not use our lock, so it can add a line after we read the last one. */
function isChainTaken(error: unknown): boolean {
  return asRecord(error).code === '23505' && asRecord(error).constraint === 'audit_pkey';
}

async function withTrace(sql: Sql, event: AuditEvent): Promise<AuditEvent> {
  const subject = event.actionId === null ? null : await findSubject(sql, event.actionId);
  return subject ? { ...event, detail: { ...event.detail, row: traceFor(subject, event.event) } } : event;
}

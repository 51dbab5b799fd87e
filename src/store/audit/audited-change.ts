/** One transaction and the lines that it adds to the audit. */

import { asRecord } from '../../runbook/model/record.ts';
import type { Db, Sql } from '../database/db.ts';
import { type AuditEvent, type AuditLine, appendAudit, lockAudit } from './audit.ts';
import type { AuditKeys } from './audit-key.ts';
import { findSubject, traceFor } from './row-trace.ts';

/** Within a transaction: its statements, and the lines that it adds to the audit. */
export interface AuditedChange {
  readonly sql: Sql;
  /** Called after the row was changed that it refers to: the line holds the new columns of that row. */
  audit(event: AuditEvent): Promise<AuditLine>;
  /** A line that changes no row and holds none: a refused click. */
  note(event: AuditEvent): Promise<AuditLine>;
}

/** `told` is called with each audit line once it is committed. A copy kept elsewhere shows later whether the audit lost its end. */
export function createChange(db: Pick<Db, 'tx'>, told: (line: AuditLine) => void, keys: AuditKeys) {
  async function once<T>(work: (change: AuditedChange) => Promise<T>): Promise<T> {
    const lines: AuditLine[] = [];
    const value = await db.tx(async (sql) => {
      // Every change locks the audit first, then its rows: two that did so in opposite orders would deadlock.
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

/** A process of an earlier version does not know our lock: it added a line after we had read the last one. */
function isChainTaken(error: unknown): boolean {
  return asRecord(error).code === '23505' && asRecord(error).constraint === 'audit_pkey';
}

async function withTrace(sql: Sql, event: AuditEvent): Promise<AuditEvent> {
  const subject = event.actionId === null ? null : await findSubject(sql, event.actionId);
  return subject ? { ...event, detail: { ...event.detail, row: traceFor(subject, event.event) } } : event;
}

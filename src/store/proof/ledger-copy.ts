/** Reads the whole ledger as of one moment: its rows, its audit lines, and where the audit ends. */
import { readAudit, readHead } from '../audit/audit.ts';
import { listSubjects } from '../audit/row-trace.ts';
import type { Db } from '../database/db.ts';
import type { LedgerCopy } from './proof.ts';

export function copyLedger(db: Pick<Db, 'snapshot'>): Promise<LedgerCopy> {
  return db.snapshot(async (sql) => ({
    subjects: (await listSubjects(sql)).map((subject) => ({ ...subject, redacted: [] })),
    lines: await readAudit(sql),
    head: await readHead(sql),
    redacted: new Set<number>(),
  }));
}

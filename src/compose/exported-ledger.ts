/** Builds what the terminal needs to export a ledger, and to verify an exported one. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { ExportSetting } from '../cli/export.ts';
import type { FileProven, FileSetting } from '../cli/verify-file.ts';
import type { Redactor } from '../runbook/redaction/redact.ts';
import { auditPath, readAuditFile } from '../store/audit/audit-file.ts';
import { auditKeysOf } from '../store/audit/audit-key.ts';
import { exportRecords, readExport } from '../store/proof/export.ts';
import { EMPTY_LEDGER, proveChain, proveLedger } from '../store/proof/proof.ts';
import type { TerminalStoreOptions } from '../store/terminal/actions.ts';

/** Exports the team's ledger, and the lines that this machine wrote while it had none. */
export function exportedRecords(options: TerminalStoreOptions, redactor: Redactor): ExportSetting['records'] {
  return async () => {
    const { openHistory } = await import('../store/terminal/actions.ts');
    const history = await openHistory(options);
    try {
      const copy = history ? await history.copy() : EMPTY_LEDGER;
      const local = readAuditFile(auditPath(options.directory));
      return exportRecords(copy, local, redactor.deep, options.now());
    } finally {
      await history?.close();
    }
  };
}

/** `keys` are the audit keys in AUDIT_KEY. */
export function proveExported(keys: readonly string[], stdin: NodeJS.ReadableStream): FileSetting['prove'] {
  return async (file): Promise<FileProven> => {
    let written: string;
    try {
      written = file === '-' ? await text(stdin) : await readFile(file, 'utf8');
    } catch (error) {
      return { ok: false, why: error instanceof Error ? error.message : String(error) };
    }
    const read = readExport(written);
    if (!read) return { ok: false, why: 'nothing in it was written by npx raxx export' };
    const made = auditKeysOf(keys);
    const ledger = proveLedger(read.ledger, made);
    const faults = read.faults.map((words) => ({ seq: null, words }));
    const { local } = read;
    return {
      ok: true,
      ledger: { ...ledger, faults: [...faults, ...ledger.faults] },
      local: local.lines.length === 0 ? null : proveChain(local, made),
    };
  };
}

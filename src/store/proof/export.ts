/**
 * Exports the ledger as records, one per line, to be stored and verified elsewhere: first a description of the file,
 * then every row and every audit line. A value that the redactor changed is marked, because it cannot be checked
 * against the chain.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../../runbook/model/instant.ts';
import { asRecord } from '../../runbook/model/record.ts';
import type { AuditLine, ChainEnd } from '../audit/audit.ts';
import { lineOf } from '../audit/audit-json.ts';
import type { Subject, SubjectKind } from '../audit/row-trace.ts';
import { iso } from '../database/columns.ts';
import type { HeldSubject } from './hold-rows.ts';
import type { Chain, LedgerCopy } from './proof.ts';

/** Returns the value without secrets. */
export type Redact = <T>(value: T) => T;

export type ExportRecord = Readonly<Record<string, unknown>>;

/** `local` is the lines of this machine's audit file. */
export function* exportRecords(
  { subjects, lines, head }: LedgerCopy,
  local: readonly AuditLine[],
  redact: Redact,
  at: Instant,
): Generator<ExportRecord> {
  yield {
    record: 'ledger',
    schema: 1,
    at: iso(at),
    rows: subjects.length,
    lines: lines.length,
    local_lines: local.length,
    head,
  };
  for (const subject of subjects) yield rowRecord(subject, redact);
  for (const line of lines) yield lineRecord('line', line, redact);
  for (const line of local) yield lineRecord('local_line', line, redact);
}

function rowRecord({ kind, columns }: Subject, redact: Redact): ExportRecord {
  const row = redact(columns);
  const redacted = Object.keys(columns).filter((name) => !isDeepStrictEqual(row[name], columns[name]));
  return { record: kind, row, redacted };
}

/** Hashes and key ids are not secrets, so they are not redacted. */
function lineRecord(
  record: string,
  { hash, previousHash, seal, ...said }: AuditLine,
  redact: Redact,
): ExportRecord {
  const clean = redact(said);
  const line = { ...clean, previousHash, hash, seal };
  return { record, line, redacted: !isDeepStrictEqual(clean, said) };
}

export interface ExportRead {
  readonly ledger: LedgerCopy;
  readonly local: Chain;
  /** Describes records that are unreadable or missing. */
  readonly faults: readonly string[];
}

/** Returns null if the text is not an export. */
export function readExport(text: string): ExportRead | null {
  const read = createReading();
  for (const [index, written] of text.split('\n').entries())
    if (written.trim() !== '' && !read.take(written)) read.faults.push(`record ${index + 1} cannot be read`);
  return read.isExport() ? read.end() : null;
}

interface LedgerHead {
  readonly rows: number;
  readonly lines: number;
  readonly local_lines: number;
  readonly head: ChainEnd | null;
}

function createReading() {
  const faults: string[] = [];
  const subjects: HeldSubject[] = [];
  const chains = { line: createChain(), local: createChain() };
  let head: LedgerHead | null = null;
  let taken = 0;

  function take(written: string): boolean {
    const value = parse(written);
    const { record, row, redacted, line } = asRecord(value);
    if (record === 'ledger') head ??= headOf(value);
    else if (record === 'action' || record === 'incident') {
      const subject = subjectOf(record, row, redacted);
      if (!subject) return false;
      subjects.push(subject);
    } else {
      const chain = record === 'line' ? chains.line : record === 'local_line' ? chains.local : null;
      const read = lineOf(line);
      if (!chain || !read) return false;
      chain.lines.push(read);
      if (redacted === true) chain.redacted.add(read.seq);
    }
    taken += 1;
    return true;
  }

  function end(): ExportRead {
    if (!head) faults.push('the first record is missing: it says what the file contains');
    else
      faults.push(
        ...count('rows', head.rows, subjects.length),
        ...count('lines', head.lines, chains.line.lines.length),
        ...count('local lines', head.local_lines, chains.local.lines.length),
      );
    return {
      ledger: { subjects, head: head?.head ?? null, ...chains.line },
      local: chains.local,
      faults,
    };
  }

  return { take, end, faults, isExport: () => taken > 0 };
}

function createChain() {
  return { lines: [] as AuditLine[], redacted: new Set<number>() };
}

function count(what: string, said: number, found: number): string[] {
  return said === found ? [] : [`${said} ${what} were exported; the file has ${found}`];
}

function parse(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return null;
  }
}

function headOf(value: unknown): LedgerHead {
  const { rows, lines, local_lines, head } = asRecord(value);
  const { seq, hash } = asRecord(head);
  const isWhole = typeof seq === 'number' && typeof hash === 'string';
  return {
    rows: Number(rows),
    lines: Number(lines),
    local_lines: Number(local_lines),
    head: isWhole ? { seq, hash } : null,
  };
}

/** Returns null if the value is not one of our rows. */
function subjectOf(kind: SubjectKind, row: unknown, redacted: unknown): HeldSubject | null {
  if (typeof row !== 'object' || row === null) return null;
  const columns: Subject['columns'] = { ...row };
  if (typeof columns.id !== 'string') return null;
  const lost = Array.isArray(redacted) ? redacted.map(String) : [];
  return { kind, id: columns.id, columns, redacted: lost };
}

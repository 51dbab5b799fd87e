/** Checks the rows of the ledger against its audit: each row must match what its lines recorded. */
import type { AuditFault } from '../../operations/ports/audit-proof.ts';
import { asRecord } from '../../runbook/model/record.ts';
import type { AuditLine } from '../audit/audit.ts';
import { type Subject, type Trace, traceOf } from '../audit/row-trace.ts';
import { iso } from '../database/columns.ts';

/** A row of an export may have lost words to the redactor. Those columns cannot be checked. */
export interface HeldSubject extends Subject {
  readonly redacted: readonly string[];
}

export function holdRows(subjects: readonly HeldSubject[], lines: readonly AuditLine[]): AuditFault[] {
  const byId = Map.groupBy(lines, ({ actionId }) => actionId);
  const known = new Set(subjects.map(({ id }) => id));
  const unlike = subjects.flatMap((subject) => holdRow(subject, byId.get(subject.id) ?? []));
  const gone = [...byId].flatMap(([id, own]) => (id === null || known.has(id) ? [] : [rowGone(id, own)]));
  return [...gone, ...unlike];
}

interface Held {
  readonly value: unknown;
  readonly seq: number;
}

function holdRow(subject: HeldSubject, lines: readonly AuditLine[]): AuditFault[] {
  const name = nameOf(subject);
  if (lines.length === 0) return [{ seq: null, words: `${name} has no line in the audit` }];
  const held = new Map<string, Held>();
  for (const line of lines)
    for (const [column, value] of Object.entries(heldBy(line, held)))
      held.set(column, { value, seq: line.seq });
  return [...held].flatMap(([column, { value, seq }]) => {
    if (subject.redacted.includes(column.split('.')[0] ?? '')) return [];
    const now = traceOf(valueAt(subject.columns, column));
    return now === value ? [] : [{ seq: null, words: `${name}: ${differing(column, now, value, seq)}` }];
  });
}

function valueAt(columns: Subject['columns'], path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => asRecord(value)[name], columns);
}

/** Returns the row as recorded by the line. For a line without a row, returns what its event implies. */
function heldBy(line: AuditLine, before: ReadonlyMap<string, Held>): Trace {
  const { row } = line.detail;
  return typeof row === 'object' && row !== null ? { ...row } : saidBy(line, before);
}

const ENDS: ReadonlySet<string> = new Set([
  'succeeded',
  'failed',
  'unconfirmed',
  'rejected',
  'expired',
  'superseded',
]);

/** Handles lines of earlier versions, which do not record a row. */
function saidBy({ event, at, who, detail }: AuditLine, before: ReadonlyMap<string, Held>): Trace {
  const outcome = typeof detail.words === 'string' ? { 'outcome.words': traceOf(detail.words) } : {};
  switch (event) {
    case 'proposed': {
      const { kind, app, params, reason } = detail;
      const asked = { asked_by: who, asked_at: iso(at), kind, app, reason: traceOf(reason) };
      return { ...asked, params: traceOf(params), state: 'proposed' };
    }
    case 'approved':
      return { state: 'approved', decided_at: iso(at) };
    case 'executing':
      return { state: 'executing', ...(before.has('sent_at') ? {} : { sent_at: iso(at) }) };
    case 'opened':
    case 'reopened':
      return { state: 'open', resolved_at: null };
    case 'resolved':
    case 'closed':
      return { state: 'resolved', resolved_at: iso(at) };
    case 'pinged':
      return { acknowledged_by: null };
    case 'acknowledged':
      return { acknowledged_by: who };
    case 'explained':
      return outcome;
    default:
      return ENDS.has(event) ? { state: event, ended_at: iso(at), ...outcome } : {};
  }
}

function differing(column: string, now: unknown, held: unknown, seq: number): string {
  const isShort = [now, held].every((one) => !String(one).startsWith('sha256:'));
  return isShort
    ? `column ${column} is ${said(now)}; line ${seq} says ${said(held)}`
    : `column ${column} is not what line ${seq} says`;
}

function said(value: unknown): string {
  return value === null || value === '' ? 'nothing' : String(value);
}

function nameOf({ kind, id, columns }: Subject): string {
  const what = kind === 'action' ? `${columns.kind} of ${columns.app}` : String(columns.app);
  return `${kind} ${id.slice(0, 8)} (${what})`;
}

function rowGone(id: string, lines: readonly AuditLine[]): AuditFault {
  const [first, last] = [lines[0]?.seq ?? 0, lines.at(-1)?.seq ?? 0];
  const where = first === last ? `line ${first} refers` : `lines ${first} to ${last} refer`;
  const kind = lines.some(({ event }) => event === 'opened') ? 'incident' : 'action';
  return { seq: first, words: `${where} to ${kind} ${id.slice(0, 8)}, whose row is gone` };
}

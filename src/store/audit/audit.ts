/** The audit: append-only lines, each with the hash of the one before. */
import { createHash } from 'node:crypto';
import type { Instant } from '../../runbook/model/evidence.ts';
import { instant, iso } from '../database/columns.ts';
import type { Row, Sql } from '../database/db.ts';

/** What happened: a transition, a click that was refused, a thing that was seen. */
export interface AuditEvent {
  readonly at: Instant;
  readonly actionId: string | null;
  readonly event: string;
  /** Slack id, `terminal user@host`, or `bot`. */
  readonly who: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditLine extends AuditEvent {
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
}

export interface AuditFault {
  readonly seq: number;
  readonly words: string;
}

export interface AuditWalk {
  readonly lines: number;
  readonly lastHash: string;
  /** Empty: nothing was changed, removed or reordered. In the order of the lines. */
  readonly faults: readonly AuditFault[];
}

/** Before the first line. */
const GENESIS = '0'.repeat(64);

/** Of our own: nobody who works on a table by hand stands in its way, and it stands in nobody's. */
export const CHAIN_LOCK = 7_241_001;

/** Until the transaction of `sql` ends, no other one adds a line. Bounded by the connection's `lock_timeout`. */
export async function lockAudit(sql: Sql): Promise<void> {
  await sql(`select pg_advisory_xact_lock(${CHAIN_LOCK})`);
}

/** Adds a line inside of the transaction of `sql`, which has the lock of the audit; answers it. */
export async function appendAudit(sql: Sql, event: AuditEvent): Promise<AuditLine> {
  const [last] = await sql('select seq, hash from audit order by seq desc limit 1');
  const before = last === undefined ? null : { seq: Number(last.seq), hash: String(last.hash) };
  const line = lineAfter(before, event);
  await sql(
    `insert into audit (seq, at, action_id, event, who, detail, previous_hash, hash)
     values ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8)`,
    [
      line.seq,
      iso(line.at),
      line.actionId,
      line.event,
      line.who,
      JSON.stringify(line.detail),
      line.previousHash,
      line.hash,
    ],
  );
  return line;
}

/** The line that `event` makes after the line `before` (null: it is the first). */
export function lineAfter(before: Pick<AuditLine, 'seq' | 'hash'> | null, event: AuditEvent): AuditLine {
  const seq = before === null ? 1 : before.seq + 1;
  const previousHash = before === null ? GENESIS : before.hash;
  // As it will be read back, so that the hash can be made again from what is stored.
  const detail: AuditEvent['detail'] = JSON.parse(JSON.stringify(event.detail));
  return { ...event, detail, seq, previousHash, hash: hashOf({ ...event, detail, seq, previousHash }) };
}

/** Oldest first; `actionId`: only of this action. */
export async function readAudit(sql: Sql, actionId?: string): Promise<AuditLine[]> {
  const rows =
    actionId === undefined
      ? await sql('select * from audit order by seq')
      : await sql('select * from audit where action_id = $1 order by seq', [actionId]);
  return rows.map(lineOf);
}

export type AuditCheck =
  | { readonly ok: true; readonly lines: number; readonly lastHash: string }
  | { readonly ok: false; readonly seq: number; readonly words: string };

/** Walks the whole chain and names the first line that does not follow from the one before. A cut tail cannot be seen. */
export async function verifyAudit(sql: Sql): Promise<AuditCheck> {
  return checkChain(await readAudit(sql));
}

export function checkChain(lines: readonly AuditLine[]): AuditCheck {
  const { faults, lastHash } = walkChain(lines);
  const [first] = faults;
  return first ? { ok: false, ...first } : { ok: true, lines: lines.length, lastHash };
}

/** Every line of the chain that was changed, removed or put elsewhere, by its number; and what the chain ends with. */
export function walkChain(lines: readonly AuditLine[]): AuditWalk {
  const bySeq = new Map(lines.map((line) => [line.seq, line]));
  const changed = new Set(lines.filter((line) => line.hash !== hashOf(line)));
  const faults = lines.flatMap((line, index): AuditFault[] => {
    const { seq } = line;
    const before = lines[index - 1]?.seq ?? 0;
    if (seq <= before) return [{ seq, words: `line ${seq} stands in the wrong place: after ${before}` }];
    const gone = Array.from({ length: seq - before - 1 }, (_, n) => before + 1 + n).filter(
      (missing) => !bySeq.has(missing),
    );
    return [
      ...gone.map((missing) => ({
        seq: missing,
        words: `line ${missing} is missing: after it comes ${seq}`,
      })),
      ...(changed.has(line) ? [{ seq, words: `line ${seq} was changed` }] : []),
      ...(follows(line, bySeq) || changed.has(line)
        ? []
        : [{ seq, words: `line ${seq} does not follow the one before` }]),
    ];
  });
  return {
    lines: lines.length,
    lastHash: lines.at(-1)?.hash ?? GENESIS,
    faults: faults.toSorted((one, other) => one.seq - other.seq),
  };
}

/** A line whose forerunner is gone cannot be held against it: that one is named instead. */
function follows({ seq, previousHash }: AuditLine, bySeq: ReadonlyMap<number, AuditLine>): boolean {
  if (seq === 1) return previousHash === GENESIS;
  const before = bySeq.get(seq - 1);
  return before === undefined || previousHash === before.hash;
}

/** The first digits, as a card and the log show them. */
export function shortHash({ hash }: Pick<AuditLine, 'hash'>): string {
  return hash.slice(0, 8);
}

/** What is kept of a line outside of the database: with it a tail that was cut off is missed. */
export function anchorOf(line: AuditLine) {
  const { seq, event, who, actionId } = line;
  return { seq, event, who, action: actionId, hash: shortHash(line) };
}

function hashOf({ seq, at, actionId, event, who, detail, previousHash }: Omit<AuditLine, 'hash'>): string {
  const text = JSON.stringify([previousHash, seq, iso(at), actionId, event, who, sorted(detail)]);
  return createHash('sha256').update(text).digest('hex');
}

/** jsonb does not keep the order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}

function lineOf(row: Row): AuditLine {
  return {
    seq: Number(row.seq),
    at: instant(row.at),
    actionId: row.action_id === null ? null : String(row.action_id),
    event: String(row.event),
    who: String(row.who),
    detail: Object(row.detail),
    previousHash: String(row.previous_hash),
    hash: String(row.hash),
  };
}

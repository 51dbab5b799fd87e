/** The audit: append-only lines, each with the hash of the one before. */
import { createHash } from 'node:crypto';
import type { Instant } from '../runbook/evidence.ts';
import type { Row, Sql } from './db.ts';

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

/** Before the first line. */
const GENESIS = '0'.repeat(64);

/** Adds a line inside of the transaction of `sql`; answers it. Lines of parallel transactions wait for each other. */
export async function appendAudit(sql: Sql, event: AuditEvent): Promise<AuditLine> {
  await sql('lock table audit in share row exclusive mode');
  const [last] = await sql('select seq, hash from audit order by seq desc limit 1');
  const seq = last === undefined ? 1 : Number(last.seq) + 1;
  const previousHash = last === undefined ? GENESIS : String(last.hash);
  // As the database will give it back, so that the hash can be made again from what is stored.
  const detail: AuditEvent['detail'] = JSON.parse(JSON.stringify(event.detail));
  const hash = hashOf({ ...event, detail, seq, previousHash });
  await sql(
    `insert into audit (seq, at, action_id, event, who, detail, previous_hash, hash)
     values ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8)`,
    [seq, iso(event.at), event.actionId, event.event, event.who, JSON.stringify(detail), previousHash, hash],
  );
  return { ...event, detail, seq, previousHash, hash };
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
  let previousHash = GENESIS;
  let seq = 0;
  for (const line of lines) {
    seq += 1;
    if (line.seq !== seq)
      return { ok: false, seq, words: `line ${seq} is missing: after it comes ${line.seq}` };
    if (line.previousHash !== previousHash)
      return { ok: false, seq, words: `line ${seq} does not follow the one before` };
    if (line.hash !== hashOf(line)) return { ok: false, seq, words: `line ${seq} was changed` };
    previousHash = line.hash;
  }
  return { ok: true, lines: seq, lastHash: previousHash };
}

/** The first digits, as a card and the log show them. */
export function shortHash({ hash }: Pick<AuditLine, 'hash'>): string {
  return hash.slice(0, 8);
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
    at: row.at instanceof Date ? row.at.getTime() : Date.parse(String(row.at)),
    actionId: row.action_id === null ? null : String(row.action_id),
    event: String(row.event),
    who: String(row.who),
    detail: Object(row.detail),
    previousHash: String(row.previous_hash),
    hash: String(row.hash),
  };
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}

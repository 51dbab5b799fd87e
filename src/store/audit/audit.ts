/** The audit: append-only lines, each containing the hash of the previous one. */

import { createHash } from 'node:crypto';
import type { Instant } from '../../runbook/model/instant.ts';
import { asRecord } from '../../runbook/model/record.ts';
import { instant, iso } from '../database/columns.ts';
import type { Row, Sql } from '../database/db.ts';
import { type AuditKeys, NO_KEYS, type Seal, sealOf } from './audit-key.ts';
import { sorted } from './canonical.ts';

/** An event to record: a transition, a refused click, or an observation. */
export interface AuditEvent {
  readonly at: Instant;
  readonly actionId: string | null;
  readonly event: string;
  /** A Slack id, `terminal user@host`, or `bot`. */
  readonly who: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditLine extends AuditEvent {
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
  /** Null when the line was written without a key. */
  readonly seal: Seal | null;
}

/** The last line of a chain. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

/** The previous hash of the very first line. */
export const GENESIS = '0'.repeat(64);

/** Number of hash digits shown outside the database. A match for fewer digits could be forged in minutes. */
export const ANCHOR_DIGITS = 32;

/** Key of our own advisory lock. Manual work on the tables does not block it, and it does not block that work. */
export const CHAIN_LOCK = 7_241_001;

/**
 * Prevents other transactions from adding lines until the transaction of `sql` ends.
 * The connection's `lock_timeout` limits the wait.
 */
export async function lockAudit(sql: Sql): Promise<void> {
  await sql(`select pg_advisory_xact_lock(${CHAIN_LOCK})`);
}

/** Appends a line within the transaction of `sql`, which must hold the audit lock, and returns the line. */
export async function appendAudit(
  sql: Sql,
  event: AuditEvent,
  keys: AuditKeys = NO_KEYS,
): Promise<AuditLine> {
  const line = lineAfter(await lastWritten(sql), event, keys);
  await insertLine(sql, line);
  await sql('update audit_head set seq = $1, hash = $2', [line.seq, line.hash]);
  return line;
}

/**
 * Returns the end of what was written, even if someone has since deleted it, so that the gap stays visible. Null when
 * nothing was ever written.
 */
async function lastWritten(sql: Sql): Promise<ChainEnd | null> {
  const [last] = await sql(
    `select seq, hash from (
       select 1 as rank, seq, hash from audit_head
       union all (select 2, seq, hash from audit order by seq desc limit 1)
     ) as ends where seq > 0 order by seq desc, rank limit 1`,
  );
  return last === undefined ? null : { seq: Number(last.seq), hash: String(last.hash) };
}

async function insertLine(sql: Sql, line: AuditLine): Promise<void> {
  const { seq, at, actionId, event, who, detail, previousHash, hash, seal } = line;
  await sql(
    `insert into audit (seq, at, action_id, event, who, detail, previous_hash, hash, key_id, mac)
     values ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9, $10)`,
    [
      seq,
      iso(at),
      actionId,
      event,
      who,
      JSON.stringify(detail),
      previousHash,
      hash,
      seal?.keyId ?? null,
      seal?.mac ?? null,
    ],
  );
}

/** Builds the line for `event` that follows `before`. `before` is null for the first line. */
export function lineAfter(before: ChainEnd | null, event: AuditEvent, keys: AuditKeys = NO_KEYS): AuditLine {
  const seq = before === null ? 1 : before.seq + 1;
  const previousHash = before === null ? GENESIS : before.hash;
  // Round-trip through JSON, so that the hash can be recomputed from what is stored.
  const detail: AuditEvent['detail'] = JSON.parse(JSON.stringify(event.detail));
  const hash = hashOf({ ...event, detail, seq, previousHash });
  return { ...event, detail, seq, previousHash, hash, seal: sealOf(hash, keys) };
}

/** Returns where the bot recorded the end of the audit, or null if someone deleted that record. */
export async function readHead(sql: Sql): Promise<ChainEnd | null> {
  const [head] = await sql('select seq, hash from audit_head');
  return head === undefined ? null : { seq: Number(head.seq), hash: String(head.hash) };
}

export async function lastLine(sql: Sql): Promise<AuditLine | null> {
  const [last] = await sql('select * from audit order by seq desc limit 1');
  return last ? lineOf(last) : null;
}

/** Returns the lines oldest first; only those of `actionId` if it is given. */
export async function readAudit(sql: Sql, actionId?: string): Promise<AuditLine[]> {
  const rows =
    actionId === undefined
      ? await sql('select * from audit order by seq')
      : await sql('select * from audit where action_id = $1 order by seq', [actionId]);
  return rows.map(lineOf);
}

/** Returns the first digits of the hash, as shown on cards and in the log. */
export function shortHash({ hash }: Pick<AuditLine, 'hash'>): string {
  return hash.slice(0, ANCHOR_DIGITS);
}

/** Returns the part of a line that is kept outside the database. It later proves whether the tail was cut off. */
export function anchorOf(line: AuditLine) {
  const { seq, event, who, actionId } = line;
  return { seq, event, who, action: actionId, hash: shortHash(line) };
}

/** Returns whether the line still has the content that was hashed. */
export function isUnchanged(line: AuditLine): boolean {
  return line.hash === hashOf(line);
}

function hashOf(line: Omit<AuditLine, 'hash' | 'seal'>): string {
  const { seq, at, actionId, event, who, detail, previousHash } = line;
  const text = JSON.stringify([previousHash, seq, iso(at), actionId, event, who, sorted(detail)]);
  return createHash('sha256').update(text).digest('hex');
}

function lineOf(row: Row): AuditLine {
  return {
    seq: Number(row.seq),
    at: instant(row.at),
    actionId: row.action_id === null ? null : String(row.action_id),
    event: String(row.event),
    who: String(row.who),
    detail: asRecord(row.detail),
    previousHash: String(row.previous_hash),
    hash: String(row.hash),
    seal: row.mac === null ? null : { keyId: String(row.key_id), mac: String(row.mac) },
  };
}

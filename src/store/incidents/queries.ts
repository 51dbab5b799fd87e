/** Queries about incidents and watches that span more than one row. Each query is one statement. */
import type { PingPlace, WatchRow } from '../../operations/ports/incident-store.ts';
import type { Noticed } from '../../runbook/catchup/catch-up.ts';
import type { WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import type { Incident, Snooze } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { instant, iso, textOrNull } from '../database/columns.ts';
import type { Sql } from '../database/db.ts';
import { listIncidents, NOBODY_LOOKED, pingOf, snoozeOf, watchOf } from './rows.ts';

export async function watchRow(sql: Sql, target: string): Promise<WatchRow> {
  const [row] = await sql('select * from watches where target = $1', [target]);
  return row ? watchOf(row) : { ...NOBODY_LOOKED, target };
}

/** Returns what the watch remembers about all other targets. */
export async function memoriesBeside(sql: Sql, target: string): Promise<readonly WatchMemory[]> {
  const rows = await sql('select * from watches where target <> $1', [target]);
  return rows.map((row) => watchOf(row).memory);
}

export function openIncidents(sql: Sql): Promise<Incident[]> {
  return listIncidents(sql, `where state = 'open' order by opened_at`, []);
}

export function pastIncidents(sql: Sql, target: string, count: number): Promise<Incident[]> {
  return listIncidents(sql, `where target = $1 and state = 'resolved' order by opened_at desc limit $2`, [
    target,
    count,
  ]);
}

export function recentIncidents(sql: Sql, count: number, target: string | undefined): Promise<Incident[]> {
  return listIncidents(sql, 'where $2::text is null or target = $2 order by opened_at desc limit $1', [
    count,
    target ?? null,
  ]);
}

export function incidentsTouchedSince(
  sql: Sql,
  from: Instant,
  target: string | undefined,
): Promise<Incident[]> {
  return listIncidents(
    sql,
    `where ($2::text is null or target = $2)
       and (state = 'open' or exists (select from audit where action_id = incidents.id and audit.at >= $1))
     order by opened_at`,
    [iso(from), target ?? null],
  );
}

export async function noticesSince(
  sql: Sql,
  from: Instant,
  target: string | undefined,
): Promise<readonly Noticed[]> {
  const rows = await sql(
    `select at, case when detail->>'scope' = 'all' then null else detail->>'target' end as target,
            detail->>'words' as words from audit
     where event = 'notice' and action_id is null and at >= $1
       and ($2::text is null or detail->>'target' = $2 or detail->>'scope' = 'all')
     order by seq`,
    [iso(from), target ?? null],
  );
  return rows.map(({ at, target: of, words }) => ({
    at: instant(at),
    target: textOrNull(of),
    words: textOrNull(words) ?? '',
  }));
}

/** Returns which of these keys the target's conditions have already used, in this incident or an earlier one. */
export async function heardKeys(
  sql: Sql,
  target: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await sql('select distinct key from wakes where target = $1 and key = any($2)', [
    target,
    keys,
  ]);
  return new Set(rows.map(({ key }) => String(key)));
}

export async function currentSnooze(sql: Sql, target: string, now: Instant): Promise<Snooze | null> {
  const [row] = await sql('select * from snoozes where target = $1 and until > $2', [target, iso(now)]);
  return row ? snoozeOf(row) : null;
}

export async function pingsOf(sql: Sql, id: string): Promise<readonly PingPlace[]> {
  const rows = await sql('select * from pings where incident_id = $1 order by seq, sent_to', [id]);
  return rows.map(pingOf);
}

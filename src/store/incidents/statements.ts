/**
 * The statements that write incidents, watches, snoozes, and pages, one function each.
 * The caller has already decided what to write.
 */
import { randomUUID } from 'node:crypto';
import type { LookDone, PingPlace } from '../../operations/ports/incident-store.ts';
import { NOTHING_KNOWN, type WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import {
  type Incident,
  isHolding,
  type OpenWake,
  type Snooze,
  wakeKey,
} from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { instant, iso, isoOrNull, jsonOrNull } from '../database/columns.ts';
import type { Sql } from '../database/db.ts';
import { lastHourJson } from './last-hour-shape.ts';
import { findIncident } from './rows.ts';
import { rowJson } from './shapes.ts';

/** Locks the row until the transaction ends. Returns null if there is none. */
export async function findForUpdate(sql: Sql, id: string): Promise<Incident | null> {
  // Read the row only after locking it, so that this includes everything that others wrote earlier.
  const [locked] = await sql('select id from incidents where id = $1 for update', [id]);
  return locked ? findIncident(sql, id) : null;
}

/** Locks and returns the target's newest incident, or null if there never was one. */
export async function findNewestForUpdate(sql: Sql, target: string): Promise<Incident | null> {
  const [locked] = await sql(
    'select id from incidents where target = $1 order by opened_at desc limit 1 for update',
    [target],
  );
  return locked ? findIncident(sql, String(locked.id)) : null;
}

/** Locks and returns the target's open incident, or null if none is open. */
export async function findOpenForUpdate(sql: Sql, target: string): Promise<Incident | null> {
  const [locked] = await sql(`select id from incidents where target = $1 and state = 'open' for update`, [
    target,
  ]);
  return locked ? findIncident(sql, String(locked.id)) : null;
}

export async function insertIncident(sql: Sql, incident: Incident): Promise<void> {
  const { id, target, app, state, since, openedAt, picture, worst, wellBefore, lastHour } = incident;
  await sql(
    `insert into incidents (id, target, app, state, since, opened_at, picture, worst, well_before, last_hour)
     values ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8::text::jsonb, $9, $10::text::jsonb)`,
    [
      id,
      target,
      app,
      state,
      iso(since),
      iso(openedAt),
      rowJson(picture),
      rowJson(worst),
      isoOrNull(wellBefore),
      lastHourJson(lastHour),
    ],
  );
}

/**
 * Writes every mutable column of the row except its conditions. A JSON column that equals `before` is not written, so
 * that content which a newer version stored there, and this one cannot read, is preserved. `before` is null for a row
 * that was just inserted.
 */
export async function updateIncident(sql: Sql, incident: Incident, before: Incident | null): Promise<void> {
  const { id, state, resolvedAt, wellSince, picture, worst, changes, failures, stopped } = incident;
  const { pings, lastPingAt, acknowledged, revision } = incident;
  await sql(
    `update incidents set state = $2, resolved_at = $3, well_since = $4,
       picture = coalesce($5::text::jsonb, picture), worst = coalesce($6::text::jsonb, worst),
       changes = case when $15 then $7::text::jsonb else changes end, failures = $8,
       stopped = case when $16 then $9::text::jsonb else stopped end, pings = $10,
       last_ping_at = $11, acknowledged_by = $12, acknowledged_at = $13, revision = $14
     where id = $1`,
    [
      id,
      state,
      isoOrNull(resolvedAt),
      isoOrNull(wellSince),
      before?.picture === picture ? null : rowJson(picture),
      before?.worst === worst ? null : rowJson(worst),
      jsonOrNull(changes),
      failures,
      stopped === null ? null : rowJson(stopped),
      pings,
      isoOrNull(lastPingAt),
      acknowledged?.by ?? null,
      isoOrNull(acknowledged?.at ?? null),
      revision,
      before?.changes !== changes,
      before?.stopped !== stopped,
    ],
  );
}

/**
 * Writes the conditions that changed. One may end while a new one with the same key begins:
 * `since` distinguishes them.
 */
export async function writeConditions(
  sql: Sql,
  { id, target, wakes }: Incident,
  before: readonly OpenWake[],
): Promise<void> {
  const nameOf = ({ cause, since }: OpenWake) => `${since} ${wakeKey(cause)}`;
  const held = new Set(before.filter(isHolding).map(nameOf));
  for (const wake of wakes) {
    if (before.includes(wake)) continue;
    if (held.has(nameOf(wake))) await updateCondition(sql, id, wake);
    else await insertCondition(sql, id, target, wake);
  }
}

async function updateCondition(sql: Sql, id: string, wake: OpenWake): Promise<void> {
  const { cause, reason, dueAt, toldAt, overAt } = wake;
  await sql(
    `update wakes set reason = $3, due_at = $4, told_at = $5, over_at = $6
     where incident_id = $1 and key = $2 and over_at is null`,
    [id, wakeKey(cause), reason, iso(dueAt), isoOrNull(toldAt), isoOrNull(overAt)],
  );
}

/**
 * An active condition with the same key was left behind by an incident that ended or could not be read.
 * The new condition replaces it.
 */
async function insertCondition(sql: Sql, id: string, target: string, wake: OpenWake): Promise<void> {
  const { cause, reason, since, dueAt, toldAt, overAt } = wake;
  await sql(
    `insert into wakes (id, incident_id, target, key, cause, reason, since, due_at, told_at, over_at)
     values ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8, $9, $10)
     on conflict (target, key) where over_at is null do update set id = excluded.id,
       incident_id = excluded.incident_id, cause = excluded.cause, reason = excluded.reason, since = excluded.since,
       due_at = excluded.due_at, told_at = excluded.told_at`,
    [
      randomUUID(),
      id,
      target,
      wakeKey(cause),
      rowJson(cause),
      reason,
      iso(since),
      iso(dueAt),
      isoOrNull(toldAt),
      isoOrNull(overAt),
    ],
  );
}

/** Returns false if another process has looked since the row was read. */
export async function updateWatch(sql: Sql, done: LookDone, memory: WatchMemory): Promise<boolean> {
  const { target, revision, at, asked, saw } = done;
  const rows = await sql(
    `insert into watches as w (target, memory, asked, looked_at, saw_at, revision)
     values ($1, $3::text::jsonb, $4::text::jsonb, $5, case when $6 then $5::timestamptz end, 1)
     on conflict (target) do update set memory = excluded.memory, asked = excluded.asked, looked_at = excluded.looked_at,
       saw_at = coalesce(excluded.saw_at, w.saw_at), revision = w.revision + 1
     where w.revision = $2 returning target`,
    [target, revision, JSON.stringify(memory), JSON.stringify(asked), iso(at), saw],
  );
  return rows.length > 0;
}

export async function updateCrash(sql: Sql, target: string, at: Instant): Promise<void> {
  await sql(
    `insert into watches (target, memory, crash_told_at) values ($1, $2::text::jsonb, $3)
     on conflict (target) do update set crash_told_at = greatest(watches.crash_told_at, $3)`,
    [target, JSON.stringify(NOTHING_KNOWN), iso(at)],
  );
}

/** Returns false if the silence is already recorded. */
export async function insertSilence(sql: Sql, target: string, since: Instant): Promise<boolean> {
  const rows = await sql(
    `insert into watches as w (target, memory, silent_since) values ($1, $2::text::jsonb, $3)
     on conflict (target) do update set silent_since = $3 where w.silent_since is null returning target`,
    [target, JSON.stringify(NOTHING_KNOWN), iso(since)],
  );
  return rows.length > 0;
}

/** Returns when the silence began, or null if there was none. */
export async function deleteSilence(sql: Sql, target: string): Promise<Instant | null> {
  // The join returns the row's values from before the update.
  const [ended] = await sql(
    `update watches w set silent_since = null from watches before
     where w.target = $1 and before.target = w.target and w.silent_since is not null
     returning before.silent_since as since`,
    [target],
  );
  return ended ? instant(ended.since) : null;
}

/** Replaces an earlier snooze. */
export async function writeSnooze(
  sql: Sql,
  target: string,
  { until, by, at, severity }: Snooze,
): Promise<void> {
  await sql(
    `insert into snoozes (target, until, by_whom, at, severity) values ($1, $2, $3, $4, $5)
     on conflict (target) do update set until = $2, by_whom = $3, at = $4, severity = $5`,
    [target, iso(until), by, iso(at), severity],
  );
}

/** Returns false if there is no snooze. */
export async function deleteSnooze(sql: Sql, target: string): Promise<boolean> {
  const rows = await sql('delete from snoozes where target = $1 returning target', [target]);
  return rows.length > 0;
}

/** Returns false if the card is no longer at `before`. */
export async function updateCard(
  sql: Sql,
  id: string,
  channel: string,
  ts: string,
  before: string | null,
): Promise<boolean> {
  const rows = await sql(
    'update incidents set channel = $2, message_ts = $3 where id = $1 and message_ts is not distinct from $4 returning id',
    [id, channel, ts, before],
  );
  return rows.length > 0;
}

/** Returns false if it is claimed already. */
export async function claimLastHour(sql: Sql, id: string, at: Instant): Promise<boolean> {
  const rows = await sql(
    'update incidents set last_hour_claimed_at = $2 where id = $1 and last_hour_claimed_at is null returning id',
    [id, iso(at)],
  );
  return rows.length > 0;
}

export async function releaseLastHour(sql: Sql, id: string): Promise<void> {
  await sql('update incidents set last_hour_claimed_at = null where id = $1', [id]);
}

export async function writePing(
  sql: Sql,
  id: string,
  { seq, to, channel, ts, shown }: PingPlace,
): Promise<void> {
  await sql(
    `insert into pings (incident_id, seq, sent_to, channel, message_ts, shown) values ($1, $2, $3, $4, $5, $6)
     on conflict (channel, message_ts) do update set shown = excluded.shown`,
    [id, seq, to, channel, ts, shown],
  );
}

export async function deletePing(sql: Sql, id: string, { channel, ts }: PingPlace): Promise<void> {
  await sql('delete from pings where incident_id = $1 and channel = $2 and message_ts = $3', [
    id,
    channel,
    ts,
  ]);
}

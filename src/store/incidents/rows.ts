/** Maps database rows to incidents, watches, snoozes, and pages. */
import type { PingPlace, WatchRow } from '../../operations/ports/incident-store.ts';
import { NOTHING_KNOWN } from '../../runbook/incidents/watch-memory.ts';
import type { Incident, OpenWake, Snooze } from '../../runbook/model/incident.ts';
import { asRecord } from '../../runbook/model/record.ts';
import { type IncidentEvent, readTimelineWords } from '../../runbook/model/timeline.ts';
import { ANCHOR_DIGITS } from '../audit/audit.ts';
import { arrayOf, instant, instantOrNull, textOrNull } from '../database/columns.ts';
import type { Row, Sql } from '../database/db.ts';
import { lastHourShape } from './last-hour-shape.ts';
import {
  askedShape,
  causeShape,
  changesShape,
  incidentShape,
  memoryShape,
  NOTHING_ASKED,
  UnreadableIncident,
} from './shapes.ts';

/** Returns null if there is no such row. Throws if the row cannot be read, and names it. */
export async function findIncident(sql: Sql, id: string): Promise<Incident | null> {
  const [row] = await selectIncidents(sql, 'where id = $1', [id]);
  return row ? incidentOf(row) : null;
}

/**
 * Returns the newest incident of the target, or null if there never was one. Throws if the row cannot be read:
 * treating it as "none" would make an app with an open incident look healthy.
 */
export async function newestIncident(sql: Sql, target: string): Promise<Incident | null> {
  const [row] = await selectIncidents(sql, 'where target = $1 order by opened_at desc limit 1', [target]);
  return row ? incidentOf(row) : null;
}

/**
 * Skips rows that cannot be read, with a process warning that names each,
 * so that one bad row does not hide the others.
 */
export async function listIncidents(
  sql: Sql,
  where: string,
  params: readonly unknown[],
): Promise<Incident[]> {
  const rows = await selectIncidents(sql, where, params);
  return rows.flatMap((row) => {
    try {
      return [incidentOf(row)];
    } catch (error) {
      if (!(error instanceof UnreadableIncident)) throw error;
      process.emitWarning(error);
      return [];
    }
  });
}

function selectIncidents(sql: Sql, where: string, params: readonly unknown[]): Promise<readonly Row[]> {
  return sql(
    `select incidents.*,
       coalesce((select json_agg(json_build_object('cause', cause, 'reason', reason, 'since', since,
                                                   'dueAt', due_at, 'toldAt', told_at, 'overAt', over_at) order by since, key)
                 from wakes where incident_id = incidents.id), '[]') as wakes,
       coalesce((select json_agg(json_build_object('seq', seq, 'event', event, 'who', who, 'at', at, 'hash', left(hash, ${ANCHOR_DIGITS}),
                                                   'words', detail->>'words', 'byHand', detail->'byHand') order by seq)
                 from audit where action_id = incidents.id), '[]') as trail
     from incidents ${where}`,
    params,
  );
}

/** Throws if the JSON of a row does not parse, and names the row. */
function incidentOf(row: Row): Incident {
  const id = String(row.id);
  return {
    ...incidentShape(row),
    id,
    target: String(row.target),
    app: String(row.app),
    since: instant(row.since),
    wellBefore: instantOrNull(row.well_before),
    openedAt: instant(row.opened_at),
    wellSince: instantOrNull(row.well_since),
    resolvedAt: instantOrNull(row.resolved_at),
    changes: changesShape(row),
    lastHour: lastHourShape(row),
    failures: Number(row.failures),
    wakes: arrayOf(row.wakes).flatMap((wake) => wakeOf(id, wake)),
    pings: Number(row.pings),
    lastPingAt: instantOrNull(row.last_ping_at),
    acknowledged:
      row.acknowledged_by === null
        ? null
        : { by: String(row.acknowledged_by), at: instant(row.acknowledged_at) },
    revision: Number(row.revision),
    card: row.message_ts === null ? null : { channel: String(row.channel), ts: String(row.message_ts) },
    trail: arrayOf(row.trail).map(eventOf),
  };
}

function wakeOf(incidentId: string, written: unknown): OpenWake[] {
  const { cause: causeWritten, reason, since, dueAt, toldAt, overAt } = asRecord(written);
  const cause = causeShape(incidentId, causeWritten);
  if (!cause) return [];
  return [
    {
      cause,
      reason: String(reason),
      since: instant(since),
      dueAt: instant(dueAt),
      toldAt: instantOrNull(toldAt),
      overAt: instantOrNull(overAt),
    },
  ];
}

function eventOf(written: unknown): IncidentEvent {
  const { seq, event, who, at, words, byHand, hash } = asRecord(written);
  return {
    seq: Number(seq),
    who: String(who),
    at: instant(at),
    ...readTimelineWords({ event: String(event), words: textOrNull(words), byHand: byHand === true }),
    hash: String(hash),
  };
}

export const NOBODY_LOOKED: Omit<WatchRow, 'target'> = {
  memory: NOTHING_KNOWN,
  asked: NOTHING_ASKED,
  crashToldAt: null,
  lookedAt: null,
  sawAt: null,
  revision: 0,
};

export function watchOf(row: Row): WatchRow {
  return {
    target: String(row.target),
    memory: memoryShape(row),
    asked: askedShape(row),
    crashToldAt: instantOrNull(row.crash_told_at),
    lookedAt: instantOrNull(row.looked_at),
    sawAt: instantOrNull(row.saw_at),
    revision: Number(row.revision),
  };
}

export function snoozeOf(row: Row): Snooze {
  return {
    until: instant(row.until),
    by: String(row.by_whom),
    at: instant(row.at),
    severity: Number(row.severity),
  };
}

export function pingOf(row: Row): PingPlace {
  return {
    seq: Number(row.seq),
    to: row.sent_to === 'person' ? 'person' : 'channel',
    channel: String(row.channel),
    ts: String(row.message_ts),
    shown: String(row.shown),
  };
}

/** Throws if there is no row. Use it only to read back a row that was just written. */
export function must(incident: Incident | null): Incident {
  if (incident) return incident;
  throw new Error('there is no such incident');
}

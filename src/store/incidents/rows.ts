/** Incidents and watches as they stand in the database, read back into their shape. */
import { z } from 'zod';
import type { PingPlace, WatchRow } from '../../operations/ports/incident-store.ts';
import { NOTHING_KNOWN } from '../../runbook/incidents/watch-memory.ts';
import type { ChangeReport } from '../../runbook/model/change.ts';
import type { Incident, OpenWake, Picture, Snooze, Stop, WakeCause } from '../../runbook/model/incident.ts';
import { asRecord } from '../../runbook/model/record.ts';
import { ANCHOR_DIGITS } from '../audit/audit.ts';
import { arrayOf, instant, instantOrNull } from '../database/columns.ts';
import type { Row, Sql } from '../database/db.ts';

/** null: there is none. */
export async function findIncident(sql: Sql, id: string): Promise<Incident | null> {
  const [found] = await listIncidents(sql, 'where id = $1', [id]);
  return found ?? null;
}

export async function listIncidents(
  sql: Sql,
  where: string,
  params: readonly unknown[],
): Promise<Incident[]> {
  const rows = await sql(
    `select incidents.*,
       coalesce((select json_agg(json_build_object('cause', cause, 'reason', reason, 'since', since,
                                                   'dueAt', due_at, 'toldAt', told_at, 'overAt', over_at) order by since, key)
                 from wakes where incident_id = incidents.id), '[]') as wakes,
       coalesce((select json_agg(json_build_object('seq', seq, 'event', event, 'who', who, 'at', at, 'hash', left(hash, ${ANCHOR_DIGITS}),
                                                   'words', coalesce(detail->>'words', '')) order by seq)
                 from audit where action_id = incidents.id), '[]') as trail
     from incidents ${where}`,
    params,
  );
  return rows.map(incidentOf);
}

const WAKE_CAUSE: z.ZodType<WakeCause> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('condition'), condition: z.literal([1, 2, 3, 4]), about: z.string() }),
  z.object({ kind: z.literal('dark') }),
  z.object({ kind: z.literal('hand'), id: z.string() }),
]);

/** The row as it was written by this module: its shapes are ours. */
function incidentOf(row: Row): Incident {
  return {
    id: String(row.id),
    target: String(row.target),
    app: String(row.app),
    state: row.state as Incident['state'],
    since: instant(row.since),
    wellBefore: instantOrNull(row.well_before),
    openedAt: instant(row.opened_at),
    wellSince: instantOrNull(row.well_since),
    resolvedAt: instantOrNull(row.resolved_at),
    picture: row.picture as Picture,
    worst: row.worst as Picture,
    changes: row.changes === null ? null : (row.changes as ChangeReport),
    failures: Number(row.failures),
    stopped: row.stopped === null ? null : (row.stopped as Stop),
    wakes: arrayOf(row.wakes).flatMap((one) => wakeOf(String(row.id), one)),
    pings: Number(row.pings),
    lastPingAt: instantOrNull(row.last_ping_at),
    acknowledged:
      row.acknowledged_by === null
        ? null
        : { by: String(row.acknowledged_by), at: instant(row.acknowledged_at) },
    revision: Number(row.revision),
    card: row.message_ts === null ? null : { channel: String(row.channel), ts: String(row.message_ts) },
    trail: arrayOf(row.trail).map((one) => {
      const { seq, event, who, at, words, hash } = asRecord(one);
      return {
        seq: Number(seq),
        event: String(event),
        who: String(who),
        at: instant(at),
        words: String(words),
        hash: String(hash),
      };
    }),
  };
}

/** One that this version does not know is left out, with a warning of the process: the incident is seen all the same. */
function wakeOf(incidentId: string, written: unknown): OpenWake[] {
  const { cause, reason, since, dueAt, toldAt, overAt } = asRecord(written);
  const known = WAKE_CAUSE.safeParse(cause);
  if (!known.success) {
    process.emitWarning(`a condition of the incident ${incidentId} cannot be read: ${known.error.message}`);
    return [];
  }
  return [
    {
      cause: known.data,
      reason: String(reason),
      since: instant(since),
      dueAt: instant(dueAt),
      toldAt: instantOrNull(toldAt),
      overAt: instantOrNull(overAt),
    },
  ];
}

export const NOBODY_LOOKED: Omit<WatchRow, 'target'> = {
  memory: NOTHING_KNOWN,
  asked: { now: null, before: null },
  crashToldAt: null,
  lookedAt: null,
  sawAt: null,
  revision: 0,
};

export function watchOf(row: Row): WatchRow {
  return {
    target: String(row.target),
    // Written by an earlier version it may lack what came later.
    memory: { ...NOTHING_KNOWN, ...Object(row.memory) },
    asked: { ...NOBODY_LOOKED.asked, ...Object(row.asked) },
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
    to: row.sent_to as PingPlace['to'],
    channel: String(row.channel),
    ts: String(row.message_ts),
    shown: String(row.shown),
  };
}

/** Of an id that was just written. */
export function must(incident: Incident | null): Incident {
  if (incident) return incident;
  throw new Error('there is no such incident');
}

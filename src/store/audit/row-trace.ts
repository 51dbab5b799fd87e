/**
 * The columns of a row that its audit line records: every column that changes only together with a line, with its
 * value when the line was written. This reveals a row that was changed without a line. Columns that change at every
 * look (the picture, the progress, the location of a card) prove nothing, so they are left out.
 */

import { asRecord } from '../../runbook/model/record.ts';
import { arrayOf, instant, iso } from '../database/columns.ts';
import type { Row, Sql } from '../database/db.ts';
import { digestOf } from './canonical.ts';

export type SubjectKind = 'action' | 'incident';

/** A row as JSON, with times in ISO 8601. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** Maps each column to its value, or to a digest of a long value. */
export type Trace = Readonly<Record<string, unknown>>;

/** Columns that are written once. Only the first line records them. */
const FROZEN: Readonly<Record<SubjectKind, readonly string[]>> = {
  action: [
    'kind',
    'target',
    'app',
    'params',
    'plan',
    'reason',
    'origin',
    'asked_by',
    'asked_at',
    'expires_at',
    'approvals_needed',
    'self_approve',
  ],
  incident: ['target', 'app', 'since', 'opened_at'],
};

/** Columns that change only with a line. Every line records them. */
const LIVE: Readonly<Record<SubjectKind, readonly string[]>> = {
  action: ['state', 'decided_at', 'sent_at', 'ended_at', 'outcome', 'watch_until', 'aftermath', 'approvals'],
  incident: ['state', 'resolved_at', 'pings', 'last_ping_at', 'acknowledged_by', 'acknowledged_at'],
};

/** Events that create a row. */
const FIRST: ReadonlySet<string> = new Set(['proposed', 'opened']);

const SHORT = 100;

export function traceFor({ kind, columns }: Subject, event: string): Trace {
  const names = FIRST.has(event) ? [...FROZEN[kind], ...LIVE[kind]] : LIVE[kind];
  return Object.fromEntries(names.map((name) => [name, traceOf(columns[name])]));
}

export function traceOf(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'object') return `sha256:${digestOf(value)}`;
  return typeof value === 'string' && value.length > SHORT ? `sha256:${digestOf(value)}` : value;
}

const ACTIONS = `
  select actions.*,
    coalesce((select json_agg(json_build_object('person', person, 'is_self', is_self, 'at', at) order by at, person)
              from approvals where action_id = actions.id), '[]') as approvals
  from actions`;

const INCIDENTS = `
  select incidents.*,
    coalesce((select json_agg(to_json(wakes) order by since, key) from wakes where incident_id = incidents.id), '[]') as wakes
  from incidents`;

/** Returns null if there is no such row. */
export async function findSubject(sql: Sql, id: string): Promise<Subject | null> {
  const [action] = await sql(`${ACTIONS} where id = $1`, [id]);
  if (action) return subjectOf('action', action);
  const [incident] = await sql(`${INCIDENTS} where id = $1`, [id]);
  return incident ? subjectOf('incident', incident) : null;
}

/** Returns every row of both tables, oldest first. */
export async function listSubjects(sql: Sql): Promise<Subject[]> {
  const actions = await sql(`${ACTIONS} order by asked_at, id`);
  const incidents = await sql(`${INCIDENTS} order by opened_at, id`);
  return [
    ...actions.map((row) => subjectOf('action', row)),
    ...incidents.map((row) => subjectOf('incident', row)),
  ];
}

function subjectOf(kind: SubjectKind, row: Row): Subject {
  const columns = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asJson(value)]));
  const approvals = arrayOf(row.approvals).map((one) => ({
    ...Object(one),
    at: iso(instant(asRecord(one).at)),
  }));
  return { kind, id: String(row.id), columns: kind === 'action' ? { ...columns, approvals } : columns };
}

function asJson(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

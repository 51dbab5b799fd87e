/** Queries about actions that span more than one row. Each query is one statement. */
import type { OtherDeploy } from '../../operations/ports/action-store.ts';
import type { Action, KeptFormation } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { instant, iso } from '../database/columns.ts';
import type { Sql } from '../database/db.ts';
import { keptOf, listActions } from './rows.ts';

export function openActions(sql: Sql): Promise<Action[]> {
  return listActions(sql, `where state in ('proposed', 'approved', 'executing') order by asked_at`, []);
}

export function unwatchedActions(sql: Sql, at: Instant): Promise<Action[]> {
  return listActions(sql, 'where watch_until < $1 and aftermath is null order by asked_at', [iso(at)]);
}

/** A release affects every process type of the app. A restart or a scaling change affects only its own. */
export async function firstChangeAfter(
  sql: Sql,
  { id, target, app, endedAt }: Action,
): Promise<Action | null> {
  const [first] = await listActions(
    sql,
    `where id <> $1 and sent_at > $2 and (
       (target = $3 and kind not in ('unfreeze', 'create_gate'))
       or (app = $4 and kind in ('deploy', 'rollback', 'boot_timeout'))
     ) order by sent_at limit 1`,
    [id, iso(endedAt ?? 0), target, app],
  );
  return first ?? null;
}

export async function deploysBeside(sql: Sql, id: string): Promise<readonly OtherDeploy[]> {
  const rows = await sql(
    `select case when progress->>'runId' ~ '^[0-9]{1,18}$' then progress->>'runId' end as run, sent_at from actions
     where kind = 'deploy' and id <> $1 and sent_at is not null and (state <> 'failed' or progress ? 'runId')`,
    [id],
  );
  return rows.map(({ run, sent_at }) => ({
    runId: run === null ? null : Number(run),
    sentAt: instant(sent_at),
  }));
}

export function recentActions(sql: Sql, count: number, target: string | undefined): Promise<Action[]> {
  return target === undefined
    ? listActions(sql, 'order by asked_at desc limit $1', [count])
    : listActions(sql, 'where target = $2 order by asked_at desc limit $1', [count, target]);
}

export async function keptFormations(sql: Sql, app: string): Promise<readonly KeptFormation[]> {
  const rows = await sql(
    'select process_type, quantity, size, saved_at from saved_formations where app = $1 and restored_at is null',
    [app],
  );
  return rows.map(keptOf);
}

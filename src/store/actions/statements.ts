/** The statements that write actions, one function each. The caller has already decided what to write. */
import type { Action, Progress, SavedFormation } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import type { SeenRunning } from '../../runbook/situation/seen-running.ts';
import { iso, isoOrNull, jsonOrNull } from '../database/columns.ts';
import type { Sql } from '../database/db.ts';
import { findAction, listEveryAction } from './rows.ts';

/** Locks the row until the transaction ends. Returns null if there is none. */
export async function findForUpdate(sql: Sql, id: string): Promise<Action | null> {
  // Read the row only after locking it,
  // so that this includes everything that others wrote earlier, such as approvals.
  const [locked] = await sql('select id from actions where id = $1 for update', [id]);
  return locked ? findAction(sql, id) : null;
}

export function proposalsOf(sql: Sql, target: string, kind: ActionKind): Promise<Action[]> {
  return listEveryAction(sql, `where target = $1 and kind = $2 and state = 'proposed' order by asked_at`, [
    target,
    kind,
  ]);
}

/** Returns the target's other approved changes that have not ended, oldest first. Throws if one cannot be read. */
export function liveBeside(sql: Sql, target: string, id: string): Promise<Action[]> {
  return listEveryAction(
    sql,
    `where target = $1 and id <> $2 and state in ('approved', 'executing') order by asked_at`,
    [target, id],
  );
}

export async function insertAction(sql: Sql, action: Action): Promise<void> {
  await sql(
    `insert into actions (id, kind, target, app, state, params, plan, reason, origin, asked_by, asked_at,
                          expires_at, approvals_needed, self_approve, holds)
     values ($1, $2, $3, $4, $5, $6::text::jsonb, $7::text::jsonb, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      action.id,
      action.kind,
      action.target,
      action.app,
      action.state,
      JSON.stringify(action.params),
      JSON.stringify(action.plan),
      action.reason ?? '',
      action.origin,
      action.askedBy,
      iso(action.askedAt),
      iso(action.expiresAt),
      action.approvalsNeeded,
      action.selfApprove,
      action.holds,
    ],
  );
}

/** Writes every mutable column of the row except its approvals. */
export async function updateAction(sql: Sql, action: Action): Promise<void> {
  await sql(
    `update actions set state = $2, decided_at = $3, sent_at = $4, ended_at = $5, progress = $6::text::jsonb,
       outcome = $7::text::jsonb, holds = $8, watch_until = $9, aftermath = $10::text::jsonb, revision = $11,
       approvals_needed = $12, self_approve = $13
     where id = $1`,
    [
      action.id,
      action.state,
      isoOrNull(action.decidedAt),
      isoOrNull(action.sentAt),
      isoOrNull(action.endedAt),
      JSON.stringify(action.progress),
      jsonOrNull(action.outcome),
      action.holds,
      isoOrNull(action.watchUntil),
      jsonOrNull(action.aftermath),
      action.revision,
      action.approvalsNeeded,
      action.selfApprove,
    ],
  );
}

/** Writes the approvals that count from now on. An approval that already exists stays unchanged. */
export async function updateApprovals(sql: Sql, { id, approvals }: Action): Promise<void> {
  await sql('delete from approvals where action_id = $1 and not person = any($2)', [
    id,
    approvals.map(({ person }) => person),
  ]);
  for (const { person, isSelf, at } of approvals)
    await sql(
      'insert into approvals (action_id, person, is_self, at) values ($1, $2, $3, $4) on conflict do nothing',
      [id, person, isSelf, iso(at)],
    );
}

/** Returns false if the row has changed since `revision`. */
export async function updateProgress(
  sql: Sql,
  id: string,
  revision: number,
  progress: Progress,
): Promise<boolean> {
  const rows = await sql(
    `update actions set progress = $3::text::jsonb, revision = revision + 1
     where id = $1 and revision = $2 returning id`,
    [id, revision, JSON.stringify(progress)],
  );
  return rows.length > 0;
}

export async function updateHold(sql: Sql, id: string, revision: number, holds: boolean): Promise<void> {
  await sql(
    `update actions set holds = $3, revision = revision + 1
     where id = $1 and revision = $2 and state = 'executing'`,
    [id, revision, holds],
  );
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
    'update actions set channel = $2, message_ts = $3 where id = $1 and message_ts is not distinct from $4 returning id',
    [id, channel, ts, before],
  );
  return rows.length > 0;
}

/** Replaces any formation saved earlier. The new stop took effect, which proves that the process type has run since. */
export async function keepFormation(
  sql: Sql,
  { id, app }: Action,
  { processType, quantity, size }: SavedFormation,
  at: Instant,
): Promise<void> {
  const [kept] = await sql(
    'select action_id from saved_formations where action_id = $1 and process_type = $2',
    [id, processType],
  );
  if (kept) return;
  await forgetFormation(sql, app, processType, at);
  await sql(
    `insert into saved_formations (action_id, app, process_type, quantity, size, saved_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, app, processType, quantity, size, iso(at)],
  );
}

export async function forgetFormation(
  sql: Sql,
  app: string,
  processType: string,
  at: Instant,
): Promise<void> {
  await sql(
    `update saved_formations set restored_at = $3
     where app = $1 and process_type = $2 and restored_at is null`,
    [app, processType, iso(at)],
  );
}

/** Discards only formations that were saved before the process type was seen running. */
export async function forgetSeen(
  sql: Sql,
  app: string,
  { processType, since }: SeenRunning,
  at: Instant,
): Promise<void> {
  await sql(
    `update saved_formations set restored_at = $3
     where app = $1 and process_type = $2 and restored_at is null and saved_at < $4`,
    [app, processType, iso(at), iso(since)],
  );
}

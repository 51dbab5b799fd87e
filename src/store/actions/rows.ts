/** Actions as they stand in the database, read back into their shape. */

import type { Action, ActionState, ApprovalGiven, KeptFormation } from '../../runbook/model/action.ts';
import { ANCHOR_DIGITS } from '../audit/audit.ts';
import { arrayOf, instant, instantOrNull } from '../database/columns.ts';
import type { Row, Sql } from '../database/db.ts';

/** null: there is none. */
export async function findAction(sql: Sql, id: string): Promise<Action | null> {
  const [found] = await listActions(sql, 'where id = $1', [id]);
  return found ?? null;
}

export async function listActions(sql: Sql, where: string, params: readonly unknown[]): Promise<Action[]> {
  const rows = await sql(
    `select actions.*,
       coalesce((select json_agg(json_build_object('person', person, 'isSelf', is_self, 'at', at) order by at)
                 from approvals where action_id = actions.id), '[]') as approvals,
       coalesce((select json_agg(json_build_object('seq', seq, 'event', event, 'who', who, 'at', at, 'hash', left(hash, ${ANCHOR_DIGITS}),
                                                   'words', coalesce(detail->>'words', '')) order by seq)
                 from audit where action_id = actions.id), '[]') as trail
     from actions ${where}`,
    params,
  );
  return rows.map(actionOf);
}

/** The row as it was written by this module: its shapes are ours. */
function actionOf(row: Row): Action {
  return {
    id: String(row.id),
    kind: row.kind as Action['kind'],
    target: String(row.target),
    app: String(row.app),
    state: row.state as ActionState,
    params: row.params as Action['params'],
    plan: row.plan as Action['plan'],
    reason: String(row.reason),
    origin: row.origin as Action['origin'],
    askedBy: String(row.asked_by),
    askedAt: instant(row.asked_at),
    expiresAt: instant(row.expires_at),
    approvalsNeeded: Number(row.approvals_needed),
    selfApprove: row.self_approve === true,
    approvals: arrayOf(row.approvals).map((one): ApprovalGiven => {
      const { person, isSelf, at } = Object(one);
      return { person: String(person), isSelf: isSelf === true, at: instant(at) };
    }),
    decidedAt: instantOrNull(row.decided_at),
    sentAt: instantOrNull(row.sent_at),
    endedAt: instantOrNull(row.ended_at),
    progress: row.progress as Action['progress'],
    outcome: outcomeOf(row.outcome),
    holds: row.holds === true,
    watchUntil: instantOrNull(row.watch_until),
    aftermath: row.aftermath as Action['aftermath'],
    revision: Number(row.revision),
    card: row.message_ts === null ? null : { channel: String(row.channel), ts: String(row.message_ts) },
    trail: arrayOf(row.trail).map((one) => {
      const { seq, event, who, at, hash, words } = Object(one);
      return {
        seq: Number(seq),
        event: String(event),
        who: String(who),
        at: instant(at),
        hash: String(hash),
        words: String(words),
      };
    }),
  };
}

export function keptOf({ process_type, quantity, size, saved_at }: Row): KeptFormation {
  return {
    processType: String(process_type),
    quantity: Number(quantity),
    size: String(size),
    at: instant(saved_at),
  };
}

/** Rows of before the command had a field of its own carry it in their words. */
function outcomeOf(outcome: unknown): Action['outcome'] {
  return outcome === null || outcome === undefined ? null : { manualCommand: null, ...Object(outcome) };
}

/** Of an id that was just written. */
export function must(action: Action | null): Action {
  if (action) return action;
  throw new Error('there is no such action');
}

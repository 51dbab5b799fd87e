/** Maps database rows to actions. */
import type { Action, ApprovalGiven, KeptFormation } from '../../runbook/model/action.ts';
import { asRecord } from '../../runbook/model/record.ts';
import { ANCHOR_DIGITS } from '../audit/audit.ts';
import { arrayOf, instant, instantOrNull, textOrNull } from '../database/columns.ts';
import type { Row, Sql } from '../database/db.ts';
import { shapeOf, UnreadableAction } from './shapes.ts';

/** Returns null if there is no such row. Throws if the row cannot be read, and names it. */
export async function findAction(sql: Sql, id: string): Promise<Action | null> {
  const [row] = await selectActions(sql, 'where id = $1', [id]);
  return row ? actionOf(row) : null;
}

/**
 * Skips rows that cannot be read, with a process warning that names each,
 * so that one bad row does not hide the others.
 */
export async function listActions(sql: Sql, where: string, params: readonly unknown[]): Promise<Action[]> {
  const rows = await selectActions(sql, where, params);
  return rows.flatMap((row) => {
    try {
      return [actionOf(row)];
    } catch (error) {
      if (!(error instanceof UnreadableAction)) throw error;
      process.emitWarning(error);
      return [];
    }
  });
}

/** For callers that would mistake a missing row for "no action": throws if a row cannot be read, and names it. */
export async function listEveryAction(
  sql: Sql,
  where: string,
  params: readonly unknown[],
): Promise<Action[]> {
  return (await selectActions(sql, where, params)).map(actionOf);
}

function selectActions(sql: Sql, where: string, params: readonly unknown[]): Promise<readonly Row[]> {
  return sql(
    `select actions.*,
       coalesce((select json_agg(json_build_object('person', person, 'isSelf', is_self, 'at', at) order by at)
                 from approvals where action_id = actions.id), '[]') as approvals,
       coalesce((select json_agg(json_build_object('seq', seq, 'event', event, 'who', who, 'at', at, 'hash', left(hash, ${ANCHOR_DIGITS}),
                                                   'words', detail->>'words') order by seq)
                 from audit where action_id = actions.id), '[]') as trail
     from actions ${where}`,
    params,
  );
}

/** Throws if the JSON of a row does not parse, and names the row. */
function actionOf(row: Row): Action {
  return {
    ...shapeOf(row),
    id: String(row.id),
    target: String(row.target),
    app: String(row.app),
    reason: String(row.reason) || null,
    askedBy: String(row.asked_by),
    askedAt: instant(row.asked_at),
    expiresAt: instant(row.expires_at),
    approvalsNeeded: Number(row.approvals_needed),
    selfApprove: row.self_approve === true,
    approvals: arrayOf(row.approvals).map((one): ApprovalGiven => {
      const { person, isSelf, at } = asRecord(one);
      return { person: String(person), isSelf: isSelf === true, at: instant(at) };
    }),
    decidedAt: instantOrNull(row.decided_at),
    sentAt: instantOrNull(row.sent_at),
    endedAt: instantOrNull(row.ended_at),
    holds: row.holds === true,
    watchUntil: instantOrNull(row.watch_until),
    revision: Number(row.revision),
    card: row.message_ts === null ? null : { channel: String(row.channel), ts: String(row.message_ts) },
    trail: arrayOf(row.trail).map((one) => {
      const { seq, event, who, at, hash, words } = asRecord(one);
      return {
        seq: Number(seq),
        event: String(event),
        who: String(who),
        at: instant(at),
        hash: String(hash),
        words: textOrNull(words),
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

/** Throws if there is no row. Use it only to read back a row that was just written. */
export function must(action: Action | null): Action {
  if (action) return action;
  throw new Error('there is no such action');
}

/** The ledger on the database: SQL in sight, the state rule in the WHERE. */

import { randomUUID } from 'node:crypto';
import type {
  Approved,
  Begun,
  DecidedBy,
  Draft,
  Ledger,
  Move,
  Proposed,
} from '../../operations/ports/action-store.ts';
import type { Action, SavedFormation } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { AuditLine } from '../audit/audit.ts';
import { type AuditKeys, NO_KEYS } from '../audit/audit-key.ts';
import { type Change, createChange } from '../audit/audited-change.ts';
import { instant, iso, jsonOrNull } from '../database/columns.ts';
import type { Db, Sql } from '../database/db.ts';
import type { Jobs, Queue } from '../queue.ts';
import { listHappenings } from './happenings.ts';
import { findAction, keptOf, listActions, must } from './rows.ts';

/** Said in the audit of each action that was decided at the terminal. */
const NOT_ASKED = 'approvals not asked';
const LIVE = ['proposed', 'approved', 'executing'];
/** Two processes that post a card at once post it twice. */
const DRAWN_WITHIN_MS = 3_000;
/** PostgreSQL's code for a value that a unique index refuses. */
const UNIQUE_VIOLATION = '23505';

type ActionJob = 'execute' | 'verify' | 'expire' | 'care' | 'draw' | 'tell';

/**
 * Jobs are sent by `queue`, in the transaction of the row that calls for them; without one none are. `told` hears of
 * each audit line once it is committed: whoever keeps it elsewhere can tell later that the audit lost its end.
 */
export function createLedger(
  db: Db,
  queue: Pick<Queue, 'enqueue'> | null,
  told: (line: AuditLine) => void = () => {},
  keys: AuditKeys = NO_KEYS,
): Ledger {
  async function enqueue<Name extends ActionJob>(
    sql: Sql,
    name: Name,
    data: Jobs[Name],
    startAt?: Instant,
  ): Promise<void> {
    if (!queue) return;
    const [row] = await sql('select target from actions where id = $1', [data.actionId]);
    if (row) await queue.enqueue(sql, name, data, String(row.target), startAt);
  }

  const change = createChange(db, told, keys);

  async function propose(draft: Draft): Promise<Proposed> {
    const id = randomUUID();
    try {
      const action = await change(async (into) => {
        await insert(into, id, draft);
        await enqueue(into.sql, 'expire', { actionId: id }, draft.expiresAt);
        return must(await findAction(into.sql, id));
      });
      return { ok: true, action };
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const [live] = await db.sql(
        `select id from actions where target = $1 and kind = $2 and state = 'proposed'`,
        [draft.target, draft.kind],
      );
      // Ended between the refusal and this look: the asker may try again at once.
      if (!live) return propose(draft);
      return { ok: false, live: must(await find(String(live.id))) };
    }
  }

  async function insert({ sql, audit }: Change, id: string, draft: Draft): Promise<void> {
    await sql(
      `insert into actions (id, kind, target, app, state, params, plan, reason, origin, asked_by, asked_at,
                            expires_at, approvals_needed, self_approve, holds)
       values ($1, $2, $3, $4, 'proposed', $5::text::jsonb, $6::text::jsonb, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        id,
        draft.kind,
        draft.target,
        draft.app,
        JSON.stringify(draft.params),
        JSON.stringify(draft.plan),
        draft.reason,
        draft.origin,
        draft.askedBy,
        iso(draft.askedAt),
        iso(draft.expiresAt),
        draft.approvalsNeeded,
        draft.selfApprove,
        draft.holds,
      ],
    );
    const { kind, app, params, reason, askedBy: who, askedAt: at } = draft;
    await audit({ at, actionId: id, event: 'proposed', who, detail: { kind, app, params, reason } });
    // Whoever asks in Slack has the card drawn at once: the queue is for the case that it was not.
    const drawAt = draft.origin === 'slack' ? at + DRAWN_WITHIN_MS : undefined;
    await enqueue(sql, 'draw', { actionId: id }, drawAt);
  }

  async function begin(draft: Draft, at: Instant): Promise<Begun> {
    const id = randomUUID();
    try {
      const action = await change(async (into) => {
        const { kind, target, askedBy: who } = draft;
        await replaceProposal(into, draft, id, at);
        if (kind === 'stop') await overtake(into, id, target, who, at);
        else await keepFree(into, target, id);
        await insert(into, id, draft);
        await into.sql(`update actions set state = 'approved', decided_at = $2 where id = $1`, [id, iso(at)]);
        await into.audit({ at, actionId: id, event: 'approved', who, detail: { words: NOT_ASKED } });
        return must(await findAction(into.sql, id));
      });
      return { ok: true, action };
    } catch (error) {
      if (!isBusy(error)) throw error;
      const other = await busyWith(draft.target, draft.kind, id);
      return other ? { ok: false, other } : begin(draft, at);
    }
  }

  /** Somebody asked for the same in Slack: it is decided with this one, and cannot be approved any more. */
  async function replaceProposal(
    { sql, audit }: Change,
    { target, kind, askedBy: who }: Draft,
    by: string,
    at: Instant,
  ): Promise<void> {
    const words = `Not sent: it is done from the terminal instead, by ${who.replace(/^terminal /, '')}.`;
    const rows = await sql(
      `update actions set state = 'superseded', ended_at = $3, outcome = $4::text::jsonb, revision = revision + 1
       where target = $1 and kind = $2 and state = 'proposed' returning id`,
      [target, kind, iso(at), JSON.stringify({ words, evidence: [], next: [], manualCommand: null })],
    );
    for (const { id } of rows) {
      const actionId = String(id);
      await audit({ at, actionId, event: 'superseded', who, detail: { by, words } });
      await enqueue(sql, 'draw', { actionId });
    }
  }

  /** What does not hold the target itself waits for what does; of two that hold, the index lets one through. */
  async function keepFree({ sql }: Change, target: string, id: string): Promise<void> {
    const [busy] = await sql(
      `select id from actions where target = $1 and id <> $2 and state in ('approved', 'executing') and holds and kind <> 'stop' limit 1`,
      [target, id],
    );
    if (busy) throw new Busy();
  }

  /** The change that the target is busy with, while this kind has to wait for it. */
  async function busyWith(target: string, kind: Action['kind'], id: string): Promise<Action | null> {
    const [busy] = await db.sql(
      `select id from actions where target = $1 and id <> $2 and state in ('approved', 'executing') and holds
       order by (kind = 'stop') = $3 desc limit 1`,
      [target, id, kind === 'stop'],
    );
    return busy ? must(await find(String(busy.id))) : null;
  }

  const find = (id: string): Promise<Action | null> => findAction(db.sql, id);

  async function approve(
    id: string,
    person: string,
    isSelf: boolean,
    at: Instant,
    words = '',
    rule?: DecidedBy,
  ): Promise<Approved> {
    try {
      return await change(async (into): Promise<Approved> => {
        const { sql, audit } = into;
        const [row] = await sql(
          `select kind, target, approvals_needed, self_approve from actions
           where id = $1 and state = 'proposed' and expires_at > $2 for update`,
          [id, iso(at)],
        );
        if (!row) return { ok: false, why: 'not_proposed', action: must(await findAction(sql, id)) };
        const [counted] = await sql(
          `insert into approvals (action_id, person, is_self, at) values ($1, $2, $3, $4)
           on conflict do nothing returning person`,
          [id, person, isSelf, iso(at)],
        );
        const needed = rule?.approvals ?? Number(row.approvals_needed);
        const selfApprove = rule?.selfApprove ?? row.self_approve === true;
        const lapsed = rule?.without.filter((one) => one !== person) ?? [];
        await sql('delete from approvals where action_id = $1 and person = any($2)', [id, lapsed]);
        const [{ given = 0 } = {}] = await sql(
          'select count(*)::int as given from approvals where action_id = $1',
          [id],
        );
        const complete = Number(given) >= needed;
        if (!counted && !complete)
          return { ok: false, why: 'twice', action: must(await findAction(sql, id)) };
        await sql('update actions set approvals_needed = $2, self_approve = $3 where id = $1', [
          id,
          needed,
          selfApprove,
        ]);
        const noted = words === '' ? {} : { words };
        const detail = { isSelf, given: Number(given), needed, ...noted };
        if (complete) {
          if (row.kind === 'stop') await overtake(into, id, String(row.target), person, at);
          else await keepFree(into, String(row.target), id);
          await sql(
            `update actions set state = 'approved', decided_at = $2, revision = revision + 1 where id = $1 and state = 'proposed'`,
            [id, iso(at)],
          );
          await enqueue(sql, 'execute', { actionId: id });
        }
        await audit({ at, actionId: id, event: complete ? 'approved' : 'approval', who: person, detail });
        await enqueue(sql, 'draw', { actionId: id });
        const action = must(await findAction(sql, id));
        return { ok: true, complete, action };
      });
    } catch (error) {
      if (!isBusy(error)) throw error;
      const action = must(await find(id));
      const other = await busyWith(action.target, action.kind, id);
      return other ? { ok: false, why: 'busy', action, other } : approve(id, person, isSelf, at, words, rule);
    }
  }

  /** What was approved and surely not sent gives way to a stop. */
  async function overtake(
    { sql, audit }: Change,
    stopId: string,
    target: string,
    who: string,
    at: Instant,
  ): Promise<void> {
    const words = 'Not sent: a stop of the app overtook it. Ask again.';
    const outcome = { words, evidence: [], next: [], manualCommand: null };
    const rows = await sql(
      `update actions set state = 'superseded', ended_at = $2, outcome = $3::text::jsonb, revision = revision + 1
       where target = $1 and state = 'approved' and kind <> 'stop' returning id`,
      [target, iso(at), JSON.stringify(outcome)],
    );
    for (const { id } of rows) {
      const actionId = String(id);
      await audit({ at, actionId, event: 'superseded', who, detail: { by: stopId } });
      await enqueue(sql, 'draw', { actionId });
    }
  }

  async function move(id: string, given: Move): Promise<Action | null> {
    try {
      return await change((into) => moveIn(into, id, given));
    } catch (error) {
      // Another change of the app began while this one waited at the gate: it goes on without holding the app.
      if (!isUniqueViolation(error) || given.holds !== true) throw error;
      return change((into) => moveIn(into, id, { ...given, holds: false }));
    }
  }

  async function moveIn({ sql, audit }: Change, id: string, given: Move): Promise<Action | null> {
    const { from, to, who, at, outcome, aftermath, detail = {}, verifyAt, careAt, tell } = given;
    const [moved] = await sql(
      `update actions set
         state = $2,
         decided_at = case when $2 in ('rejected', 'expired') then $4 else decided_at end,
         sent_at = case when $2 = 'executing' then coalesce(sent_at, $4) else sent_at end,
         ended_at = case when $2 = any($5) then null else coalesce(ended_at, $4) end,
         outcome = coalesce($6::text::jsonb, outcome),
         progress = coalesce($7::text::jsonb, progress),
         aftermath = coalesce($8::text::jsonb, aftermath),
         watch_until = coalesce($9, watch_until),
         holds = coalesce($10, holds),
         revision = revision + 1
       where id = $1 and state = any($3) and revision = coalesce($11, revision) returning id`,
      [
        id,
        to,
        from,
        iso(at),
        LIVE,
        jsonOrNull(outcome),
        jsonOrNull(given.progress),
        jsonOrNull(aftermath),
        given.watchUntil === undefined ? null : iso(given.watchUntil),
        given.holds ?? null,
        given.revision ?? null,
      ],
    );
    if (!moved) return null;
    const words = outcome ? { words: outcome.words, evidence: outcome.evidence } : {};
    const after = aftermath ? { words: aftermath.words } : {};
    const { seq } = await audit({
      at,
      actionId: id,
      event: given.event ?? to,
      who,
      detail: { ...words, ...after, ...detail },
    });
    await enqueue(sql, 'draw', { actionId: id });
    if (verifyAt !== undefined) await enqueue(sql, 'verify', { actionId: id }, verifyAt);
    if (given.keeps) await keep(sql, id, given.keeps, at);
    if (given.restores !== undefined) await forget(sql, id, given.restores, at);
    if (careAt !== undefined) await enqueue(sql, 'care', { actionId: id }, careAt);
    if (tell !== undefined)
      await enqueue(sql, 'tell', { actionId: id, seq, everybody: tell === 'everybody' });
    return must(await findAction(sql, id));
  }

  return {
    propose,
    begin,
    find,
    approve,
    move,
    note: (id, event, who, detail, at) =>
      change(async ({ note }) => void (await note({ at, actionId: id, event, who, detail }))),
    keepProgress: (id, revision, progress) =>
      db.tx(async (sql) => {
        const [kept] = await sql(
          `update actions set progress = $3::text::jsonb, revision = revision + 1
           where id = $1 and revision = $2 returning id`,
          [id, revision, JSON.stringify(progress)],
        );
        if (!kept) return null;
        await enqueue(sql, 'draw', { actionId: id });
        return must(await findAction(sql, id));
      }),
    hold: async (id, revision, holds) => {
      try {
        await db.sql(
          `update actions set holds = $3, revision = revision + 1
           where id = $1 and revision = $2 and state = 'executing'`,
          [id, revision, holds],
        );
      } catch (error) {
        // Another change holds the target still: this one asks again at its next look.
        if (!isUniqueViolation(error)) throw error;
      }
    },
    lookAgain: (id, job, at) => db.tx((sql) => enqueue(sql, job, { actionId: id }, at)),
    placeCard: async (id, channel, ts, before) => {
      const rows = await db.sql(
        'update actions set channel = $2, message_ts = $3 where id = $1 and message_ts is not distinct from $4 returning id',
        [id, channel, ts, before],
      );
      return rows.length > 0;
    },
    open: () => listActions(db.sql, `where state = any($1) order by asked_at`, [LIVE]),
    unwatched: (at) =>
      listActions(db.sql, 'where watch_until < $1 and aftermath is null order by asked_at', [iso(at)]),
    changeAfter: async ({ id, target, app, endedAt }) => {
      // A release concerns every process type of the app; a restart or a scaling only its own.
      const [first] = await listActions(
        db.sql,
        `where id <> $1 and sent_at > $2 and (
           (target = $3 and kind not in ('unfreeze', 'create_gate'))
           or (app = $4 and kind in ('deploy', 'rollback', 'boot_timeout'))
         ) order by sent_at limit 1`,
        [id, iso(endedAt ?? 0), target, app],
      );
      return first ?? null;
    },
    otherDeploys: async (id) => {
      const rows = await db.sql(
        `select (progress->>'runId')::bigint::text as run, sent_at from actions
         where kind = 'deploy' and id <> $1 and sent_at is not null and (state <> 'failed' or progress ? 'runId')`,
        [id],
      );
      return rows.map(({ run, sent_at }) => ({
        runId: run === null ? null : Number(run),
        sentAt: instant(sent_at),
      }));
    },
    happenings: (count, target) => listHappenings(db.sql, count, target),
    recent: (count, target) =>
      target === undefined
        ? listActions(db.sql, 'order by asked_at desc limit $1', [count])
        : listActions(db.sql, 'where target = $2 order by asked_at desc limit $1', [count, target]),
    savedFormations: async (app) => {
      const rows = await db.sql(
        'select process_type, quantity, size, saved_at from saved_formations where app = $1 and restored_at is null',
        [app],
      );
      return rows.map(keptOf);
    },
    forgetFormations: async (app, seen, at) => {
      for (const { processType, since } of seen) {
        await db.sql(
          `update saved_formations set restored_at = $3
           where app = $1 and process_type = $2 and restored_at is null and saved_at < $4`,
          [app, processType, iso(at), iso(since)],
        );
      }
    },
  };
}

/** In place of what was kept before: a stop that took effect proves that it ran again since. */
async function keep(
  sql: Sql,
  actionId: string,
  { processType, quantity, size }: SavedFormation,
  at: Instant,
): Promise<void> {
  const [kept] = await sql(
    'select action_id from saved_formations where action_id = $1 and process_type = $2',
    [actionId, processType],
  );
  if (kept) return;
  await forget(sql, actionId, processType, at);
  await sql(
    `insert into saved_formations (action_id, app, process_type, quantity, size, saved_at)
     select id, app, $2, $3, $4, $5 from actions where id = $1`,
    [actionId, processType, quantity, size, iso(at)],
  );
}

/** `actionId`: of the app that runs again. */
async function forget(sql: Sql, actionId: string, processType: string, at: Instant): Promise<void> {
  await sql(
    `update saved_formations set restored_at = $3
     where app = (select app from actions where id = $1) and process_type = $2 and restored_at is null`,
    [actionId, processType, iso(at)],
  );
}

/** The target is busy with a change that holds it. */
class Busy extends Error {}

/** Told by our own look, or by the index that lets one through of two that come at once. */
function isBusy(error: unknown): boolean {
  return error instanceof Busy || isUniqueViolation(error);
}

function isUniqueViolation(error: unknown): boolean {
  return Object(error).code === UNIQUE_VIOLATION;
}

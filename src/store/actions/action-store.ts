/**
 * The ledger in the database. Each step is one transaction with its audit line and its effects;
 * the lifecycle decides what a step leads to.
 */
import { randomUUID } from 'node:crypto';
import type { ActionStore, Approved, BeginResult, Proposed } from '../../operations/ports/action-store.ts';
import { type Applied, applyStep, propose, withoutHold } from '../../runbook/actions/lifecycle.ts';
import {
  type CountingRule,
  countApproval,
  type GivenBy,
  rightOfWay,
} from '../../runbook/actions/right-of-way.ts';
import type { ActionStep } from '../../runbook/actions/transitions.ts';
import type { Action, Draft } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { AuditLine } from '../audit/audit.ts';
import { type AuditKeys, NO_KEYS } from '../audit/audit-key.ts';
import { type AuditedChange, createChange } from '../audit/audited-change.ts';
import { isUniqueViolation } from '../database/columns.ts';
import type { Db } from '../database/db.ts';
import type { Queue } from '../queue.ts';
import { performEffects } from './effects.ts';
import { listHappenings } from './happenings.ts';
import {
  deploysBeside,
  firstChangeAfter,
  keptFormations,
  openActions,
  recentActions,
  unwatchedActions,
} from './queries.ts';
import { findAction, must } from './rows.ts';
import {
  findForUpdate,
  forgetSeen,
  insertAction,
  liveBeside,
  proposalsOf,
  updateAction,
  updateApprovals,
  updateCard,
  updateHold,
  updateProgress,
} from './statements.ts';

/** Dependencies shared by the functions below. */
interface ActionStoreParts {
  readonly db: Pick<Db, 'sql' | 'tx'>;
  /** Sends jobs in the same transaction as the row that needs them. Null when this process sends no jobs. */
  readonly queue: Pick<Queue, 'enqueue'> | null;
  readonly change: ReturnType<typeof createChange>;
}

/**
 * Calls `onAuditLine` with each audit line after it commits.
 * A copy kept elsewhere later shows whether the end of the audit was deleted.
 */
export function createActionStore(
  db: Pick<Db, 'sql' | 'tx'>,
  queue: ActionStoreParts['queue'],
  onAuditLine: (line: AuditLine) => void = () => {},
  keys: AuditKeys = NO_KEYS,
): ActionStore {
  const store: ActionStoreParts = { db, queue, change: createChange(db, onAuditLine, keys) };
  const { sql } = db;
  return {
    propose: (draft) => proposeOnce(store, draft),
    begin: (draft, at) => beginOrWait(store, draft, at),
    find: (id) => findAction(sql, id),
    approve: (id, who, isSelf, at, words = null, rule) =>
      approveOrWait(store, id, { who, isSelf, words }, at, rule),
    move: (id, step) => move(store, id, step),
    note: (actionId, event, who, detail, at) =>
      store.change(async ({ note }) => void (await note({ at, actionId, event, who, detail }))),
    keepProgress: (id, revision, progress) =>
      db.tx(async (into) => {
        if (!(await updateProgress(into, id, revision, progress))) return null;
        const action = must(await findAction(into, id));
        await queue?.enqueue(into, 'draw', { actionId: id }, action.target);
        return action;
      }),
    hold: async (id, revision, holds) => {
      try {
        await updateHold(sql, id, revision, holds);
      } catch (error) {
        // Another change still holds the target, so this one tries again at its next look.
        if (!isUniqueViolation(error)) throw error;
      }
    },
    lookAgain: (id, job, at) =>
      db.tx(async (into) => {
        const action = queue && (await findAction(into, id));
        if (action) await queue.enqueue(into, job, { actionId: id }, action.target, at);
      }),
    placeCard: (id, channel, ts, before) => updateCard(sql, id, channel, ts, before),
    open: () => openActions(sql),
    unwatched: (at) => unwatchedActions(sql, at),
    changeAfter: (action) => firstChangeAfter(sql, action),
    otherDeploys: (id) => deploysBeside(sql, id),
    happenings: (count, target) => listHappenings(sql, count, target),
    recent: (count, target) => recentActions(sql, count, target),
    savedFormations: (app) => keptFormations(sql, app),
    forgetFormations: async (app, seen, at) => {
      for (const one of seen) await forgetSeen(sql, app, one, at);
    },
  };
}

async function proposeOnce(store: ActionStoreParts, draft: Draft): Promise<Proposed> {
  const id = randomUUID();
  try {
    const action = await store.change(async (into) => {
      const proposed = propose(id, draft);
      await insertAction(into.sql, proposed.row);
      return finish(store, into, proposed);
    });
    return { ok: true, action };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const [live] = await proposalsOf(store.db.sql, draft.target, draft.kind);
    // The other change ended between the refusal and this query, so try again immediately.
    return live ? { ok: false, live } : proposeOnce(store, draft);
  }
}

async function beginOrWait(store: ActionStoreParts, draft: Draft, at: Instant): Promise<BeginResult> {
  const id = randomUUID();
  const { target, kind, askedBy: who } = draft;
  return whileFree(
    () =>
      store.change(async (into): Promise<BeginResult> => {
        // Someone proposed the same action in Slack.
        // This change settles that proposal, so it can no longer be approved.
        for (const asked of await proposalsOf(into.sql, target, kind))
          await take(store, into, asked.id, { name: 'replace', at, who, by: id });
        await clearTheWay(store, into, { id, target, kind }, who, at);
        const first = propose(id, draft);
        await insertAction(into.sql, first.row);
        await finish(store, into, { ...first, effects: [] });
        const action = must(await take(store, into, id, { name: 'begin', at, who }));
        return { ok: true, action };
      }),
    (other) => ({ ok: false, other }),
  );
}

async function approveOrWait(
  store: ActionStoreParts,
  id: string,
  approval: GivenBy,
  at: Instant,
  rule: CountingRule | undefined,
): Promise<Approved> {
  return whileFree(
    () =>
      store.change(async (into): Promise<Approved> => {
        const asked = must(await findForUpdate(into.sql, id));
        const counted = countApproval(asked, approval, at, rule);
        if (!counted.ok) return { ok: false, why: counted.why, action: asked };
        const complete = counted.step.name === 'approve';
        if (complete) await clearTheWay(store, into, asked, approval.who, at);
        const action = must(await take(store, into, id, counted.step));
        return { ok: true, complete, action };
      }),
    async (other) => ({ ok: false, why: 'busy', action: must(await findAction(store.db.sql, id)), other }),
  );
}

/** Supersedes the actions that yield to this one. Throws if another change has to finish first. */
async function clearTheWay(
  store: ActionStoreParts,
  into: AuditedChange,
  { id, target, kind }: Pick<Action, 'id' | 'target' | 'kind'>,
  who: string,
  at: Instant,
): Promise<void> {
  const way = rightOfWay(kind, await liveBeside(into.sql, target, id));
  if (!way.ok) throw new Busy(way.other);
  for (const one of way.overtaken) await take(store, into, one.id, { name: 'overtake', at, who, by: id });
}

async function move(store: ActionStoreParts, id: string, step: ActionStep): Promise<Action | null> {
  try {
    return await store.change((into) => take(store, into, id, step));
  } catch (error) {
    const waiting = withoutHold(step);
    if (!isUniqueViolation(error) || !waiting) throw error;
    return store.change((into) => take(store, into, id, waiting));
  }
}

/** Returns null if the step does not fit the current state of the row. */
async function take(
  store: ActionStoreParts,
  into: AuditedChange,
  id: string,
  step: ActionStep,
): Promise<Action | null> {
  const action = await findForUpdate(into.sql, id);
  const applied = action && applyStep(action, step);
  if (!applied) return null;
  if (applied.row.approvals !== action.approvals) await updateApprovals(into.sql, applied.row);
  return write(store, into, applied);
}

async function write(store: ActionStoreParts, into: AuditedChange, applied: Applied): Promise<Action> {
  await updateAction(into.sql, applied.row);
  return finish(store, into, applied);
}

/** Adds the audit line and the effects of a row that was just written. */
async function finish(
  { queue }: ActionStoreParts,
  into: AuditedChange,
  { row, audit, effects }: Applied,
): Promise<Action> {
  const { seq } = await into.audit({ ...audit, actionId: row.id });
  await performEffects({ sql: into.sql, queue, action: row, seq, at: audit.at }, effects);
  return must(await findAction(into.sql, row.id));
}

/** Thrown when another change holds the target. */
class Busy extends Error {
  readonly other: Action;

  constructor(other: Action) {
    super('another change is in progress');
    this.other = other;
  }
}

/**
 * A unique index refuses our write if another change arrived between our read and the write. The next read finds it.
 */
async function whileFree<T>(work: () => Promise<T>, busy: (other: Action) => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Busy) return busy(error.other);
    if (!isUniqueViolation(error)) throw error;
    return whileFree(work, busy);
  }
}

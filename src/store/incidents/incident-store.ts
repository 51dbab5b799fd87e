/**
 * Incidents and watches in the database. Each step is one transaction with its audit lines and effects; the lifecycle
 * decides what a step leads to.
 */
import { randomUUID } from 'node:crypto';
import type { Acknowledged, IncidentStore, LookDone } from '../../operations/ports/incident-store.ts';
import { applyIncidentSteps, type IncidentApplied } from '../../runbook/incidents/lifecycle.ts';
import { applyLook } from '../../runbook/incidents/look-outcome.ts';
import {
  noticeForAll,
  noticeOf,
  type SnoozeEnd,
  snoozeEndNotice,
  snoozeNotice,
  type TargetNotice,
} from '../../runbook/incidents/target-notices.ts';
import type { IncidentStep, Unopened } from '../../runbook/incidents/transitions.ts';
import { isPostedForAll } from '../../runbook/incidents/visibility.ts';
import type { WatchStep } from '../../runbook/incidents/watch-step.ts';
import { BOT } from '../../runbook/model/actor.ts';
import { type Incident, type Snooze, wakeKey } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { AuditLine } from '../audit/audit.ts';
import { type AuditKeys, NO_KEYS } from '../audit/audit-key.ts';
import { type AuditedChange, createChange } from '../audit/audited-change.ts';
import type { Db } from '../database/db.ts';
import type { Queue } from '../queue.ts';
import { performEffects, performLineEffects, performNotice } from './effects.ts';
import {
  currentSnooze,
  heardKeys,
  incidentsTouchedSince,
  memoriesBeside,
  noticesSince,
  openIncidents,
  pastIncidents,
  pingsOf,
  recentIncidents,
  watchRow,
} from './queries.ts';
import { findIncident, must, newestIncident } from './rows.ts';
import {
  claimLastHour,
  deletePing,
  deleteSilence,
  deleteSnooze,
  findForUpdate,
  findNewestForUpdate,
  findOpenForUpdate,
  insertIncident,
  insertSilence,
  releaseLastHour,
  updateCard,
  updateCrash,
  updateIncident,
  updateWatch,
  writeConditions,
  writePing,
  writeSnooze,
} from './statements.ts';

/** The part of the queue that incidents use. */
export type IncidentJobs = Pick<Queue, 'enqueue' | 'askForLook' | 'askForLooks'>;

interface IncidentStoreParts {
  readonly db: Pick<Db, 'sql' | 'tx'>;
  /**
   * Sends jobs in the same transaction as the row that needs them. Null for a store that sends none (the terminal's).
   */
  readonly queue: IncidentJobs | null;
  readonly change: ReturnType<typeof createChange>;
}

/** Calls `onAuditLine` with each audit line after it commits. */
export function createIncidentStore(
  db: Pick<Db, 'sql' | 'tx'>,
  queue: IncidentJobs | null,
  onAuditLine: (line: AuditLine) => void = () => {},
  keys: AuditKeys = NO_KEYS,
): IncidentStore {
  const store: IncidentStoreParts = { db, queue, change: createChange(db, onAuditLine, keys) };
  return {
    watchOf: (target) => watchRow(db.sql, target),
    newest: (target) => newestIncident(db.sql, target),
    find: (id) => findIncident(db.sql, id),
    open: () => openIncidents(db.sql),
    past: (target, count) => pastIncidents(db.sql, target, count),
    recent: (count, target) => recentIncidents(db.sql, count, target),
    touchedSince: (from, target) => incidentsTouchedSince(db.sql, from, target),
    noticesSince: (from, target) => noticesSince(db.sql, from, target),
    keepQuiet: (done, memory) => updateWatch(db.sql, done, memory),
    keep: (done, step) => store.change((into) => keepLook(store, into, done, step)),
    noteCrash: (target, at) => updateCrash(db.sql, target, at),
    beginSilence: (target, since) => insertSilence(db.sql, target, since),
    endSilence: (target) => deleteSilence(db.sql, target),
    ping: ({ id, revision }, page, words, at) =>
      move(store, id, { name: 'page', at, revision, ...page, words }),
    acknowledge: (id, who, at) => acknowledge(store, id, who, at),
    note: async (id, who, words, at) => void (await move(store, id, { name: 'note', at, who, words })),
    close: (id, who, at) => move(store, id, { name: 'close', at, who }),
    wake: (target, app, wake, picture, who, at) =>
      store.change((into) =>
        escalate(store, into, { target, app }, { name: 'escalate', at, wake, picture, who }),
      ),
    wakeOnce: (target, app, wake, picture, at) =>
      store.change(async (into) => {
        const heard = await heardKeys(into.sql, target, [wakeKey(wake.cause)]);
        if (heard.size > 0) return null;
        return escalate(store, into, { target, app }, { name: 'escalate', at, wake, picture, who: BOT });
      }),
    keepChanges: async (id, changes, words, at) =>
      void (await move(store, id, { name: 'keep_changes', at, changes, words })),
    pageAgain: (id, at) =>
      db.tx(async (into) => {
        const incident = queue && (await findIncident(into, id));
        if (incident) await performEffects({ sql: into, queue, incident }, [{ kind: 'page', at }]);
      }),
    snoozeOf: (target, now) => currentSnooze(db.sql, target, now),
    snooze: (target, snooze) => store.change((into) => beginSnooze(store, into, target, snooze)),
    endSnooze: (target, who, why, at) => store.change((into) => endSnooze(store, into, target, why, who, at)),
    notice: (target, words, at) =>
      store.change((into) => notify(store, into, target, noticeOf(target, words, at))),
    placeCard: (id, channel, ts, before) => updateCard(db.sql, id, channel, ts, before),
    claimLastHour: (id, at) => claimLastHour(db.sql, id, at),
    releaseLastHour: (id) => releaseLastHour(db.sql, id),
    placePing: (id, place) => writePing(db.sql, id, place),
    pingsOf: (id) => pingsOf(db.sql, id),
    forgetPing: (id, place) => deletePing(db.sql, id, place),
    askForLooks: async (targets, everySeconds) => queue?.askForLooks(targets, everySeconds),
    askForLook: async (target, why) => queue?.askForLook(target, why),
  };
}

async function keepLook(
  store: IncidentStoreParts,
  into: AuditedChange,
  done: LookDone,
  step: WatchStep,
): Promise<{ ok: boolean; incident: Incident | null }> {
  const { sql } = into;
  const { target, at } = done;
  if (!(await updateWatch(sql, done, step.memory))) return { ok: false, incident: null };
  const newest = await findNewestForUpdate(sql, target);
  const heard = await heardKeys(
    sql,
    target,
    step.wakes.map(({ cause }) => wakeKey(cause)),
  );
  const applied = applyLook(newest, unopened(done), step, heard, at);
  const incident = applied && (await write(store, into, applied));
  for (const words of step.notices) await notify(store, into, target, noticeOf(target, words, at));
  for (const notice of step.sight) {
    // Changes run one after the other. If two looks happen at the same time, the second sees what the first posted.
    if (isPostedForAll(notice, await memoriesBeside(sql, target))) continue;
    const noticed = notice.scope === 'all' ? noticeForAll : noticeOf;
    await notify(store, into, target, noticed(target, notice.words, at));
  }
  if (step.endSnooze) await endSnooze(store, into, target, 'got_worse', BOT, at);
  return { ok: true, incident };
}

function unopened({ target, app }: Pick<Incident, 'target' | 'app'>): Unopened {
  return { state: 'none', id: randomUUID(), target, app };
}

/** Adds the escalation to the open incident of the target, or opens a new one. */
async function escalate(
  store: IncidentStoreParts,
  into: AuditedChange,
  subject: Pick<Incident, 'target' | 'app'>,
  step: IncidentStep<'escalate'>,
): Promise<Incident> {
  const open = await findOpenForUpdate(into.sql, subject.target);
  return must(await take(store, into, open ?? unopened(subject), step));
}

async function acknowledge(
  store: IncidentStoreParts,
  id: string,
  who: string,
  at: Instant,
): Promise<Acknowledged> {
  return store.change(async (into) => {
    const before = must(await findForUpdate(into.sql, id));
    const incident = await take(store, into, before, { name: 'acknowledge', at, who });
    if (incident) return { ok: true, incident };
    return { ok: false, why: before.state === 'open' ? 'already' : 'resolved', incident: before };
  });
}

async function beginSnooze(
  store: IncidentStoreParts,
  into: AuditedChange,
  target: string,
  snooze: Snooze,
): Promise<void> {
  const { until, by: who, at } = snooze;
  await writeSnooze(into.sql, target, snooze);
  await notify(store, into, target, snoozeNotice(target, snooze));
  await takeOpen(store, into, target, { name: 'snooze', at, who, until });
}

/** Does nothing if there is no snooze. */
async function endSnooze(
  store: IncidentStoreParts,
  into: AuditedChange,
  target: string,
  why: SnoozeEnd,
  who: string,
  at: Instant,
): Promise<void> {
  if (!(await deleteSnooze(into.sql, target))) return;
  await notify(store, into, target, snoozeEndNotice(target, why, who, at));
  await takeOpen(store, into, target, { name: 'end_snooze', at });
}

async function notify(
  { queue }: IncidentStoreParts,
  { sql, audit }: AuditedChange,
  target: string,
  notice: TargetNotice,
): Promise<void> {
  const { event, who, at, detail } = notice;
  await audit({ event, who, at, detail, actionId: null });
  await performNotice({ sql, queue }, target, notice);
}

async function takeOpen(
  store: IncidentStoreParts,
  into: AuditedChange,
  target: string,
  step: IncidentStep,
): Promise<void> {
  await take(store, into, await findOpenForUpdate(into.sql, target), step);
}

function move(store: IncidentStoreParts, id: string, step: IncidentStep): Promise<Incident | null> {
  return store.change(async (into) => take(store, into, await findForUpdate(into.sql, id), step));
}

/** `before` must be locked. Returns null if the step does not fit it. */
async function take(
  store: IncidentStoreParts,
  into: AuditedChange,
  before: Incident | Unopened | null,
  step: IncidentStep,
): Promise<Incident | null> {
  const applied = before && applyIncidentSteps(before, [step]);
  return applied ? write(store, into, applied) : null;
}

/** Writes the row first and then the audit lines that record it, each with its effects. */
async function write(
  { queue }: IncidentStoreParts,
  into: AuditedChange,
  { before, row, lines, effects }: IncidentApplied,
): Promise<Incident> {
  const { sql } = into;
  if (before.state === 'none') await insertIncident(sql, row);
  await updateIncident(sql, row, before.state === 'none' ? null : before);
  await writeConditions(sql, row, before.state === 'none' ? [] : before.wakes);
  for (const { effects: lineEffects, ...line } of lines) {
    const { seq } = await into.audit({ ...line, actionId: row.id });
    await performLineEffects({ sql, queue, incident: row }, seq, lineEffects);
  }
  await performEffects({ sql, queue, incident: row }, effects);
  return must(await findIncident(sql, row.id));
}

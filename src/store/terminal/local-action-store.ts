/**
 * The ledger for changes made at the terminal while the team's cannot be opened:
 * rows in memory, their audit in a file.
 */
import { randomUUID } from 'node:crypto';
import type { ActingStore, BeginResult } from '../../operations/ports/action-store.ts';
import { type Applied, applyStep, propose } from '../../runbook/actions/lifecycle.ts';
import type { ActionStep } from '../../runbook/actions/transitions.ts';
import { type Action, type Draft, ENDED } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { SeenRunning } from '../../runbook/situation/seen-running.ts';
import { formationsIn, keptEvent, restoredEvent } from '../actions/kept-formations.ts';
import { shortHash } from '../audit/audit.ts';
import type { AuditFile } from '../audit/audit-file.ts';
import { textOrNull } from '../database/columns.ts';

/** It knows only what this process does, not whether another change of the app is in progress. */
export function createLocalActionStore(file: AuditFile): ActingStore {
  const rows = new Map<string, Action>();

  /** Stores the row, its audit line, and the formation taken from the app. There is no queue and no card. */
  function write({ row, audit, effects }: Applied): Action {
    const line = file.append({ ...audit, actionId: row.id });
    const { seq, event, who, at, detail } = line;
    const words = textOrNull(detail.words);
    const written = { ...row, trail: [...row.trail, { seq, event, who, at, hash: shortHash(line), words }] };
    rows.set(row.id, written);
    for (const effect of effects) {
      if (effect.kind === 'keep_formation')
        file.append(keptEvent(row.id, row.app, effect.formation, audit.at));
      if (effect.kind === 'forget_formation')
        file.append(restoredEvent(row.app, effect.processType, audit.at));
    }
    return written;
  }

  function take(id: string, step: ActionStep): Action | null {
    const row = rows.get(id);
    const applied = row && applyStep(row, step);
    return applied ? write(applied) : null;
  }

  async function beginHere(draft: Draft, at: Instant): Promise<BeginResult> {
    const id = randomUUID();
    const { row, ...line } = propose(id, draft);
    write({ row, ...line, effects: [] });
    const action = take(id, { name: 'begin', at, who: draft.askedBy });
    if (!action) throw new Error('a new action can always begin');
    return { ok: true, action };
  }

  return {
    begin: beginHere,
    find: async (id) => rows.get(id) ?? null,
    move: async (id, step) => take(id, step),
    note: async (id, event, who, detail, at) => void file.append({ at, actionId: id, event, who, detail }),
    keepProgress: async (id, revision, progress) => {
      const row = rows.get(id);
      if (row?.revision !== revision) return null;
      const kept = { ...row, progress, revision: revision + 1 };
      rows.set(id, kept);
      return kept;
    },
    hold: async (id, revision, holds) => {
      const row = rows.get(id);
      if (row?.revision === revision) rows.set(id, { ...row, holds, revision: revision + 1 });
    },
    open: async () => [...rows.values()].filter(({ state }) => !ENDED.has(state)),
    unwatched: async () => [],
    changeAfter: async () => null,
    otherDeploys: async () => [],
    happenings: async () => [],
    recent: async () => [...rows.values()],
    savedFormations: async (app) => formationsIn(file.lines(), app),
    forgetFormations: async (app, seen, at) => forgetIn(file, app, seen, at),
  };
}

/** Forgets only formations that were saved, so a file without a stop gets no line. */
export function forgetIn(file: AuditFile, app: string, seen: readonly SeenRunning[], at: Instant): void {
  for (const { processType, at: keptAt } of formationsIn(file.lines(), app)) {
    const isBack = seen.some((one) => one.processType === processType && one.since > keptAt);
    if (isBack) file.append(restoredEvent(app, processType, at));
  }
}

/** A ledger for what the terminal does while the team's cannot be opened: rows in memory, their audit in a file. */
import { randomUUID } from 'node:crypto';
import type { ActingLedger, Draft, Move } from '../../operations/ports/action-store.ts';
import { type Action, ENDED } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { SeenRunning } from '../../runbook/situation/seen-running.ts';
import { formationsIn, keptEvent, restoredEvent } from '../actions/kept-formations.ts';
import { type AuditEvent, shortHash } from '../audit/audit.ts';
import type { AuditFile } from '../audit/audit-file.ts';

/** It knows only what this process does: whether the app is busy with another change cannot be told. */
export function createLocalLedger(file: AuditFile): ActingLedger {
  const rows = new Map<string, Action>();

  function audit(event: AuditEvent & { readonly actionId: string }): void {
    const line = file.append(event);
    const row = rows.get(event.actionId);
    if (!row) return;
    const { seq, event: name, who, at, detail } = line;
    const words = typeof detail.words === 'string' ? detail.words : '';
    const said = { seq, event: name, who, at, hash: shortHash(line), words };
    rows.set(row.id, { ...row, trail: [...row.trail, said] });
  }

  async function begin(draft: Draft, at: Instant) {
    const id = randomUUID();
    rows.set(id, rowOf(id, draft, at));
    const { kind, app, params, reason, askedBy: who } = draft;
    audit({ at, actionId: id, event: 'proposed', who, detail: { kind, app, params, reason } });
    audit({ at, actionId: id, event: 'approved', who, detail: { words: 'approvals not asked' } });
    return { ok: true, action: rows.get(id) ?? rowOf(id, draft, at) } as const;
  }

  async function move(id: string, given: Move): Promise<Action | null> {
    const row = rows.get(id);
    if (!row || !given.from.includes(row.state)) return null;
    if (given.revision !== undefined && given.revision !== row.revision) return null;
    const { to, at, who, outcome, aftermath, detail = {} } = given;
    rows.set(id, {
      ...row,
      state: to,
      sentAt: to === 'executing' ? (row.sentAt ?? at) : row.sentAt,
      endedAt: ENDED.has(to) ? (row.endedAt ?? at) : null,
      outcome: outcome ?? row.outcome,
      progress: given.progress ?? row.progress,
      aftermath: aftermath ?? row.aftermath,
      watchUntil: given.watchUntil ?? row.watchUntil,
      holds: given.holds ?? row.holds,
      revision: row.revision + 1,
    });
    const words = outcome ? { words: outcome.words, evidence: outcome.evidence } : {};
    const after = aftermath ? { words: aftermath.words } : {};
    audit({ at, actionId: id, event: given.event ?? to, who, detail: { ...words, ...after, ...detail } });
    if (given.keeps) file.append(keptEvent(id, row.app, given.keeps, at));
    if (given.restores) file.append(restoredEvent(row.app, given.restores, at));
    return rows.get(id) ?? null;
  }

  return {
    begin,
    find: async (id) => rows.get(id) ?? null,
    move,
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
    lookAgain: async () => {},
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

/** Only what is kept is forgotten: a file that knows of no stop gets no line. */
export function forgetIn(file: AuditFile, app: string, seen: readonly SeenRunning[], at: Instant): void {
  for (const { processType, at: keptAt } of formationsIn(file.lines(), app)) {
    const isBack = seen.some((one) => one.processType === processType && one.since > keptAt);
    if (isBack) file.append(restoredEvent(app, processType, at));
  }
}

function rowOf(id: string, draft: Draft, decidedAt: Instant): Action {
  return {
    ...draft,
    id,
    state: 'approved',
    approvals: [],
    decidedAt,
    sentAt: null,
    endedAt: null,
    progress: {},
    outcome: null,
    watchUntil: null,
    aftermath: null,
    revision: 0,
    card: null,
    trail: [],
  };
}

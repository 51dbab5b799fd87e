/** Formations of stopped apps, saved as lines of the local audit so that a restore can find them. */
import type { KeptFormation, SavedFormation } from '../../runbook/model/action.ts';
import { BOT } from '../../runbook/model/actor.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { AuditEvent, AuditLine } from '../audit/audit.ts';

const KEPT = 'formation_kept';
const RESTORED = 'formation_restored';

export function keptEvent(actionId: string, app: string, formation: SavedFormation, at: Instant): AuditEvent {
  return { at, actionId, event: KEPT, who: BOT, detail: { app, ...formation } };
}

export function restoredEvent(app: string, processType: string, at: Instant): AuditEvent {
  return { at, actionId: null, event: RESTORED, who: BOT, detail: { app, processType } };
}

/** Returns the last formation of each process type that was saved and not yet restored. */
export function formationsIn(lines: readonly AuditLine[], app: string): KeptFormation[] {
  const kept = new Map<string, KeptFormation>();
  for (const { event, at, detail } of lines) {
    const { app: of, processType, quantity, size } = detail;
    if (of !== app || typeof processType !== 'string') continue;
    if (event === RESTORED) kept.delete(processType);
    const isWhole = typeof quantity === 'number' && typeof size === 'string';
    if (event === KEPT && isWhole) kept.set(processType, { processType, quantity, size, at });
  }
  return [...kept.values()];
}

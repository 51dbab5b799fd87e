/** Formations of stopped apps, kept as lines of the local audit: a restore finds them again. */
import type { SavedFormation } from '../runbook/action.ts';
import type { Instant } from '../runbook/evidence.ts';
import type { AuditEvent, AuditLine } from './audit.ts';

const KEPT = 'formation_kept';
const RESTORED = 'formation_restored';
const WHO = 'bot';

export function keptEvent(actionId: string, app: string, formation: SavedFormation, at: Instant): AuditEvent {
  return { at, actionId, event: KEPT, who: WHO, detail: { app, ...formation } };
}

export function restoredEvent(app: string, processType: string, at: Instant): AuditEvent {
  return { at, actionId: null, event: RESTORED, who: WHO, detail: { app, processType } };
}

/** The first one that was kept and not restored, a process type: a second stop saves no zeros. */
export function formationsIn(lines: readonly AuditLine[], app: string): SavedFormation[] {
  const kept = new Map<string, SavedFormation>();
  for (const { event, detail } of lines) {
    const { app: of, processType, quantity, size } = detail;
    if (of !== app || typeof processType !== 'string') continue;
    if (event === RESTORED) kept.delete(processType);
    const isWhole = typeof quantity === 'number' && typeof size === 'string';
    if (event === KEPT && isWhole && !kept.has(processType)) {
      kept.set(processType, { processType, quantity, size });
    }
  }
  return [...kept.values()];
}

/** Names the version that a rollback after an action would go back to, for its button. */
import { rollbackOf } from '../heroku/rollback-targets.ts';
import type { Outcome } from '../model/action.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ActionKind } from '../model/terms.ts';

/** Returns nothing if no rollback comes next, or the releases were not read. */
export function nextRollback(next: readonly ActionKind[], evidence: Evidence): Pick<Outcome, 'rollback'> {
  const rollback = next.includes('rollback') ? rollbackOf(evidence) : null;
  return rollback === null ? {} : { rollback };
}

/** Ends a proposal that nobody decided in time. */

import { outcomeOf } from '../../runbook/model/action.ts';
import type { ExecutionContext } from './context.ts';

/** Does nothing if the proposal still has time, or is no longer proposed. */
export async function expire(
  { actionStore, now }: Pick<ExecutionContext, 'actionStore' | 'now'>,
  id: string,
): Promise<void> {
  const action = await actionStore.find(id);
  if (action?.state !== 'proposed' || now() < action.expiresAt) return;
  const words = 'Nobody decided in time. Nothing was done. Propose it again.';
  const outcome = outcomeOf(words, { next: [action.kind] });
  await actionStore.move(id, { name: 'expire', at: now(), outcome });
}

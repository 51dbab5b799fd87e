/** Ends a proposal that could not be shown to anyone: an invisible proposal would block the next one. */
import { outcomeOf } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { ActionStore } from '../ports/action-store.ts';

/** `words`: why it could not be shown. Does nothing if the proposal was already decided. */
export async function withdraw(
  actionStore: Pick<ActionStore, 'move'>,
  id: string,
  words: string,
  now: Instant,
): Promise<void> {
  const outcome = outcomeOf(`${words} Nothing was done.`);
  await actionStore.move(id, { name: 'withdraw', at: now, outcome });
}

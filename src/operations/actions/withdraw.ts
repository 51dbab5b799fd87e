/** A proposal that nobody can be shown is ended: else it would stand in the way of the next one, unseen. */
import type { Instant } from '../../runbook/model/evidence.ts';
import type { ActionStore } from '../ports/action-store.ts';

/** `words`: why nobody could be shown it. Nothing happens when it is decided already. */
export async function withdraw(
  actionStore: Pick<ActionStore, 'move'>,
  id: string,
  words: string,
  now: Instant,
): Promise<void> {
  const outcome = { words: `${words} Nothing was done.`, evidence: [], next: [], manualCommand: null };
  await actionStore.move(id, { name: 'withdraw', at: now, outcome });
}

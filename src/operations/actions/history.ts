/** Lists actions, and what else people did, in chronological order. */
import type { Action } from '../../runbook/model/action.ts';
import type { Happening } from '../../runbook/model/happening.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { ActionStore } from '../ports/action-store.ts';

export type HistoryEntry =
  | { readonly kind: 'action'; readonly at: Instant; readonly action: Action }
  | { readonly kind: 'happening'; readonly at: Instant; readonly happening: Happening };

/** Returns entries newest first; with `target`, only those of that target. */
export async function readHistory(
  actionStore: Pick<ActionStore, 'recent' | 'happenings'>,
  count: number,
  target?: string,
): Promise<readonly HistoryEntry[]> {
  const [actions, happenings] = await Promise.all([
    actionStore.recent(count, target),
    actionStore.happenings(count, target),
  ]);
  const entries: HistoryEntry[] = [
    ...actions.map((action) => ({ kind: 'action', at: action.askedAt, action }) as const),
    ...happenings.map((happening) => ({ kind: 'happening', at: happening.at, happening }) as const),
  ];
  return entries.toSorted((one, other) => other.at - one.at).slice(0, count);
}

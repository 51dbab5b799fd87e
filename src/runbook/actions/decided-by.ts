/** Who decided on a proposal, according to its audit. */
import type { Action } from '../model/action.ts';

export interface Decision {
  readonly what: 'approved' | 'rejected';
  /** In the order in which they decided, each once. */
  readonly by: readonly string[];
}

/** Null when nobody has decided. At the terminal, the person who typed the app's name decides. */
export function decisionOf({ trail }: Pick<Action, 'trail'>): Decision | null {
  const rejected = trail.find(({ event }) => event === 'rejected');
  if (rejected) return { what: 'rejected', by: [rejected.who] };
  const approved = trail.filter(({ event }) => event === 'approved' || event === 'approval');
  return approved.length === 0
    ? null
    : { what: 'approved', by: [...new Set(approved.map(({ who }) => who))] };
}

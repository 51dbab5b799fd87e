/** Reads from an action's audit who decided on it. */
import type { Action } from '../model/action.ts';

export interface Decision {
  readonly what: 'approved' | 'rejected';
  /** Each person appears once, in the order in which they decided. */
  readonly by: readonly string[];
}

/** Returns null when nobody has decided. At the terminal, the person who types the app's name decides. */
export function decisionOf({ trail }: Pick<Action, 'trail'>): Decision | null {
  const rejected = trail.find(({ event }) => event === 'rejected');
  if (rejected) return { what: 'rejected', by: [rejected.who] };
  const approved = trail.filter(({ event }) => event === 'approved' || event === 'approval');
  return approved.length === 0
    ? null
    : { what: 'approved', by: [...new Set(approved.map(({ who }) => who))] };
}

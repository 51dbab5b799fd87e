/** Carries out the effects of a step in its transaction: queue jobs, and formations saved for a restore. */
import type { Effect, EffectKind } from '../../runbook/actions/lifecycle.ts';
import { type Action, ENDED } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { JobScope } from '../queue.ts';
import { forgetFormation, keepFormation } from './statements.ts';

interface ActionScope extends JobScope {
  readonly action: Action;
  /** Sequence number of the step's audit line. */
  readonly seq: number;
  readonly at: Instant;
}

type Performers = {
  readonly [Kind in EffectKind]: (effect: Effect<Kind>, within: ActionScope) => Promise<void>;
};

const PERFORM: Performers = {
  draw: async ({ at }, { sql, queue, action }) =>
    queue?.enqueue(sql, 'draw', { actionId: action.id, ...endOf(action) }, action.target, at ?? undefined),
  tell: async ({ everybody }, { sql, queue, action, seq }) =>
    queue?.enqueue(sql, 'tell', { actionId: action.id, seq, everybody, ...endOf(action) }, action.target),
  run: async ({ job, at }, { sql, queue, action }) =>
    queue?.enqueue(sql, job, { actionId: action.id }, action.target, at ?? undefined),
  keep_formation: ({ formation }, { sql, action, at }) => keepFormation(sql, action, formation, at),
  forget_formation: ({ processType }, { sql, action, at }) =>
    forgetFormation(sql, action.app, processType, at),
};

function endOf({ state }: Action): { readonly hasEnded?: true } {
  return ENDED.has(state) ? { hasEnded: true } : {};
}

export async function performEffects(within: ActionScope, effects: readonly Effect[]): Promise<void> {
  for (const effect of effects) await perform(effect, within);
}

function perform<Kind extends EffectKind>(effect: Effect<Kind>, within: ActionScope): Promise<void> {
  return PERFORM[effect.kind](effect, within);
}

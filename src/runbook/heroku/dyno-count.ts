/** Counts the process type's dynos, and how many its formation wants. One-off dynos never count. */
import type { Dyno, FormationEntry } from '../model/heroku.ts';

export interface DynoCount {
  /** The formation's quantity; 0 if it has no such process type. */
  readonly wanted: number;
  readonly size: string | null;
  readonly dynos: readonly Dyno[];
}

export function countDynos(
  dynos: readonly Dyno[],
  formation: readonly FormationEntry[],
  processType: string,
): DynoCount {
  const entry = formation.find(({ type }) => type === processType);
  return {
    wanted: entry?.quantity ?? 0,
    size: entry?.size ?? null,
    dynos: dynos.filter(({ type }) => type === processType),
  };
}

/**
 * An idle (Eco) or starting dyno counts as up for the verdict (contract), because it is about to respond. So does a
 * dyno in a state that Heroku added later: the health URL shows whether it responds.
 */
export function isAnswering({ state }: Dyno): boolean {
  return state !== 'crashed' && state !== 'down';
}

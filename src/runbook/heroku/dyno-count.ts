/** The process type's dynos, against what its formation asks for. One-off dynos never count. */
import type { Dyno, FormationEntry } from '../model/evidence.ts';

export interface DynoCount {
  /** How many the formation asks for; 0 when it does not know the process type. */
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
 * An idle (Eco) or a starting dyno counts as up for the verdict (contract): it is on its way to answer. So does one in a
 * state that Heroku added later: whether it answers, the health URL tells.
 */
export function isAnswering({ state }: Dyno): boolean {
  return state !== 'crashed' && state !== 'down';
}

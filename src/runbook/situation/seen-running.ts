/** Which process types run, as one look has seen it: what a stop took from them is back, whoever brought it. */
import type { Evidence, Instant } from '../model/evidence.ts';

export interface SeenRunning {
  readonly processType: string;
  /** It ran at this moment, or later. */
  readonly since: Instant;
}

/** By the formation where it was seen; else by dynos, which may still be on their way out: then their start is what counts. */
export function seenRunning({ formation, dynos }: Evidence, startedAt: Instant): readonly SeenRunning[] {
  if (formation.ok) {
    return formation.value
      .filter(({ quantity }) => quantity > 0)
      .map(({ type }) => ({ processType: type, since: startedAt }));
  }
  if (!dynos.ok) return [];
  return dynos.value
    .filter(({ state }) => state === 'up' || state === 'starting')
    .map(({ type, createdAt }) => ({ processType: type, since: createdAt }));
}

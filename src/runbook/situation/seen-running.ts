/** Which process types are running in one observation: what a stop took from them was restored, by anyone. */
import type { Evidence } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';

export interface SeenRunning {
  readonly processType: string;
  /** It was running at this moment or later. */
  readonly since: Instant;
}

/** By the formation if it was read; else by the dynos, which may be shutting down: then only their start counts. */
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

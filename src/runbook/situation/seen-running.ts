/** Lists the process types that run in one observation. If a stop took them away, someone has restored them. */
import type { Evidence } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';

export interface SeenRunning {
  readonly processType: string;
  /** The process type was running at this moment or later. */
  readonly since: Instant;
}

/**
 * Judges by the formation if it was read, or else by the dynos. Dynos may be shutting down, so only their start counts.
 */
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

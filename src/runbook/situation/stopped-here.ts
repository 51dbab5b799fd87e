/**
 * Decides whether the bot stopped an app that is at quantity 0: only if our own stop is the last change of its
 * quantity.
 */

import type { Action } from '../model/action.ts';
import { CLOCKS_MS } from '../model/change.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Stop } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';

export interface StoppedHereInput {
  readonly evidence: Pick<Evidence, 'formation' | 'logs' | 'releases'>;
  readonly processType: string;
  /** The target's actions, in any order. */
  readonly actions: readonly Action[];
  /** The last time that the watch saw dynos of the type, or a quantity above 0; null if never. */
  readonly runningAt: Instant | null;
}

/** Returns null if the app was stopped outside the bot, or is running. */
export function stoppedHere({ evidence, processType, actions, runningAt }: StoppedHereInput): Stop | null {
  const newest = actions
    .filter(({ kind, sentAt, state }) => sentAt !== null && state !== 'failed' && SCALES.has(kind))
    .toSorted((one, other) => (other.sentAt ?? 0) - (one.sentAt ?? 0))[0];
  if (newest?.kind !== 'stop') return null;
  const done = newest.endedAt ?? newest.sentAt ?? 0;
  if (runningAt !== null && runningAt > done + CLOCKS_MS) return null;
  if (scaledSince(evidence, processType, done + CLOCKS_MS)) return null;
  return {
    by: newest.approvals.at(-1)?.person ?? newest.askedBy,
    at: done,
    reason: newest.reason,
  };
}

const SCALES: ReadonlySet<string> = new Set(['stop', 'restore']);

/** Finds a change of scale by anyone in the log, or else in the formation, which a release updates too. */
function scaledSince(
  { formation, logs, releases }: StoppedHereInput['evidence'],
  processType: string,
  since: Instant,
): boolean {
  const lines = logs.ok ? scalings(logs.value.lines, processType) : [];
  if (lines.some(({ at }) => at > since)) return true;
  const entry = formation.ok ? formation.value.find(({ type }) => type === processType) : undefined;
  const changedAt = entry?.updatedAt;
  if (changedAt === undefined || changedAt <= since) return false;
  const released = (releases.ok ? releases.value : []).some(
    ({ createdAt }) => Math.abs(createdAt - changedAt) <= CLOCKS_MS,
  );
  return !released;
}

export interface Scaling {
  readonly at: Instant;
  readonly quantity: number;
  readonly by: string | null;
}

/** Parses `Scaled to web@0:Basic worker@1:Basic by user ops@raxx.app`, oldest first. */
export function scalings(
  lines: readonly { readonly at: Instant | null; readonly text: string }[],
  processType: string,
): readonly Scaling[] {
  return lines.flatMap(({ at, text }) => {
    if (at === null || !text.startsWith('Scaled to ')) return [];
    const quantity = text
      .split(' ')
      .map((word) => word.split(/[@:]/))
      .find(([type, count]) => type === processType && count !== undefined)?.[1];
    if (quantity === undefined) return [];
    return [{ at, quantity: Number(quantity), by: / by user (\S+)$/.exec(text)?.[1] ?? null }];
  });
}

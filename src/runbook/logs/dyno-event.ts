/**
 * Parses what Heroku logs about a dyno (state changes, starts, exits, kills), and puts the events into the order in
 * which they happened.
 */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';

export type DynoEvent = { readonly at: Instant } & (
  | { readonly kind: 'state'; readonly from: string; readonly to: string }
  | { readonly kind: 'start'; readonly command: string }
  | { readonly kind: 'exit'; readonly status: number }
  /** Heroku kills a dyno after a boot timeout (R10), and when it is far over its memory quota (R15). */
  | { readonly kind: 'kill'; readonly code: string }
  | { readonly kind: 'idle' }
);

const STATE = /^State changed from (\S+) to (\S+)$/;
const EXITED = /^Process exited with status (\d+)/;
const KILLED = /^Error (R1[05]) /;
const STARTING = /^Starting process with command `?([\s\S]*?)`?(?: by user \S+)?$/;

/** Returns null if the line is not about the dyno's boot. */
export function dynoEventOf({ at, text }: LogLine): DynoEvent | null {
  if (at === null) return null;
  const [, from, to] = STATE.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { at, kind: 'state', from, to };
  const command = STARTING.exec(text)?.[1];
  if (command !== undefined) return { at, kind: 'start', command };
  const status = EXITED.exec(text)?.[1];
  if (status !== undefined) return { at, kind: 'exit', status: Number(status) };
  const code = KILLED.exec(text)?.[1];
  if (code !== undefined) return { at, kind: 'kill', code };
  return text === 'Idling' ? { at, kind: 'idle' } : null;
}

/**
 * Heroku's lines of one second come in any order. This puts the kill and the exit first, then the state changes, each
 * after the one that led to it. The start comes last, because a process starts after its dyno was reported as starting.
 */
export function inCausalOrder(events: readonly DynoEvent[], state: string | null): readonly DynoEvent[] {
  if (events.length < 2) return events;
  const changes = events.filter((event) => event.kind === 'state');
  const ordered = events.filter(({ kind }) => kind !== 'state' && kind !== 'start');
  let from = state;
  while (changes.length > 0) {
    const found = changes.findIndex((change) => change.from === from);
    const [next] = changes.splice(Math.max(0, found), 1);
    if (!next) break;
    ordered.push(next);
    from = next.to;
  }
  return [...ordered, ...events.filter(({ kind }) => kind === 'start')];
}

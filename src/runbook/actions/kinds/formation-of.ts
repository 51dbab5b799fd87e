/** Shared readings of the evidence for several kinds of action. */
import type { Applies } from '../../model/action-spec.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Dyno, FormationEntry, Release } from '../../model/heroku.ts';

export type Readable<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly words: string };

/**
 * Returns the formation of the process type (null when it has none), or why it is unknown. An action is never based on
 * a guess.
 */
export function formationOf({ formation }: Evidence, processType: string): Readable<FormationEntry | null> {
  if (!formation.ok) return { ok: false, words: formation.detail };
  return { ok: true, value: formation.value.find(({ type }) => type === processType) ?? null };
}

export function dynosOf({ dynos }: Evidence, processType: string): Readable<readonly Dyno[]> {
  if (!dynos.ok) return { ok: false, words: dynos.detail };
  return { ok: true, value: dynos.value.filter(({ type }) => type === processType) };
}

/**
 * A change is verified against the dynos that ran before it, so nothing is sent when they could not be read. Returns
 * null when they were read.
 */
export function dynosUnseen(evidence: Evidence, processType: string): Refused | null {
  const dynos = dynosOf(evidence, processType);
  return dynos.ok ? null : unseenNow('dynos', dynos.words);
}

type Refused = Extract<Applies, { ok: false }>;

/**
 * Refuses to send on a guess; the plan's manual command still fits. `what` names the unread source, such as
 * `formation`.
 */
export function unseenNow(what: string, why: string): Refused {
  return { ok: false, words: `couldn't read the ${what} (${why})`, fitsByHand: true };
}

/** Describes the current formation if it differs from the planned one. Returns null if it does not. */
export function formationChange(
  entry: FormationEntry | null,
  planned: { readonly quantity: number; readonly size: string },
): string | null {
  if (entry === null) return 'gone';
  const isSame = entry.quantity === planned.quantity && entry.size === planned.size;
  return isSame ? null : `${entry.quantity} × ${entry.size}`;
}

export function currentRelease({ releases }: Evidence): Readable<Release> {
  if (!releases.ok) return { ok: false, words: releases.detail };
  const current = releases.value.find((release) => release.current);
  return current ? { ok: true, value: current } : { ok: false, words: "can't tell which release is current" };
}

/**
 * Returns the version of the newest release, even a failed one, so that a release created by an action is newer.
 * Returns 0 when no release was read.
 */
export function newestVersion({ releases }: Evidence): number {
  return releases.ok ? Math.max(0, ...releases.value.map(({ version }) => version)) : 0;
}

/** `web.1 up, web.2 crashed` */
export function dynoList(dynos: readonly Dyno[]): string {
  return dynos.map(({ name, state }) => `${name} ${state}`).join(', ');
}

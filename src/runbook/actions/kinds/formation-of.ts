/** What several actions read of the same evidence. */
import type { Applies } from '../../model/action.ts';
import type { Dyno, Evidence, FormationEntry, Release } from '../../model/evidence.ts';

export type Readable<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly words: string };

/** The process type's formation, or why it is not known: an action never rests on a guess. */
export function formationOf({ formation }: Evidence, processType: string): Readable<FormationEntry | null> {
  if (!formation.ok) return { ok: false, words: formation.detail };
  return { ok: true, value: formation.value.find(({ type }) => type === processType) ?? null };
}

export function dynosOf({ dynos }: Evidence, processType: string): Readable<readonly Dyno[]> {
  if (!dynos.ok) return { ok: false, words: dynos.detail };
  return { ok: true, value: dynos.value.filter(({ type }) => type === processType) };
}

/** What is seen after a change is told from what was before: without the dynos of before nothing is sent. */
export function dynosUnseen(evidence: Evidence, processType: string): Applies | null {
  const dynos = dynosOf(evidence, processType);
  return dynos.ok
    ? null
    : { ok: false, words: `the dynos could not be seen (${dynos.words})`, fitsByHand: true };
}

export function currentRelease({ releases }: Evidence): Readable<Release> {
  if (!releases.ok) return { ok: false, words: releases.detail };
  const current = releases.value.find((release) => release.current);
  return current
    ? { ok: true, value: current }
    : { ok: false, words: 'which release is current was not seen' };
}

/** Version of the newest release, failed ones too: what an action makes is newer. 0 when none was seen. */
export function newestVersion({ releases }: Evidence): number {
  return releases.ok ? Math.max(0, ...releases.value.map(({ version }) => version)) : 0;
}

/** `web.1 up, web.2 crashed` */
export function dynoList(dynos: readonly Dyno[]): string {
  return dynos.map(({ name, state }) => `${name} ${state}`).join(', ');
}

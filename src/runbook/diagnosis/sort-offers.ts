/** Decides which of the offered actions to press first. */
import type { Change, ChangeReport } from '../model/change.ts';
import type { Rollback } from '../model/rollback.ts';
import type { ActionKind, MatchedMode } from '../model/terms.ts';

export interface Offers {
  readonly first: readonly ActionKind[];
  readonly others: readonly ActionKind[];
  /** The effect of a rollback; null when that is unknown. */
  readonly rollback: Rollback | null;
}

interface Offered {
  /** The offered kinds, best fit first. */
  readonly kinds: readonly ActionKind[];
  readonly rollback: Rollback | null;
  /** Null when nobody has looked for changes. */
  readonly changes: ChangeReport | null;
  /** True if something has to be done by hand first (`stepByHand`). */
  readonly isByHand: boolean;
}

const MOST_FIRST = 2;

/**
 * Sorts the kinds that the bot can perform. A stop ends the service, so it is never among the first. When a release is
 * the suspect, only the rollback comes first, because a restart would run the same release again.
 */
export function sortOffers(offered: Offered, canDo: ReadonlySet<ActionKind>): Offers {
  const able = offered.kinds.filter((kind) => canDo.has(kind));
  const first = firstOf(able, offered);
  return { first, others: able.filter((kind) => !first.includes(kind)), rollback: offered.rollback };
}

function firstOf(
  able: readonly ActionKind[],
  { changes, rollback, isByHand }: Offered,
): readonly ActionKind[] {
  if (isByHand) return [];
  const helping = able.filter((kind) => kind !== 'stop');
  return takesBackSuspect(rollback, changes) && helping.includes('rollback')
    ? ['rollback']
    : helping.slice(0, MOST_FIRST);
}

/** A rollback does not bring back add-ons. It brings back a removed config var only by giving up newer code as well. */
const OF_CODE: ReadonlySet<Change['kind']> = new Set(['deploy', 'rollback', 'release']);

function takesBackSuspect(rollback: Rollback | null, changes: ChangeReport | null): boolean {
  if (rollback === null || changes === null) return false;
  return changes.list.some(
    ({ verdict, kind, version }) =>
      verdict === 'suspect' && OF_CODE.has(kind) && version !== null && rollback.takesBack.includes(version),
  );
}

/**
 * Sorts the offers for an app that was stopped. The restore comes first, unless a release is the suspect: then the
 * rollback does, because that release would fail again. Actions that need a running app are left out.
 */
export function sortOffersWhileStopped(
  { kinds, rollback, changes }: Omit<Offered, 'isByHand'>,
  canDo: ReadonlySet<ActionKind>,
): Offers {
  const able = kinds.filter((kind) => canDo.has(kind) && kind !== 'stop' && kind !== 'restart');
  const wanted: readonly ActionKind[] = takesBackSuspect(rollback, changes)
    ? ['rollback', 'restore']
    : ['restore'];
  const first = wanted.filter((kind) => able.includes(kind));
  return { first, others: able.filter((kind) => !first.includes(kind)), rollback };
}

/**
 * Returns what a person has to do before any button can help: set the missing config var, unless a release with other
 * code may be why it is needed. Returns null when there is no such step.
 */
export function stepByHand(mode: MatchedMode | undefined, changes: ChangeReport): string | null {
  const isUnset = mode?.causedBy === 'config_var' || mode?.causedBy === 'settings';
  const isExplained = changes.list.some(({ verdict, kind }) => verdict !== 'ruled_out' && OF_CODE.has(kind));
  return isUnset && !isExplained ? (mode.fix[0] ?? null) : null;
}

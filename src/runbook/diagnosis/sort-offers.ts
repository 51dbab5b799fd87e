/** Which of the offered actions to press first. */
import type { Change, ChangeReport } from '../model/change.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { ActionKind } from '../model/terms.ts';

export interface Offers {
  readonly first: readonly ActionKind[];
  readonly others: readonly ActionKind[];
  /** The release that a rollback would go back to; null when that is not known. */
  readonly rollbackTo: number | null;
}

interface Offered {
  /** Best fit first. */
  readonly kinds: readonly ActionKind[];
  readonly rollbackTo: number | null;
  /** Null when they have not been looked for. */
  readonly changes: ChangeReport | null;
  /** Whether something has to be done by hand first (`stepByHand`). */
  readonly isByHand: boolean;
}

const MOST_FIRST = 2;

/** Releases that a rollback takes back: it restores code and config vars. */
const ROLLED_BACK: ReadonlySet<Change['kind']> = new Set(['deploy', 'config', 'rollback', 'release']);

/**
 * Kinds that the bot can do. A stop ends the service, so it is never among the first. Where a release is the suspect, a
 * rollback comes alone: a restart would only run the same release again.
 */
export function sortOffers(offered: Offered, canDo: ReadonlySet<ActionKind>): Offers {
  const able = offered.kinds.filter((kind) => canDo.has(kind));
  const first = firstOf(able, offered);
  return { first, others: able.filter((kind) => !first.includes(kind)), rollbackTo: offered.rollbackTo };
}

function firstOf(able: readonly ActionKind[], { changes, isByHand }: Offered): readonly ActionKind[] {
  if (isByHand) return [];
  const helping = able.filter((kind) => kind !== 'stop');
  return isReleaseSuspected(changes) && helping.includes('rollback')
    ? ['rollback']
    : helping.slice(0, MOST_FIRST);
}

function isReleaseSuspected(changes: ChangeReport | null): boolean {
  return changes?.list.some(({ verdict, kind }) => verdict === 'suspect' && ROLLED_BACK.has(kind)) ?? false;
}

/**
 * For an app that was stopped: the restore comes first, but the rollback before it where a release is the suspect, because
 * that release would fail again. Nothing that only a running app needs.
 */
export function sortOffersWhileStopped(
  { kinds, rollbackTo, changes }: Omit<Offered, 'isByHand'>,
  canDo: ReadonlySet<ActionKind>,
): Offers {
  const able = kinds.filter((kind) => canDo.has(kind) && kind !== 'stop' && kind !== 'restart');
  const wanted: readonly ActionKind[] = isReleaseSuspected(changes) ? ['rollback', 'restore'] : ['restore'];
  const first = wanted.filter((kind) => able.includes(kind));
  return { first, others: able.filter((kind) => !first.includes(kind)), rollbackTo };
}

/**
 * What a person has to do before any button can help: set the config var that is missing, where no change explains that it
 * is. Null when there is no such step.
 */
export function stepByHand({ modes, changes }: Pick<Diagnosis, 'modes' | 'changes'>): string | null {
  const [mode] = modes;
  const isUnset = mode?.causedBy === 'config_var' || mode?.causedBy === 'settings';
  const isExplained = changes.list.some(({ verdict }) => verdict !== 'ruled_out');
  return isUnset && !isExplained ? (mode.fix[0] ?? null) : null;
}

/** What a look at one target is handed: what was kept of the looks before, and what this one saw. */
import type { Action } from '../model/action.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence, Instant } from '../model/evidence.ts';
import type { FirstSeen } from '../model/situation.ts';
import type { Context } from '../model/terms.ts';
import type { Known } from '../situation/outside-change.ts';
import type { Blind } from './visibility.ts';

/** What is kept between two looks at one target. */
export interface WatchMemory {
  /** Cheap looks since the last whole one. */
  readonly cheapLooks: number;
  /** Since when looks in a row saw it fail; null: the last look that could tell did not. */
  readonly failing: { readonly since: Instant } | null;
  /** The app itself failed: a boot that follows is no change that anybody meant. */
  readonly ailing: boolean;
  /** Since when no look has seen it fail. */
  readonly wellSince: Instant | null;
  /** The last look that was well. */
  readonly lastWell: Instant | null;
  readonly firstSeen: FirstSeen;
  /** Since when looks in a row did not see a condition that is open, by its key. */
  readonly absentSince: Readonly<Record<string, Instant>>;
  readonly known: Known;
  /** When dynos, or a quantity above 0, were last seen. */
  readonly runningAt: Instant | null;
  /** The app was last seen at 0, or in maintenance. */
  readonly wasOff: boolean;
  /** How bad it was at the last whole look. */
  readonly severity: number;
  /** It could not see Heroku. */
  readonly blind: Blind | null;
  /** It could not see GitHub. */
  readonly blindGitHub: Blind | null;
  /** What the last whole look saw of what a cheap look asks; null: the next look has to be a whole one. */
  readonly glance: string | null;
}

export const NOTHING_KNOWN: WatchMemory = {
  cheapLooks: 0,
  failing: null,
  ailing: false,
  wellSince: null,
  lastWell: null,
  firstSeen: {},
  absentSince: {},
  known: { release: null, attemptAt: null, maintenance: null },
  runningAt: null,
  wasOff: false,
  severity: 0,
  blind: null,
  blindGitHub: null,
  glance: null,
};

export interface WholeLook {
  readonly evidence: Evidence;
  readonly diagnosis: Diagnosis;
  readonly context: Context;
  /** Of this target, newest first. */
  readonly actions: readonly Action[];
  /** Releases and runs that were approved here. */
  readonly isOurs: { release(version: number): boolean; run(id: number): boolean };
  /** When somebody told of a crash, if that is news: with that, one sighting is proof. */
  readonly crashedAt: Instant | null;
}

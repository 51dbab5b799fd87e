/** The input of a look at one target: what was kept of earlier looks, and what this one saw. */
import type { Action } from '../model/action.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';
import type { FirstSeen } from '../model/situation.ts';
import type { RunbookContext } from '../model/terms.ts';
import type { Known } from '../situation/outside-change.ts';
import type { Blind } from './visibility.ts';

/** What is kept between two looks at one target. */
export interface WatchMemory {
  /** Cheap looks since the last whole one. */
  readonly cheapLooks: number;
  /** Since when consecutive looks have seen it fail; null when the last look that could tell did not. */
  readonly failing: { readonly since: Instant } | null;
  /** The app itself was failing: a boot that follows is not an intended change. */
  readonly ailing: boolean;
  /** Since when no look has seen it fail. */
  readonly wellSince: Instant | null;
  /** The last look that was well. */
  readonly lastWell: Instant | null;
  readonly firstSeen: FirstSeen;
  /** Since when consecutive looks have not seen an open condition, by its key. */
  readonly absentSince: Readonly<Record<string, Instant>>;
  readonly known: Known;
  /** When dynos, or a quantity above 0, were last seen. */
  readonly runningAt: Instant | null;
  /** The app was last seen at 0, or in maintenance. */
  readonly wasOff: boolean;
  /** The severity at the last whole look. */
  readonly severity: number;
  /** Set while it cannot see Heroku. */
  readonly blind: Blind | null;
  /** Set while it cannot see GitHub. */
  readonly blindGitHub: Blind | null;
  /** What the last whole look saw of the sources of a cheap look; null when the next look has to be a whole one. */
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
  readonly context: RunbookContext;
  /** Actions on this target, newest first. */
  readonly actions: readonly Action[];
  /** Whether a release or a run came from an action of the bot. */
  readonly isOurs: { release(version: number): boolean; run(id: number): boolean };
  /** When a webhook reported a crash, if that is news: then one sighting is proof. */
  readonly crashedAt: Instant | null;
}

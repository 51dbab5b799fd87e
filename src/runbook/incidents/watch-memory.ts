/** Defines the input of a look at one target: what the watch remembers from earlier looks, and what this look saw. */
import type { Action } from '../model/action.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';
import type { FirstSeen } from '../model/situation.ts';
import type { RunbookContext } from '../model/terms.ts';
import type { Known } from '../situation/outside-change.ts';
import type { Blind } from './visibility.ts';

/** What the watch remembers between two looks at one target. */
export interface WatchMemory {
  /** The number of cheap looks since the last full one. */
  readonly cheapLooks: number;
  /** When the current streak of failing looks began; null when the last look that could tell did not see a failure. */
  readonly failing: { readonly since: Instant } | null;
  /** True when the app itself was failing: the boot that follows is then not an intended change. */
  readonly ailing: boolean;
  /** When the current streak of looks without a failure began. */
  readonly wellSince: Instant | null;
  /** The time of the last healthy look. */
  readonly lastWell: Instant | null;
  readonly firstSeen: FirstSeen;
  /** When each open condition, by its key, was first missed by the current streak of looks. */
  readonly absentSince: Readonly<Record<string, Instant>>;
  readonly known: Known;
  /** When dynos, or a quantity above 0, were last seen. */
  readonly runningAt: Instant | null;
  /** True when the app was last seen at 0, or in maintenance. */
  readonly wasOff: boolean;
  /** The severity at the last full look. */
  readonly severity: number;
  /** Set while the watch cannot see Heroku. */
  readonly blind: Blind | null;
  /** Set while the watch cannot see GitHub. */
  readonly blindGitHub: Blind | null;
  /** What the last full look saw in the sources of a cheap look; null when the next look has to be a full one. */
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
  /** Tells whether a release or a run came from an action of the bot. */
  readonly isOurs: { release(version: number): boolean; run(id: number): boolean };
  /** When a webhook reported a new crash. In that case one sighting is proof. */
  readonly crashedAt: Instant | null;
}

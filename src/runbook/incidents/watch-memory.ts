/** Defines the input of a look at one target: what the watch remembers from earlier looks, and what this look saw. */
import type { DeployRelease } from '../heroku/newest-deploy.ts';
import type { Action } from '../model/action.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';
import type { FirstSeen } from '../model/situation.ts';
import type { RunbookContext } from '../model/terms.ts';
import type { Known } from '../situation/outside-change.ts';
import type { Blind } from './visibility.ts';

/** The watch's memory of one target between two looks. */
export interface WatchMemory {
  /** The number of cheap looks since the last full one. */
  readonly cheapLooks: number;
  /**
   * The start of the current streak of failing looks; null when the last look that could tell did not see a failure.
   */
  readonly failing: { readonly since: Instant } | null;
  /** True when the app itself was failing: the boot that follows is then not an intended change. */
  readonly ailing: boolean;
  /** The start of the current streak of looks without a failure. */
  readonly wellSince: Instant | null;
  /** The time of the last healthy look. */
  readonly lastWell: Instant | null;
  readonly firstSeen: FirstSeen;
  /** The time since which consecutive looks have missed an open condition, by the condition's key. */
  readonly absentSince: Readonly<Record<string, Instant>>;
  readonly known: Known;
  /** The last time that a look saw dynos, or a quantity above 0. */
  readonly runningAt: Instant | null;
  /** True when the app was last seen at 0, or in maintenance. */
  readonly wasOff: boolean;
  /** The severity at the last full look. */
  readonly severity: number;
  /** Set while the watch cannot see Heroku. */
  readonly blind: Blind | null;
  /** Set while the watch cannot see GitHub. */
  readonly blindGitHub: Blind | null;
  /** The last full look's view of the sources of a cheap look; null when the next look has to be a full one. */
  readonly glance: string | null;
  /** The newest deploy that a look saw among the app's releases; null when there was none yet. */
  readonly newestDeploy: DeployRelease | null;
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
  newestDeploy: null,
};

export interface FullLook {
  readonly evidence: Evidence;
  readonly diagnosis: Diagnosis;
  readonly context: RunbookContext;
  /** Actions on this target, newest first. */
  readonly actions: readonly Action[];
  /** The functions return true if an action of the bot created the release or the run. */
  readonly isOurs: { release(version: number): boolean; run(id: number): boolean };
  /** The time at which a webhook reported a new crash. In that case one sighting is proof. */
  readonly crashedAt: Instant | null;
}

/** Describes what changed around the onset of a failure, as data for cards, terminal and JSON. */
import type { Instant } from './instant.ts';

/**
 * `release`: a release that is not a deploy, a config change, a rollback or an add-on change. `run`: a workflow run
 * without a known release.
 */
export type ChangeKind =
  | 'deploy'
  | 'config'
  | 'rollback'
  | 'addon'
  | 'release'
  | 'scale'
  | 'restart'
  | 'maintenance'
  | 'platform'
  | 'run';

export type ChangeVerdict = 'suspect' | 'possible' | 'ruled_out';

/** A change before it is judged. */
export interface ChangeEvent {
  readonly at: Instant;
  readonly kind: ChangeKind;
  /** Example: `v42 Deploy a1b2c3d`. */
  readonly what: string;
  /** An actor of the audit for one of our changes, or else the name on Heroku or GitHub; null when unknown. */
  readonly who: string | null;
  /** True if the change was made through the bot. */
  readonly isOurs: boolean;
  /** The person who let the change run, if that is someone else: `run 9250 by kris`. Otherwise null. */
  readonly via: string | null;
  /** The release that the change created; null for none. */
  readonly version: number | null;
  /**
   * The reason that the change cannot have had an effect: `never ran: its release phase failed`. Null when it took
   * effect.
   */
  readonly neverRan: string | null;
  /** Config vars that the change removed. */
  readonly removed: readonly string[];
  /** Process types whose size or quantity the change set, with the quantity. */
  readonly scaled: ReadonlyMap<string, number>;
  /** True for a change that has not ended: an incident or announced maintenance at Heroku. */
  readonly isActive: boolean;
  /** Identifies the incident or the maintenance at Heroku; null for any other change. */
  readonly about: string | null;
}

/** A change with its verdict, as the JSON of a diagnosis shows it. */
export interface Change {
  readonly at: Instant;
  readonly kind: ChangeKind;
  readonly what: string;
  readonly who: string | null;
  /** True if the change was made through the bot, so `who` is an actor of the audit. */
  readonly isOurs: boolean;
  readonly via: string | null;
  /** The release that the change created; null for none. */
  readonly version: number | null;
  /** Identifies the incident or the maintenance at Heroku; null for any other change. */
  readonly about: string | null;
  readonly verdict: ChangeVerdict;
  /** One clause that fits after a colon. */
  readonly because: string;
}

/** The beginning of the failure: after the last healthy look, and no later than the first failing one. */
export interface Onset {
  /** Null when the app was never seen healthy before. */
  readonly lastWell: Instant | null;
  readonly firstFailing: Instant;
  /** `look`: the current look, when neither the watch nor the log shows an earlier start. */
  readonly by: 'watch' | 'log' | 'look';
}

/** The onset as the watch recorded it. */
export interface WatchedBracket {
  /** The last healthy look before the current failure. */
  readonly lastWell: Instant | null;
  /** The first failing look; null when no look has seen the failure. */
  readonly firstFailing: Instant | null;
}

export const NOT_WATCHED: WatchedBracket = { lastWell: null, firstFailing: null };

/** The last failure with the same signature. */
export interface SeenBefore {
  /** The beginning of the earlier failure. */
  readonly at: Instant;
  readonly lastedMs: number;
  /** The title of the action that ended the failure; null when none of the bot's actions did. */
  readonly endedBy: string | null;
  /** The number of earlier occurrences. */
  readonly times: number;
}

/** The code of two releases whose diff would reveal more. */
export interface WantedDiff {
  readonly version: number;
  readonly base: CodeOf;
  readonly head: CodeOf;
}

export interface CodeOf {
  readonly slugId: string | null;
  /** The commit as far as Heroku shows it: the full SHA, or its first digits. */
  readonly commit: string | null;
}

export interface ChangeReport {
  /**
   * `off`: scaled to 0, in maintenance mode, or never deployed. `unknown`: nobody can tell whether the app is failing.
   */
  readonly state: 'failing' | 'off' | 'well' | 'unknown';
  /** Null when the app is not failing. */
  readonly onset: Onset | null;
  /** Changes, newest first. */
  readonly list: readonly Change[];
  /**
   * The sources that could not be read: `GitHub workflow runs`. In the report that an incident keeps, they have their
   * reasons: `GitHub workflow runs: HTTP 502`.
   */
  readonly unread: readonly string[];
  /** Diffs that have not been read yet. */
  readonly wanted: readonly WantedDiff[];
  /** The last failure with the same signature; null when there was none, or none is remembered. */
  readonly before: SeenBefore | null;
}

export const NO_CHANGES: ChangeReport = {
  state: 'unknown',
  onset: null,
  list: [],
  unread: [],
  wanted: [],
  before: null,
};

/** The largest difference to expect between our clock, Heroku's and GitHub's. Heroku's times are whole seconds. */
export const CLOCKS_MS = 60_000;

/** The period before the failure in which the bot looks for changes. */
export const LOOKED_BACK_MS = 24 * 3_600_000;

/** What changed around the onset of a failure, as data for cards, terminal and JSON. */
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
  /** Who let the change run, if that is someone else: `run 9250 by kris`. Otherwise null. */
  readonly via: string | null;
  /** The release that the change created; null for none. */
  readonly version: number | null;
  /** Why the change cannot have had an effect: `never ran: its release phase failed`. Null when it took effect. */
  readonly neverRan: string | null;
  /** Config vars that the change removed. */
  readonly removed: readonly string[];
  /** Process types whose size or quantity the change set, with the quantity. */
  readonly scaled: ReadonlyMap<string, number>;
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
  readonly verdict: ChangeVerdict;
  /** One clause that fits after a colon. */
  readonly because: string;
}

/** When the failure began: after the last healthy look, and no later than the first failing one. */
export interface Onset {
  /** Null when the app was never seen healthy before. */
  readonly lastWell: Instant | null;
  readonly firstFailing: Instant;
  /** `look`: the current look, when neither the watch nor the log shows an earlier start. */
  readonly by: 'watch' | 'log' | 'look';
}

/** What the watch knows about the onset. */
export interface WatchedBracket {
  /** The last healthy look before the current failure. */
  readonly lastWell: Instant | null;
  /** The first failing look; null when no look has seen the failure. */
  readonly firstFailing: Instant | null;
}

export const NOT_WATCHED: WatchedBracket = { lastWell: null, firstFailing: null };

/** The last failure with the same signature. */
export interface SeenBefore {
  /** When the earlier failure began. */
  readonly at: Instant;
  readonly lastedMs: number;
  /** The title of the action that ended it; null when none of ours did. */
  readonly endedBy: string | null;
  /** How many times the failure was seen before. */
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
  /** The sources that could not be read: `GitHub workflow runs`. */
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

/** How far our clock, Heroku's and GitHub's may differ. Heroku's times are whole seconds. */
export const CLOCKS_MS = 60_000;

/** How far before the failure the bot looks for changes. */
export const LOOKED_BACK_MS = 24 * 3_600_000;

/** What changed around the onset of a failure, as data for cards, terminal and JSON. */
import type { Instant } from './instant.ts';

/** `release`: a release of none of the kinds above it; `run`: a workflow run of which no release was seen. */
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

/** Something that changed, before it is judged. */
export interface ChangeEvent {
  readonly at: Instant;
  readonly kind: ChangeKind;
  /** `v42 Deploy a1b2c3d` */
  readonly what: string;
  /** An actor of the audit for one of our changes, else the name on Heroku or GitHub; null when not known. */
  readonly who: string | null;
  /** It was made through the bot. */
  readonly isOurs: boolean;
  /** Who let it run, where that is somebody else: `run 9250 by kris`; null for nobody else. */
  readonly via: string | null;
  /** The release that it created; null for none. */
  readonly version: number | null;
  /** Why it cannot have had an effect: `never ran: its release phase failed`; null when it took effect. */
  readonly neverRan: string | null;
  /** Config vars that it removed. */
  readonly removed: readonly string[];
  /** Process types whose size or quantity it set, with the quantity. */
  readonly scaled: ReadonlyMap<string, number>;
}

/** A change with its verdict, as the JSON of a diagnosis shows it. */
export interface Change {
  readonly at: Instant;
  readonly kind: ChangeKind;
  readonly what: string;
  readonly who: string | null;
  /** It was made through the bot: `who` is an actor of the audit. */
  readonly isOurs: boolean;
  readonly via: string | null;
  /** The release that it created; null for none. */
  readonly version: number | null;
  readonly verdict: ChangeVerdict;
  /** One clause, fit to follow a colon. */
  readonly because: string;
}

/** When it began to fail: after it was last seen well, and no later than it was first seen failing. */
export interface Onset {
  /** Null when it was never seen well before. */
  readonly lastWell: Instant | null;
  readonly firstFailing: Instant;
  /** `look`: the current look, where neither the watch nor the log shows an earlier start. */
  readonly by: 'watch' | 'log' | 'look';
}

/** What the watch has seen of the onset. */
export interface WatchedBracket {
  /** The last look that was well, before the current failure. */
  readonly lastWell: Instant | null;
  /** The first look that was not; null when no look has seen it fail. */
  readonly firstFailing: Instant | null;
}

export const NOT_WATCHED: WatchedBracket = { lastWell: null, firstFailing: null };

/** The last failure with the same signature. */
export interface SeenBefore {
  /** When it began. */
  readonly at: Instant;
  readonly lastedMs: number;
  /** The title of the action that ended it; null when none of ours did. */
  readonly endedBy: string | null;
  /** How many times it was seen before. */
  readonly times: number;
}

/** The code of two releases whose diff would say more. */
export interface WantedDiff {
  readonly version: number;
  readonly base: CodeOf;
  readonly head: CodeOf;
}

export interface CodeOf {
  readonly slugId: string | null;
  /** As far as Heroku has shown it: the full SHA, or its first digits. */
  readonly commit: string | null;
}

export interface ChangeReport {
  /** `off`: scaled to 0, in maintenance mode, or never deployed. `unknown`: whether it fails could not be seen. */
  readonly state: 'failing' | 'off' | 'well' | 'unknown';
  /** Null when it is not failing. */
  readonly onset: Onset | null;
  /** Newest first. */
  readonly list: readonly Change[];
  /** What could not be read: `GitHub workflow runs`. */
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

/** How far our clock, Heroku's and GitHub's may differ; Heroku's times are whole seconds. */
export const CLOCKS_MS = 60_000;

/** How far before the failure changes are looked for. */
export const LOOKED_BACK_MS = 24 * 3_600_000;

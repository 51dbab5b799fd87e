/** What changed around the beginning of a failure, as data: for the cards, the terminal and the JSON alike. */
import type { Instant } from './evidence.ts';

/** `release`: one that is none of the kinds before it; `run`: a workflow run that no release was seen of. */
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

/** Something that changed, before anybody judges whether it matters. */
export interface ChangeEvent {
  readonly at: Instant;
  readonly kind: ChangeKind;
  /** `v42 Deploy a1b2c3d` */
  readonly what: string;
  /** A person of the audit for a change of ours, else as Heroku or GitHub names them; null: not told. */
  readonly who: string | null;
  /** Who let it run where that is somebody else: `run 9250 by kris`; null: nothing to add. */
  readonly via: string | null;
  /** The release that it made; null: it made none. */
  readonly version: number | null;
  /** Why it cannot have done anything: `never ran: its release phase failed`; null: it took effect. */
  readonly neverRan: string | null;
  /** Config vars that it took away. */
  readonly removed: readonly string[];
  /** Process types whose size or quantity it set, with the quantity. */
  readonly scaled: ReadonlyMap<string, number>;
}

/** As the contract shows it. */
export interface Change {
  readonly at: Instant;
  readonly kind: ChangeKind;
  readonly what: string;
  readonly who: string | null;
  readonly via: string | null;
  readonly verdict: ChangeVerdict;
  /** One clause, as it may stand behind a colon. */
  readonly because: string;
}

/** When it began to fail: after the last moment at which it was seen well, at the latest when it was first seen failing. */
export interface Onset {
  /** null: nobody saw it well before. */
  readonly lastWell: Instant | null;
  readonly firstFailing: Instant;
  /** `look`: of now, where neither the watch nor the log tells since when. */
  readonly by: 'watch' | 'log' | 'look';
}

/** What the watch has seen of the beginning. */
export interface WatchedBracket {
  /** The last look that was well, before the failure that goes on. */
  readonly lastWell: Instant | null;
  /** The first that was not; null: no look has seen it fail. */
  readonly firstFailing: Instant | null;
}

export const NOT_WATCHED: WatchedBracket = { lastWell: null, firstFailing: null };

/** The last failure of the same signature. */
export interface SeenBefore {
  /** When it began. */
  readonly at: Instant;
  readonly lastedMs: number;
  /** The title of the action that ended it; null: none of ours did. */
  readonly endedBy: string | null;
  /** How often it was seen before. */
  readonly times: number;
}

/** The code of two releases, whose difference would tell more. */
export interface WantedDiff {
  readonly version: number;
  readonly base: CodeOf;
  readonly head: CodeOf;
}

export interface CodeOf {
  readonly slugId: string | null;
  /** As far as Heroku has told it already: whole, or its first digits. */
  readonly commit: string | null;
}

export interface ChangeReport {
  /** `off`: scaled to 0, in maintenance mode, or never deployed. `unknown`: whether it fails could not be seen. */
  readonly state: 'failing' | 'off' | 'well' | 'unknown';
  /** null: it does not fail. */
  readonly onset: Onset | null;
  /** Newest first. */
  readonly list: readonly Change[];
  /** What could not be read, a sentence each. */
  readonly unread: readonly string[];
  /** Diffs that were not read yet. */
  readonly wanted: readonly WantedDiff[];
  /** The last failure of the same signature; null: none, or nobody remembers. */
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

/** Our clock, Heroku's and GitHub's differ by as much, and Heroku's times are whole seconds. */
export const CLOCKS_MS = 60_000;

/** Changes are looked for so long before the failure. */
export const LOOKED_BACK_MS = 24 * 3_600_000;

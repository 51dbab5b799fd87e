/** What is known of a target besides the current evidence: what was seen before, a change in progress, who stopped it, its incident. */
import type { Action } from './action.ts';
import { NOT_WATCHED, type WatchedBracket } from './change.ts';
import type { Incident, Snooze, Stop } from './incident.ts';
import type { Instant } from './instant.ts';

/** Since when a fact has been seen, where that is remembered; the terminal has only its one look. */
export interface FirstSeen {
  readonly unreachable?: Instant;
  /** R14, or repeated R10. */
  readonly crash?: Instant;
}

export type ExpectedChangeKind = 'deploy' | 'rollback' | 'config' | 'restart' | 'restore' | 'resize';

export interface ExpectedChange {
  readonly kind: ExpectedChangeKind;
  /** An actor of the audit for one of our changes, Heroku's actor for a release; null when not known. */
  readonly who: string | null;
  readonly since: Instant;
  /** Until when it can explain what is seen. */
  readonly until: Instant;
  /** The release that is booting; null when there is no new one. */
  readonly release: number | null;
  /** Our action; null when it was made elsewhere. */
  readonly actionId: string | null;
  /** Dynos that are booting: `web.1`. */
  readonly booting: readonly string[];
}

/** What the ledger knows of a target. */
export interface Remembered {
  readonly firstSeen: FirstSeen;
  /** Whether the app itself was failing at the last look of the watch. */
  readonly ailing: boolean;
  readonly runningAt: Instant | null;
  readonly crashedAt: Instant | null;
  /** Newest first. */
  readonly actions: readonly Action[];
  /** The open one, if any. */
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
  /** When the current failure began, as the watch saw it. */
  readonly watched: WatchedBracket;
}

/** For when there is no ledger: the evidence alone has to do. */
export const NOTHING_REMEMBERED: Remembered = {
  firstSeen: {},
  ailing: false,
  runningAt: null,
  crashedAt: null,
  actions: [],
  incident: null,
  snooze: null,
  watched: NOT_WATCHED,
};

export interface Situation {
  readonly change: ExpectedChange | null;
  /** Stopped through the bot, and still at 0. */
  readonly stop: Stop | null;
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
}

export const NO_SITUATION: Situation = { change: null, stop: null, incident: null, snooze: null };

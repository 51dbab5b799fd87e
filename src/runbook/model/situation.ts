/**
 * Describes what is known about a target besides the current evidence: earlier sightings, a change in progress, who
 * stopped it, its incident.
 */
import type { Action } from './action.ts';
import { NOT_WATCHED, type WatchedBracket } from './change.ts';
import type { Incident, Snooze, Stop } from './incident.ts';
import type { Instant } from './instant.ts';

/** The first sightings of facts, if they are remembered. The terminal has only its one look. */
export interface FirstSeen {
  readonly unreachable?: Instant;
  /** R14, or repeated R10. */
  readonly crash?: Instant;
}

export type ExpectedChangeKind = 'deploy' | 'rollback' | 'config' | 'restart' | 'restore' | 'resize';

export interface ExpectedChange {
  readonly kind: ExpectedChangeKind;
  /** An actor of the audit for one of our changes, or Heroku's actor for a release; null when unknown. */
  readonly who: string | null;
  readonly since: Instant;
  /** The time until which the change can explain what is seen. */
  readonly until: Instant;
  /** The release that is booting; null when there is no new one. */
  readonly release: number | null;
  /** Our action; null when the change was made elsewhere. */
  readonly actionId: string | null;
  /** Dynos that are booting: `web.1`. */
  readonly booting: readonly string[];
}

/** The facts that the ledger holds about a target. */
export interface Remembered {
  readonly firstSeen: FirstSeen;
  /** True if the app itself was failing at the last look of the watch. */
  readonly wasFailing: boolean;
  readonly runningAt: Instant | null;
  readonly crashedAt: Instant | null;
  /** Actions, newest first. */
  readonly actions: readonly Action[];
  /** The open incident, if any. */
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
  /** The beginning of the current failure, as the watch saw it. */
  readonly watched: WatchedBracket;
}

/** Used without a ledger, when the evidence is all there is. */
export const NOTHING_REMEMBERED: Remembered = {
  firstSeen: {},
  wasFailing: false,
  runningAt: null,
  crashedAt: null,
  actions: [],
  incident: null,
  snooze: null,
  watched: NOT_WATCHED,
};

export interface Situation {
  readonly change: ExpectedChange | null;
  /** Set when the app was stopped through the bot, and is still at 0. */
  readonly stop: Stop | null;
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
}

export const NO_SITUATION: Situation = { change: null, stop: null, incident: null, snooze: null };

/**
 * The store of watches and incidents, as the use-cases see it. Each change is one transaction, with its audit lines and
 * its jobs.
 */

import type { Noticed } from '../../runbook/catchup/catch-up.ts';
import type { SnoozeEnd } from '../../runbook/incidents/target-notices.ts';
import type { WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import type { WatchStep } from '../../runbook/incidents/watch-step.ts';
import type { ChangeReport } from '../../runbook/model/change.ts';
import type { Incident, OpenWake, Picture, Snooze, Wake } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';

/** Outside requests within one clock hour. */
export interface RequestCount {
  readonly hour: Instant;
  readonly heroku: number;
  readonly github: number;
}

export interface WatchRow {
  readonly target: string;
  readonly memory: WatchMemory;
  /** The current hour, and the previous one. */
  readonly asked: { readonly now: RequestCount | null; readonly before: RequestCount | null };
  readonly crashToldAt: Instant | null;
  readonly lookedAt: Instant | null;
  /** The time of the last look that saw what the verdict needs. */
  readonly sawAt: Instant | null;
  readonly revision: number;
}

export interface LookDone {
  readonly target: string;
  readonly app: string;
  /** The revision of the row that was read. */
  readonly revision: number;
  readonly at: Instant;
  readonly asked: WatchRow['asked'];
  /** True if the look saw what the verdict needs. */
  readonly saw: boolean;
}

export type Acknowledged =
  | { readonly ok: true; readonly incident: Incident }
  | { readonly ok: false; readonly why: 'resolved' | 'already'; readonly incident: Incident };

/** The place of a posted page, kept until its incident has ended. */
export interface PingPlace {
  /** The number of the page's audit line. */
  readonly seq: number;
  readonly to: 'channel' | 'person';
  readonly channel: string;
  readonly ts: string;
  /** The page's current statement about its incident. The page is edited only when that changes. */
  readonly shown: string;
}

export interface IncidentStore {
  /** Returns an empty row for a target that was never looked at. */
  watchOf(target: string): Promise<WatchRow>;
  /**
   * Returns the newest incident of the target, or null when there never was one. Rejects when its row cannot be read.
   */
  newest(target: string): Promise<Incident | null>;
  find(id: string): Promise<Incident | null>;
  open(): Promise<readonly Incident[]>;
  /** Returns the resolved incidents of the target, newest first. */
  past(target: string, count: number): Promise<readonly Incident[]>;
  /**
   * Saves what changed before the incident, and posts `words` in its thread unless they are null. Does nothing once the
   * incident is resolved.
   */
  keepChanges(id: string, changes: ChangeReport, words: string | null, at: Instant): Promise<void>;
  /** Returns incidents, newest first; with `target`, only those of that target. */
  recent(count: number, target?: string): Promise<readonly Incident[]>;
  /**
   * Returns incidents that are open or have a line in their timeline since then, oldest first; with `target`, only
   * those of that target.
   */
  touchedSince(from: Instant, target?: string): Promise<readonly Incident[]>;
  /** Returns the notices in the channel since then, oldest first; with `target`, only those of that target. */
  noticesSince(from: Instant, target?: string): Promise<readonly Noticed[]>;
  /**
   * Saves a cheap look that found nothing: only the memory changes. Returns false when another process has looked in
   * the meantime.
   */
  keepQuiet(done: LookDone, memory: WatchMemory): Promise<boolean>;
  /**
   * Saves everything that a full look changes, or nothing. `ok` is false when another process has looked in the
   * meantime.
   */
  keep(
    done: LookDone,
    step: WatchStep,
  ): Promise<{ readonly ok: boolean; readonly incident: Incident | null }>;
  /** Records that a webhook reported a crash. */
  noteCrash(target: string, at: Instant): Promise<void>;
  /** Counts the page and sends it. Returns null when the row has changed since `incident` was read. */
  ping(
    incident: Incident,
    page: { readonly wakes: readonly OpenWake[]; readonly keepsOwner: boolean },
    words: string,
    at: Instant,
  ): Promise<Incident | null>;
  acknowledge(id: string, who: string, at: Instant): Promise<Acknowledged>;
  /** Adds a person's words to the timeline and the thread, whether the incident is open or resolved. */
  note(id: string, who: string, words: string, at: Instant): Promise<void>;
  /** Ends the incident of a stopped app. Returns null when the incident is not open, or its app is not stopped. */
  close(id: string, who: string, at: Instant): Promise<Incident | null>;
  /** Records a call by hand, and opens an incident if none is open. */
  wake(
    target: string,
    app: string,
    wake: Wake,
    picture: Picture,
    who: string,
    at: Instant,
  ): Promise<Incident>;
  /**
   * Records a condition that was met, and opens an incident if none is open. Returns null when the condition was
   * reported before.
   */
  wakeOnce(target: string, app: string, wake: Wake, picture: Picture, at: Instant): Promise<Incident | null>;
  /** Enqueues the job that decides at `at` whether to page. */
  pageAgain(id: string, at: Instant): Promise<void>;
  snoozeOf(target: string, now: Instant): Promise<Snooze | null>;
  snooze(target: string, snooze: Snooze): Promise<void>;
  /** Ends the snooze early; does nothing when there is none. */
  endSnooze(target: string, who: string, why: SnoozeEnd, at: Instant): Promise<void>;
  /** Records that no look at the target has finished since then. Returns false when that is already recorded. */
  beginSilence(target: string, since: Instant): Promise<boolean>;
  /** Returns when the silence began. Returns null when there was none, or another process has ended it. */
  endSilence(target: string): Promise<Instant | null>;
  /** Posts in the channel. */
  notice(target: string, words: string, at: Instant): Promise<void>;
  placeCard(id: string, channel: string, ts: string, before: string | null): Promise<boolean>;
  /** Claims the posting of the last hour in the thread. Returns false when another attempt has claimed it. */
  claimLastHour(id: string, at: Instant): Promise<boolean>;
  /** Gives the claim back after an attempt that failed. */
  releaseLastHour(id: string): Promise<void>;
  /** Saves where a page was posted and what it shows, so that it can be edited. */
  placePing(id: string, place: PingPlace): Promise<void>;
  pingsOf(id: string): Promise<readonly PingPlace[]>;
  /** Forgets a page whose final text is posted. */
  forgetPing(id: string, place: PingPlace): Promise<void>;
  /** Enqueues the jobs of the next round, one per target. All requests within `everySeconds` result in one look. */
  askForLooks(targets: readonly string[], everySeconds: number): Promise<void>;
  /**
   * Requests a look now. All requests of a kind within a second result in one look. `hint`: the request comes from a
   * webhook, so its budget counts.
   */
  askForLook(target: string, why?: 'hint'): Promise<void>;
}

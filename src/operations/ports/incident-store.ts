/** Watches and incidents, as the use-cases see them: each change is one transaction, with its audit lines and its jobs. */

import type { SnoozeEnd } from '../../runbook/incidents/target-notices.ts';
import type { WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import type { WatchStep } from '../../runbook/incidents/watch-step.ts';
import type { ChangeReport } from '../../runbook/model/change.ts';
import type { Incident, OpenWake, Picture, Snooze, Wake } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';

/** Requests to the outside within one clock hour. */
export interface RequestCount {
  readonly hour: Instant;
  readonly heroku: number;
  readonly github: number;
}

export interface WatchRow {
  readonly target: string;
  readonly memory: WatchMemory;
  /** The current hour, and the one before it. */
  readonly asked: { readonly now: RequestCount | null; readonly before: RequestCount | null };
  readonly crashToldAt: Instant | null;
  readonly lookedAt: Instant | null;
  /** The last look that saw what the verdict needs. */
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
  /** Whether it saw what the verdict needs. */
  readonly saw: boolean;
}

export type Acknowledged =
  | { readonly ok: true; readonly incident: Incident }
  | { readonly ok: false; readonly why: 'resolved' | 'already'; readonly incident: Incident };

/** Where a page was posted, kept until its incident has ended. */
export interface PingPlace {
  /** The number of its audit line. */
  readonly seq: number;
  readonly to: 'channel' | 'person';
  readonly channel: string;
  readonly ts: string;
  /** What it shows about its incident: it is edited only when that changes. */
  readonly shown: string;
}

export interface IncidentStore {
  /** A row without any knowledge for a target that was never looked at. */
  watchOf(target: string): Promise<WatchRow>;
  /** The newest incident of the target; null when there never was one. Rejects when its row cannot be read. */
  newest(target: string): Promise<Incident | null>;
  find(id: string): Promise<Incident | null>;
  open(): Promise<readonly Incident[]>;
  /** The resolved incidents of the target, newest first. */
  past(target: string, count: number): Promise<readonly Incident[]>;
  /** Keeps what changed before it, and posts `words` in its thread unless they are null. Does nothing once it is resolved. */
  keepChanges(id: string, changes: ChangeReport, words: string | null, at: Instant): Promise<void>;
  /** Newest first; only those of `target`, if given. */
  recent(count: number, target?: string): Promise<readonly Incident[]>;
  /** Open, or with a line in their timeline since then, oldest first; only those of `target`, if given. */
  touchedSince(from: Instant, target?: string): Promise<readonly Incident[]>;
  /** A cheap look found nothing: only the memory changes. False when another process has looked meanwhile. */
  keepQuiet(done: LookDone, memory: WatchMemory): Promise<boolean>;
  /** Writes what a whole look changes, all of it or nothing. `ok` is false when another process has looked meanwhile. */
  keep(
    done: LookDone,
    step: WatchStep,
  ): Promise<{ readonly ok: boolean; readonly incident: Incident | null }>;
  /** A webhook reported a crash. */
  noteCrash(target: string, at: Instant): Promise<void>;
  /** Counts the page and sends it. Null when the row has changed since `incident` was read. */
  ping(
    incident: Incident,
    page: { readonly wakes: readonly OpenWake[]; readonly keepsOwner: boolean },
    words: string,
    at: Instant,
  ): Promise<Incident | null>;
  acknowledge(id: string, who: string, at: Instant): Promise<Acknowledged>;
  /** Adds somebody's words to its timeline and its thread, whether it is open or resolved. */
  note(id: string, who: string, words: string, at: Instant): Promise<void>;
  /** Ends the incident of a stopped app. Null when it is not open, or its app is not stopped. */
  close(id: string, who: string, at: Instant): Promise<Incident | null>;
  /** A call by hand: opens an incident if none is open. */
  wake(
    target: string,
    app: string,
    wake: Wake,
    picture: Picture,
    who: string,
    at: Instant,
  ): Promise<Incident>;
  /** A condition was met: opens an incident if none is open. Null when the condition was reported before. */
  wakeOnce(target: string, app: string, wake: Wake, picture: Picture, at: Instant): Promise<Incident | null>;
  /** Sends the job that decides at `at` whether to page. */
  pageAgain(id: string, at: Instant): Promise<void>;
  snoozeOf(target: string, now: Instant): Promise<Snooze | null>;
  snooze(target: string, snooze: Snooze): Promise<void>;
  /** Ends it early; does nothing when there is none. */
  endSnooze(target: string, who: string, why: SnoozeEnd, at: Instant): Promise<void>;
  /** No look at the target has finished since then. False when that is known already. */
  beginSilence(target: string, since: Instant): Promise<boolean>;
  /** Returns when it began; null when there was none, or another process has ended it. */
  endSilence(target: string): Promise<Instant | null>;
  /** Posts in the channel. */
  notice(target: string, words: string, at: Instant): Promise<void>;
  placeCard(id: string, channel: string, ts: string, before: string | null): Promise<boolean>;
  /** Keeps where a page was posted and what it shows, so that it can be edited. */
  placePing(id: string, place: PingPlace): Promise<void>;
  pingsOf(id: string): Promise<readonly PingPlace[]>;
  /** Its final text is posted. */
  forgetPing(id: string, place: PingPlace): Promise<void>;
  /** Sends the jobs of the next round, one per target. All requests within `everySeconds` make one look. */
  askForLooks(targets: readonly string[], everySeconds: number): Promise<void>;
  /** Asks for a look now. All requests of a kind within a second make one look. `hint`: a webhook asks, and its budget counts. */
  askForLook(target: string, why?: 'hint'): Promise<void>;
}

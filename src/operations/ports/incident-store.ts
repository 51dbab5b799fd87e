/** The book of watches and incidents as the use-cases see it: each change by compare-and-set, with its audit line and its jobs. */

import type { SnoozeEnd } from '../../runbook/incidents/target-notices.ts';
import type { WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import type { WatchStep } from '../../runbook/incidents/watch-step.ts';
import type { ChangeReport } from '../../runbook/model/change.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { Incident, OpenWake, Picture, Snooze, Wake } from '../../runbook/model/incident.ts';

/** Requests to the outside within one hour of the clock. */
export interface RequestCount {
  readonly hour: Instant;
  readonly heroku: number;
  readonly github: number;
}

export interface WatchRow {
  readonly target: string;
  readonly memory: WatchMemory;
  /** The hour that goes on, and the one before it. */
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
  /** Of the row, as it was read. */
  readonly revision: number;
  readonly at: Instant;
  readonly asked: WatchRow['asked'];
  /** Whether it saw what the verdict needs. */
  readonly saw: boolean;
}

export type Acknowledged =
  | { readonly ok: true; readonly incident: Incident }
  | { readonly ok: false; readonly why: 'resolved' | 'already'; readonly incident: Incident };

/** Where a ping stands, until its incident is over. */
export interface PingPlace {
  /** Its line in the audit. */
  readonly seq: number;
  readonly to: 'channel' | 'person';
  readonly channel: string;
  readonly ts: string;
  /** What it shows of its incident: it is edited only when that changes. */
  readonly shown: string;
}

export interface IncidentStore {
  /** A target that was never looked at has a row of nothing known. */
  watchOf(target: string): Promise<WatchRow>;
  /** The newest incident of the target; null: there never was one. */
  newest(target: string): Promise<Incident | null>;
  find(id: string): Promise<Incident | null>;
  open(): Promise<readonly Incident[]>;
  /** Those of the target that are over, newest first. */
  past(target: string, count: number): Promise<readonly Incident[]>;
  /** What changed around its beginning; `words`: told in its thread as well, null: only drawn. Nothing once it is resolved. */
  keepChanges(id: string, changes: ChangeReport, words: string | null, at: Instant): Promise<void>;
  /** Newest first; `target`: only of this one. */
  recent(count: number, target?: string): Promise<readonly Incident[]>;
  /** Open, or with a line of their timeline since then; oldest first. `target`: only of this one. */
  touchedSince(from: Instant, target?: string): Promise<readonly Incident[]>;
  /** A cheap look found nothing: only the memory changes. False: somebody else has looked meanwhile. */
  keepQuiet(done: LookDone, memory: WatchMemory): Promise<boolean>;
  /** What a whole look changes, all of it or nothing. `ok: false`: somebody else has looked meanwhile. */
  keep(
    done: LookDone,
    step: WatchStep,
  ): Promise<{ readonly ok: boolean; readonly incident: Incident | null }>;
  /** Somebody told of a crash. */
  noteCrash(target: string, at: Instant): Promise<void>;
  /** Counts the ping and sends it; null: the row has changed since `incident` was read. */
  ping(
    incident: Incident,
    page: { readonly wakes: readonly OpenWake[]; readonly keepsOwner: boolean },
    words: string,
    at: Instant,
  ): Promise<Incident | null>;
  acknowledge(id: string, who: string, at: Instant): Promise<Acknowledged>;
  /** Somebody's words, in its timeline and its thread, whether it is open or over. */
  note(id: string, who: string, words: string, at: Instant): Promise<void>;
  /** Ends the incident of an app that is stopped; null: it is not open, or its app is not stopped. */
  close(id: string, who: string, at: Instant): Promise<Incident | null>;
  /** By hand: opens an incident where none is open. */
  wake(
    target: string,
    app: string,
    wake: Wake,
    picture: Picture,
    who: string,
    at: Instant,
  ): Promise<Incident>;
  /** A condition that was met: opens an incident where none is open; null: it was told of before. */
  wakeOnce(target: string, app: string, wake: Wake, picture: Picture, at: Instant): Promise<Incident | null>;
  /** Sends the job that looks at the incident's pings again. */
  pageAgain(id: string, at: Instant): Promise<void>;
  snoozeOf(target: string, now: Instant): Promise<Snooze | null>;
  snooze(target: string, snooze: Snooze): Promise<void>;
  /** Ends it early; nothing when there is none. */
  endSnooze(target: string, who: string, why: SnoozeEnd, at: Instant): Promise<void>;
  /** No look at the target has come to its end since then; false: that is known already. */
  beginSilence(target: string, since: Instant): Promise<boolean>;
  /** Since when there was one; null: there was none, or somebody else has ended it. */
  endSilence(target: string): Promise<Instant | null>;
  /** Told in the channel, by itself. */
  notice(target: string, words: string, at: Instant): Promise<void>;
  placeCard(id: string, channel: string, ts: string, before: string | null): Promise<boolean>;
  /** Where a ping stands and what it shows, so that it can be closed there. */
  placePing(id: string, place: PingPlace): Promise<void>;
  pingsOf(id: string): Promise<readonly PingPlace[]>;
  /** It is closed. */
  forgetPing(id: string, place: PingPlace): Promise<void>;
  /** Sends the jobs of the next round, one a target; of all that ask within the same `everySeconds` one is heard. */
  askForLooks(targets: readonly string[], everySeconds: number): Promise<void>;
  /** Sends a look of now: of all that ask within a second one is heard. */
  askForLook(target: string): Promise<void>;
}

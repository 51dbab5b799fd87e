/** The ledger as the use-cases see it: rows that change state once, each change with its audit line, its jobs in the same transaction. */

import type { ActionStep } from '../../runbook/actions/lifecycle.ts';
import type { CountingRule } from '../../runbook/actions/right-of-way.ts';
import type { Action, Detail, Draft, KeptFormation, Progress } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { SeenRunning } from '../../runbook/situation/seen-running.ts';

export type Proposed =
  | { readonly ok: true; readonly action: Action }
  /** There is a live proposal of this kind for the target: its card is shown again. */
  | { readonly ok: false; readonly live: Action };

export type BeginResult =
  | { readonly ok: true; readonly action: Action }
  /** Another change of the app is under way. */
  | { readonly ok: false; readonly other: Action };

export type Approved =
  /** `complete`: enough have approved, it goes on; else more approvals are needed. */
  | { readonly ok: true; readonly complete: boolean; readonly action: Action }
  /** Somebody was faster, or it expired: the row says who. */
  | { readonly ok: false; readonly why: 'not_proposed'; readonly action: Action }
  /** This person has approved it already. */
  | { readonly ok: false; readonly why: 'twice'; readonly action: Action }
  /** Another change of the app is under way. */
  | { readonly ok: false; readonly why: 'busy'; readonly action: Action; readonly other: Action };

export interface OtherDeploy {
  /** Its workflow run; null: not known. */
  readonly runId: number | null;
  readonly sentAt: Instant;
}

export interface ActionStore {
  propose(draft: Draft): Promise<Proposed>;
  /** Decided already, by the holder of the credentials at the terminal: `approved` at once, a live proposal of its kind is superseded. */
  begin(draft: Draft, at: Instant): Promise<BeginResult>;
  find(id: string): Promise<Action | null>;
  /**
   * Counts the approval; when it is the last one needed the action is `approved` and its job is sent. A stop supersedes what was
   * not sent. `words`: noted with it in the audit. `rule`: written into the row; left out, the row's own counts.
   */
  approve(
    id: string,
    person: string,
    isSelf: boolean,
    at: Instant,
    words?: string | null,
    rule?: CountingRule,
  ): Promise<Approved>;
  /**
   * Takes the step, with its audit line and its effects; null when the row is in another state or has changed since it was
   * read, and nothing was done. An action that cannot hold its target because another one does goes on without holding it.
   */
  move(id: string, step: ActionStep): Promise<Action | null>;
  /** A line in the audit that changes no state: a click that was refused. */
  note(id: string | null, event: string, who: string, detail: Detail, at: Instant): Promise<void>;
  /** Remembers how far it came, and draws it: no transition, so no audit line. null: the row has changed since `revision`. */
  keepProgress(id: string, revision: number, progress: Progress): Promise<Action | null>;
  /** Whether other changes of the target have to wait for it from now on; while another one is under way it holds nothing. */
  hold(id: string, revision: number, holds: boolean): Promise<void>;
  /** Sends the job that looks at the action again: whether it took effect, or what becomes of it. */
  lookAgain(id: string, job: 'verify' | 'care', at: Instant): Promise<void>;
  /** Where the card stands, if it stood at `before` (null: nowhere) until now; false: another one was faster. */
  placeCard(id: string, channel: string, ts: string, before: string | null): Promise<boolean>;
  /** Not ended, oldest first. */
  open(): Promise<readonly Action[]>;
  /** Succeeded, and nobody looked to the end of their watch, which was before `at`. */
  unwatched(at: Instant): Promise<readonly Action[]>;
  /** The first change that was sent after this one ended and concerns its process type; null: none was. */
  changeAfter(action: Action): Promise<Action | null>;
  /** The other deploys that were sent, refused ones left out. */
  otherDeploys(id: string): Promise<readonly OtherDeploy[]>;
  /** What people did beside changes: called for help, asked for quiet, took an incident, added a note. Newest first; `target`: only of this one. */
  happenings(count: number, target?: string): Promise<readonly Happening[]>;
  /** Newest first; `target`: only of this one. */
  recent(count: number, target?: string): Promise<readonly Action[]>;
  /** What stops that took effect have taken from the app, and nobody has brought back yet. */
  savedFormations(app: string): Promise<readonly KeptFormation[]>;
  /** Process types that were seen to run: what was kept of them before `seenSince` is forgotten, whoever brought them back. */
  forgetFormations(app: string, seen: readonly SeenRunning[], at: Instant): Promise<void>;
}

/** Something that somebody did, other than a change of an app. */
export interface Happening {
  readonly kind: 'escalated' | 'snoozed' | 'snooze_ended' | 'acknowledged' | 'noted';
  readonly target: string;
  readonly who: string;
  readonly at: Instant;
  /** Why, or until when (ISO 8601); null for neither. */
  readonly words: string | null;
  /** Short hash of its audit line. */
  readonly hash: string;
}

/** The ledger after the decision: what carrying out needs. */
export type ActingStore = Omit<ActionStore, 'propose' | 'approve' | 'placeCard' | 'lookAgain'>;

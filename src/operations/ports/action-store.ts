/**
 * The store of actions, as the use-cases see it. Each change of a row is a compare-and-set, with its audit line and its
 * jobs in the same transaction.
 */

import type { CountingRule } from '../../runbook/actions/right-of-way.ts';
import type { ActionStep } from '../../runbook/actions/transitions.ts';
import type { Action, Detail, Draft, KeptFormation, Progress } from '../../runbook/model/action.ts';
import type { Happening } from '../../runbook/model/happening.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { SeenRunning } from '../../runbook/situation/seen-running.ts';

export type Proposed =
  | { readonly ok: true; readonly action: Action }
  /** The target already has a live proposal of this kind, so its card is shown again. */
  | { readonly ok: false; readonly live: Action };

export type BeginResult =
  | { readonly ok: true; readonly action: Action }
  /** Another change of the app is in progress. */
  | { readonly ok: false; readonly other: Action };

export type Approved =
  /** `complete`: whether that was the last approval needed. */
  | { readonly ok: true; readonly complete: boolean; readonly action: Action }
  /** Someone else decided first, or the proposal expired; the row says which. */
  | { readonly ok: false; readonly why: 'not_proposed'; readonly action: Action }
  /** This person has already approved the action. */
  | { readonly ok: false; readonly why: 'twice'; readonly action: Action }
  /** Another change of the app is in progress. */
  | { readonly ok: false; readonly why: 'busy'; readonly action: Action; readonly other: Action };

export interface OtherDeploy {
  /** The deploy's workflow run; null when unknown. */
  readonly runId: number | null;
  readonly sentAt: Instant;
}

export interface ActionStore {
  propose(draft: Draft): Promise<Proposed>;
  /**
   * Begins an action that was decided at the terminal: it is `approved` immediately, and supersedes a live proposal of
   * its kind.
   */
  begin(draft: Draft, at: Instant): Promise<BeginResult>;
  find(id: string): Promise<Action | null>;
  /**
   * Counts the approval. With the last one needed, the action is `approved` and its job is enqueued; a stop supersedes
   * changes that were not sent. `words`: noted in the audit. `rule`: written into the row; when left out, the row's own
   * applies.
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
   * Takes the step, with its audit line and its effects. Returns null, and does nothing, when the row is in another
   * state or has changed since it was read. An action that cannot hold its target, because another one does, continues
   * without holding it.
   */
  move(id: string, step: ActionStep): Promise<Action | null>;
  /** Adds an audit line that changes no state, such as a refused click. */
  note(id: string | null, event: string, who: string, detail: Detail, at: Instant): Promise<void>;
  /**
   * Saves the progress and draws it. This is not a transition, so it adds no audit line. Returns null when the row has
   * changed since `revision`.
   */
  keepProgress(id: string, revision: number, progress: Progress): Promise<Action | null>;
  /**
   * Sets whether the action blocks other changes of the target. Has no effect while another change holds the target.
   */
  hold(id: string, revision: number, holds: boolean): Promise<void>;
  /** Enqueues the job that looks at the action again. */
  lookAgain(id: string, job: 'verify' | 'care', at: Instant): Promise<void>;
  /**
   * Records where the card is, if it was at `before` (null: nowhere) until now. Returns false if another process was
   * faster.
   */
  placeCard(id: string, channel: string, ts: string, before: string | null): Promise<boolean>;
  /** Returns the actions that have not ended, oldest first. */
  open(): Promise<readonly Action[]>;
  /** Returns the succeeded actions whose aftercare should have ended before `at`, but did not. */
  unwatched(at: Instant): Promise<readonly Action[]>;
  /** Returns the first change that was sent after this one ended and concerns its process type, or null. */
  changeAfter(action: Action): Promise<Action | null>;
  /** Returns the other deploys that were sent, except refused ones. */
  otherDeploys(id: string): Promise<readonly OtherDeploy[]>;
  /**
   * Returns what people did besides changes: escalations, snoozes, acknowledgements, notes. Newest first; with
   * `target`, only of that target.
   */
  happenings(count: number, target?: string): Promise<readonly Happening[]>;
  /** Returns actions, newest first; with `target`, only those of that target. */
  recent(count: number, target?: string): Promise<readonly Action[]>;
  /** Returns the formations that stops took from the app, and that have not been brought back yet. */
  savedFormations(app: string): Promise<readonly KeptFormation[]>;
  /** Forgets the saved formations of process types that have been seen running since, no matter who restarted them. */
  forgetFormations(app: string, seen: readonly SeenRunning[], at: Instant): Promise<void>;
}

/** The part of the store that is needed once an action has been decided. */
export type ActingStore = Omit<ActionStore, 'propose' | 'approve' | 'placeCard' | 'lookAgain'>;

/**
 * Declares what each kind of action defines: how it is planned, checked again, sent, verified, and watched afterwards.
 */

import type { DiffWords } from '../changes/migrations.ts';
import type { KeptFormation, ManualCommand, Plan, Progress, SavedFormation } from './action.ts';
import type { ParamsOf } from './action-params.ts';
import type { WantedDiff } from './change.ts';
import type { Dispatched } from './dispatch.ts';
import type { Evidence, SourceName } from './evidence.ts';
import type { Diff, ReviewerFact, Shipment } from './github.ts';
import type { Instant } from './instant.ts';
import type { Observed } from './observed.ts';
import type { Facts } from './runbook-config.ts';
import type { ActionKind, EscalationDue, RunbookContext } from './terms.ts';
import type { WriteRequest } from './write-request.ts';

/** The sources of a diagnosis, plus those that only an action needs. */
export interface ActionEvidence extends Evidence {
  readonly shipment: Observed<Shipment>;
  readonly dispatched: Observed<Dispatched>;
  readonly reviewers: Observed<readonly ReviewerFact[]>;
}

export type ActionSource = SourceName | 'shipment' | 'dispatched' | 'reviewers';

/** The details of a request besides its target. */
export interface Wish {
  /** The release version of a rollback. */
  readonly version?: number;
  /** The branch of a deploy. */
  readonly ref?: string;
  /** The formations that earlier stops saved. */
  readonly saved?: readonly KeptFormation[];
}

export type Planned<Kind extends ActionKind = ActionKind> =
  | { readonly ok: true; readonly params: ParamsOf<Kind>; readonly plan: Plan }
  | Refusal;

/** The reason that nothing is done, and, if that is right, the command for doing it by hand. */
export interface Refusal {
  readonly ok: false;
  /** Whole sentences. */
  readonly words: string;
  readonly manualCommand: ManualCommand;
}

export function refusal(words: string, manualCommand: ManualCommand = null): Refusal {
  return { ok: false, words, manualCommand };
}

export type Applies =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** The reason, as a clause without a period. */
      readonly words: string;
      /** New facts, one per line. */
      readonly evidence?: readonly string[];
      /**
       * Set when the plan's manual command is still right: the current state could not be read, or the command fits it
       * as well.
       */
      readonly fitsByHand?: true;
    };

export interface ActionSpec<Kind extends ActionKind = ActionKind> {
  readonly kind: Kind;
  /** The rule of `approvals` in the runbook file that applies. */
  readonly rule: 'stop' | 'restore' | 'deploy' | 'fix';
  /** The sources that are queried for the proposal and again before the write. No other source may delay them. */
  readonly needs: readonly ActionSource[];
  /** Returns the sources that are queried while the action is verified. */
  looksAt(progress: Progress): readonly ActionSource[];
  plan(evidence: ActionEvidence, context: RunbookContext, wish: Wish): Planned<Kind>;
  /**
   * Two releases whose diff the card describes. The diff is read only for the proposal, which does not wait long for
   * it.
   */
  readonly difference?: {
    between(params: ParamsOf<Kind>, evidence: ActionEvidence): WantedDiff | null;
    words(seen: Observed<Diff>): DiffWords;
  };
  /**
   * True if the action blocks other changes of the target from its approval on; false if it does so only in stages that
   * say so.
   */
  readonly holdsAtOnce: boolean;
  /** True if the manual command is harmless even if the write has taken effect after all. */
  readonly safeToRepeat: boolean;
  /** Returns what the app loses when the action takes effect, so that a restore can bring it back. */
  takesAway?(params: ParamsOf<Kind>): SavedFormation;
  /** Checks between approval and write that the plan still fits the current state. */
  stillApplies(params: ParamsOf<Kind>, evidence: ActionEvidence, context: RunbookContext): Applies;
  /** The requests are sent one after the other, each once. The first one that is not accepted ends the sequence. */
  requests(params: ParamsOf<Kind>, context: RunbookContext, id: string): readonly WriteRequest[];
  /** Names what a refusal leaves behind, if anything. */
  readonly whenRefused?: string;
  /** Returns what to remember from the last response. */
  learn?(answer: unknown): Progress;
  /** Checks whether the action has taken effect. */
  look(params: ParamsOf<Kind>, evidence: ActionEvidence, context: RunbookContext, sent: Sent): Look;
  /** The time limit for all of its requests together, in milliseconds. The default is `WRITE_MS`. */
  readonly writesWithinMs?: number;
  /** The time limit for the action to take effect, in milliseconds. */
  readonly withinMs: number;
  /** The kinds of action that make sense after this one has succeeded. */
  readonly next: readonly ActionKind[];
  /** The aftercare once the action has succeeded; absent when there is none. */
  readonly aftercare?: Aftercare<Kind>;
}

/** The sent action, with everything known about it. */
export interface Sent {
  readonly id: string;
  readonly at: Instant;
  readonly progress: Progress;
}

/** The result of one look at an action that was sent. */
export type Look =
  | {
      readonly seen: 'done';
      readonly words: string;
      readonly evidence: readonly string[];
      /** Set when the process type is at 0: nothing is running, nothing can be watched, and a restore comes next. */
      readonly isIdle?: true;
      /** The command that undoes the action, as of its end. */
      readonly undo?: string | undefined;
    }
  | {
      readonly seen: 'not_yet';
      readonly words: string;
      /** Set when the state is exactly the same as before the write, so nothing has begun. */
      readonly unchanged?: true;
    }
  /** The action took effect and went wrong. `next`: kinds of action that make sense then. */
  | {
      readonly seen: 'failed';
      readonly words: string;
      readonly evidence: readonly string[];
      readonly next?: readonly ActionKind[];
    }
  /** It can no longer be determined whether the action took effect. */
  | {
      readonly seen: 'lost';
      readonly words: string;
      readonly evidence: readonly string[];
      readonly next?: readonly ActionKind[];
      readonly manualCommand?: string;
    }
  | UnderWay;

/** The action is proceeding, and takes its own time. */
export interface UnderWay {
  readonly seen: 'under_way';
  /** The current stage. Each new stage adds a line to the audit. */
  readonly stage: string;
  readonly progress: Progress;
  /** True if the action blocks other changes of the target. */
  readonly holds: boolean;
  /** Milliseconds until the next look. */
  readonly againIn: number;
  /** An escalation condition that this stage meets. The operator is paged immediately. */
  readonly due?: EscalationDue;
  /** A request that is sent once, when this stage begins. If it is not accepted, `Progress.sendFault` says why. */
  readonly send?: WriteRequest;
}

export interface Aftercare<Kind extends ActionKind = ActionKind> {
  readonly forMs: number;
  readonly looksAt: readonly SourceName[];
  /** `since`: the newest dyno change when the action succeeded, by Heroku's clock. */
  look(params: ParamsOf<Kind>, evidence: Evidence, context: RunbookContext, since: Instant): AfterLook;
  /** The kinds of action that make sense when the app turns bad. */
  readonly next: readonly ActionKind[];
}

export type AfterLook =
  | { readonly seen: 'well'; readonly words: string }
  /** The action has turned bad when two looks in a row see this. With `surely`, one look is enough. */
  | { readonly seen: 'bad'; readonly words: string; readonly surely: boolean }
  | { readonly seen: 'unknown'; readonly words: string }
  /** Something else changed the app, so whatever happens from now on says nothing about this action. */
  | { readonly seen: 'over'; readonly words: string };

/** Returns the runbook file's approval rule for a kind. */
export function ruleOf(spec: Pick<ActionSpec, 'rule'>, { approvals }: Facts) {
  return approvals[spec.rule];
}

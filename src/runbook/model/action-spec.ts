/** What each kind of action declares: how it is planned, checked once more, sent, verified, and watched afterwards. */

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

/** The sources of a diagnosis, and those that only an action needs. */
export interface ActionEvidence extends Evidence {
  readonly shipment: Observed<Shipment>;
  readonly dispatched: Observed<Dispatched>;
  readonly reviewers: Observed<readonly ReviewerFact[]>;
}

export type ActionSource = SourceName | 'shipment' | 'dispatched' | 'reviewers';

/** What was asked for besides the target. */
export interface Wish {
  /** Release version of a rollback. */
  readonly version?: number;
  /** Branch of a deploy. */
  readonly ref?: string;
  /** Formations that earlier stops saved. */
  readonly saved?: readonly KeptFormation[];
}

export type Planned<Kind extends ActionKind = ActionKind> =
  | { readonly ok: true; readonly params: ParamsOf<Kind>; readonly plan: Plan }
  | Refusal;

/** Why nothing is done, and how to do it by hand where that is right. */
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
      /** Why not, as a clause without a full stop. */
      readonly words: string;
      /** What is new, one line each. */
      readonly evidence?: readonly string[];
      /** The plan's manual command is still right: the world could not be seen, or the command fits the new one as well. */
      readonly fitsByHand?: true;
    };

export interface ActionSpec<Kind extends ActionKind = ActionKind> {
  readonly kind: Kind;
  /** Which rule of `approvals` in the runbook file applies. */
  readonly rule: 'stop' | 'restore' | 'deploy' | 'fix';
  /** Queried for the proposal and again before the write; no other source may delay them. */
  readonly needs: readonly ActionSource[];
  /** Queried while it is verified. */
  looksAt(progress: Progress): readonly ActionSource[];
  plan(evidence: ActionEvidence, context: RunbookContext, wish: Wish): Planned<Kind>;
  /** Two releases whose difference the card describes. Read only for the proposal, which does not wait long for it. */
  readonly difference?: {
    between(params: ParamsOf<Kind>, evidence: ActionEvidence): WantedDiff | null;
    words(seen: Observed<Diff>): DiffWords;
  };
  /** Whether it blocks other changes of the target from its approval on; if false, only from the stage that says so. */
  readonly holdsAtOnce: boolean;
  /** Whether the manual command is harmless if the write has taken effect after all. */
  readonly safeToRepeat: boolean;
  /** What the app loses when it takes effect, for a restore to bring back. */
  takesAway?(params: ParamsOf<Kind>): SavedFormation;
  /** Between approval and write: is the world still the one that was approved? */
  stillApplies(params: ParamsOf<Kind>, evidence: ActionEvidence, context: RunbookContext): Applies;
  /** Sent one after the other, each once; the first one that is not accepted ends it. */
  requests(params: ParamsOf<Kind>, context: RunbookContext, id: string): readonly WriteRequest[];
  /** What a refusal leaves behind, if anything. */
  readonly whenRefused?: string;
  /** What to remember of the last answer. */
  learn?(answer: unknown): Progress;
  /** Has it taken effect? */
  look(params: ParamsOf<Kind>, evidence: ActionEvidence, context: RunbookContext, sent: Sent): Look;
  /** How long all of its requests together may take; the default is `WRITE_MS`. */
  readonly writesWithinMs?: number;
  /** How long it may take to take effect. */
  readonly withinMs: number;
  /** Kinds that make sense after it succeeded. */
  readonly next: readonly ActionKind[];
  /** How it is watched after it succeeded; absent when it is not. */
  readonly aftercare?: Aftercare<Kind>;
}

/** What was sent, and what is known of it. */
export interface Sent {
  readonly id: string;
  readonly at: Instant;
  readonly progress: Progress;
}

/** What one look at an action that was sent has seen. */
export type Look =
  | {
      readonly seen: 'done';
      readonly words: string;
      readonly evidence: readonly string[];
      /** The process type is at 0: nothing is running, nothing can be watched, and a restore comes next. */
      readonly isIdle?: true;
      /** What undoes it, as seen at the end. */
      readonly undo?: string | undefined;
    }
  | {
      readonly seen: 'not_yet';
      readonly words: string;
      /** The world is exactly as it was before the write: nothing of it has begun. */
      readonly unchanged?: true;
    }
  /** It took effect and went wrong. `next`: kinds that make sense then. */
  | {
      readonly seen: 'failed';
      readonly words: string;
      readonly evidence: readonly string[];
      readonly next?: readonly ActionKind[];
    }
  /** Whether it took effect can no longer be found out. */
  | {
      readonly seen: 'lost';
      readonly words: string;
      readonly evidence: readonly string[];
      readonly next?: readonly ActionKind[];
      readonly manualCommand?: string;
    }
  | UnderWay;

/** It is proceeding, and takes its own time. */
export interface UnderWay {
  readonly seen: 'under_way';
  /** Where it is. A new stage is a line in the audit. */
  readonly stage: string;
  readonly progress: Progress;
  /** Whether it blocks other changes of the target. */
  readonly holds: boolean;
  /** Milliseconds until the next look. */
  readonly againIn: number;
  /** An escalation condition that this stage meets: the operator is paged at once. */
  readonly due?: EscalationDue;
  /** Sent once, when this stage begins; if it is not accepted, `Progress.sendFault` says why. */
  readonly send?: WriteRequest;
}

export interface Aftercare<Kind extends ActionKind = ActionKind> {
  readonly forMs: number;
  readonly looksAt: readonly SourceName[];
  /** `since`: the newest change of a dyno when it succeeded, by Heroku's clock. */
  look(params: ParamsOf<Kind>, evidence: Evidence, context: RunbookContext, since: Instant): AfterLook;
  /** Kinds that make sense when it turns bad. */
  readonly next: readonly ActionKind[];
}

export type AfterLook =
  | { readonly seen: 'well'; readonly words: string }
  /** It has turned bad when this is seen twice in a row; with `surely`, once is enough. */
  | { readonly seen: 'bad'; readonly words: string; readonly surely: boolean }
  | { readonly seen: 'unknown'; readonly words: string }
  /** Something else changed the app, so what happens from now on says nothing about this action. */
  | { readonly seen: 'over'; readonly words: string };

/** The rule of the runbook file for a kind. */
export function ruleOf(spec: Pick<ActionSpec, 'rule'>, { approvals }: Facts) {
  return approvals[spec.rule];
}

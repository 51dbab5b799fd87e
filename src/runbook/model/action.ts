/**
 * An action: one change to Heroku or GitHub, from its proposal to its end. The row is authoritative; the card only
 * shows it.
 */

import type { JobProgress } from '../runs/job-progress.ts';
import type { RunStage } from '../runs/stage.ts';
import type { ParamsOf } from './action-params.ts';
import type { Instant } from './instant.ts';
import type { ActionKind } from './terms.ts';

/** `runbook/actions/transitions.ts` defines which state may follow which. */
export type ActionState =
  | 'proposed' // It waits for approvals.
  | 'approved' // It is decided, and definitely not sent yet.
  | 'executing' // The request may have been sent.
  | 'succeeded' // The effect was seen.
  | 'failed' // It was refused, or seen to fail.
  | 'unconfirmed' // It may have taken effect, but that was not seen.
  | 'rejected' // Someone rejected it.
  | 'expired' // Nobody decided in time.
  | 'superseded'; // The app's state changed, or another action replaced it.

export const ENDED: ReadonlySet<ActionState> = new Set([
  'succeeded',
  'failed',
  'unconfirmed',
  'rejected',
  'expired',
  'superseded',
]);

/** An action of one kind, or of any. `isKind` narrows it. */
export interface Action<Kind extends ActionKind = ActionKind> {
  readonly id: string;
  readonly kind: Kind;
  /** The name of the target. */
  readonly target: string;
  readonly app: string;
  readonly state: ActionState;
  readonly params: ParamsOf<Kind>;
  readonly plan: Plan;
  /** The reason, in the proposer's words; null when none was given. */
  readonly reason: string | null;
  readonly origin: 'slack' | 'terminal';
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
  readonly approvalsNeeded: number;
  readonly selfApprove: boolean;
  readonly approvals: readonly ApprovalGiven[];
  readonly decidedAt: Instant | null;
  readonly sentAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly progress: Progress;
  readonly outcome: Outcome | null;
  /** True if the action blocks other changes of the target. */
  readonly holds: boolean;
  /** The end of aftercare; null when there is none. */
  readonly watchUntil: Instant | null;
  /** The result of aftercare; null when there was none, or it has not ended. */
  readonly aftermath: Aftermath | null;
  /** Counts every change of the row. */
  readonly revision: number;
  readonly card: { readonly channel: string; readonly ts: string } | null;
  /** The action's audit lines, oldest first, each with its short hash. */
  readonly trail: readonly {
    readonly seq: number;
    readonly event: string;
    readonly who: string;
    readonly at: Instant;
    readonly hash: string;
    /** The note on the line, or null. */
    readonly words: string | null;
  }[];
}

/** Narrows an action to one kind, and so to the parameters of that kind. */
export function isKind<Kind extends ActionKind>(action: Action, kind: Kind): action is Action<Kind> {
  return action.kind === kind;
}

/** A proposal before its first audit line is written. */
export type Draft = Pick<
  Action,
  | 'kind'
  | 'target'
  | 'app'
  | 'params'
  | 'plan'
  | 'reason'
  | 'origin'
  | 'askedBy'
  | 'askedAt'
  | 'expiresAt'
  | 'approvalsNeeded'
  | 'selfApprove'
  /** True if the action blocks other changes of the target from its approval on. */
  | 'holds'
>;

/** The card's description of what an action will do. The plan is frozen at the proposal. */
export interface Plan {
  /** One sentence: `Scale web of raxx-api-prod to 0`. */
  readonly title: string;
  readonly will: readonly string[];
  /** The effects that users and the team will notice. */
  readonly expect: readonly string[];
  readonly evidence: readonly string[];
  /** The effects that cannot be undone, shown before the buttons. Rows from earlier versions have none. */
  readonly warnings?: readonly string[];
  readonly undo: string;
  /** The runbook's own command for doing the same by hand. */
  readonly byHand: string;
  /** True if the action takes something away, which makes the button red. */
  readonly danger: boolean;
}

export interface ApprovalGiven {
  readonly person: string;
  readonly isSelf: boolean;
  readonly at: Instant;
}

/** The action's progress. The card shows `words`, `jobs`, `link` and `notice`; the rest is the action's own memory. */
export interface Progress {
  /** False when no response to the write arrived. */
  readonly answered?: boolean;
  /** The reason that no response arrived, in words. */
  readonly noAnswer?: string;
  /**
   * Consecutive looks that showed the same state as before an unanswered write. They are counted up to the number that
   * proves it.
   */
  readonly unchanged?: { readonly since: Instant; readonly looks: number };
  /** True when the terminal that sent the action was interrupted, so nobody is verifying it any more. */
  readonly left?: boolean;
  /** Something else that matters to the reader of the card, such as an app that was stopped in the meantime. */
  readonly notice?: string;
  /**
   * The newest dyno change before this was sent, by Heroku's clock. Later ones came after it, whatever our clock says.
   */
  readonly dynoChange?: Instant;
  /** GitHub's clock just before this was sent. */
  readonly githubDate?: Instant;
  /** The reason that a follow-up request (`UnderWay.send`) was not accepted, or may not have been. */
  readonly sendFault?: string;
  readonly words?: string;
  /** Only for a deploy: the jobs of its run, with their steps. */
  readonly jobs?: readonly JobProgress[];
  readonly link?: { readonly url: string; readonly text: string };
  /** Only for a deploy: whom GitHub asked for approval when the run reached the gate. */
  readonly gateReviewers?: readonly string[];
  /** True when one look of the aftercare has seen trouble. If the next look does too, the action has turned bad. */
  readonly doubted?: boolean;
  /** Only for a deploy: the id of its workflow run. */
  readonly runId?: number;
  /** The stage of a change that takes its own time. */
  readonly stage?: string;
  readonly holds?: boolean;
  /** The last observation of the run, in words. */
  readonly lastSeen?: string;
  /** The time at which GitHub stopped showing the run, in milliseconds. */
  readonly unseenSince?: number;
  /**
   * The end of the run, and when it was first seen. GitHub's lists lag behind, so it counts only if it is still there
   * later.
   */
  readonly end?: { readonly stage: RunStage; readonly attempt: number; readonly since: number };
  /** The time at which our request to cancel the run became due, in milliseconds. */
  readonly cancelledAt?: number;
  /**
   * The time at which the run was seen to have ended, or to have finished with this environment, in milliseconds. From
   * then on the releases decide.
   */
  readonly runEndedAt?: number;
  /** The run's failure, if something may have been released anyway. */
  readonly failure?: { readonly words: string; readonly evidence: readonly string[] };
}

export interface Outcome {
  /**
   * One or two sentences about what was seen, never about what was hoped for. The state is shown beside them, so they
   * do not repeat it.
   */
  readonly words: string;
  /** The reason for a rejection, as typed by the person who rejected the action; absent if they gave none. */
  readonly reason?: string;
  readonly evidence: readonly string[];
  /** Kinds of action that make sense next, shown as buttons. */
  readonly next: readonly ActionKind[];
  readonly manualCommand: ManualCommand;
  /**
   * The command that undoes the action now, if that differs from the plan because the state changed before it was sent.
   */
  readonly undo?: string | undefined;
}

/** Builds an outcome without evidence, next steps or a manual command, unless `more` has them. */
export function outcomeOf(words: string, more: Partial<Outcome> = {}): Outcome {
  return { words, evidence: [], next: [], manualCommand: null, ...more };
}

/** Returns what an outcome says beside the state. */
export function outcomeWords({ words, reason }: Outcome): string {
  return reason === undefined ? words : `Reason: “${reason}”. ${words}`;
}

/** The command that does the same by hand, with its arguments; null when running it now would be wrong. */
export type ManualCommand = string | null;

export interface Aftermath {
  /** `unwatched`: another change started. */
  readonly kind: 'held' | 'turned_bad' | 'unwatched';
  readonly words: string;
  readonly at: Instant;
  readonly next: readonly ActionKind[];
}

/** Data that is stored beside an audit line. */
export type Detail = Readonly<Record<string, unknown>>;

/** The number and size of a process type's dynos. */
export interface SavedFormation {
  readonly processType: string;
  readonly quantity: number;
  readonly size: string;
}

/** A formation that a stop took away, and when. */
export interface KeptFormation extends SavedFormation {
  readonly at: Instant;
}

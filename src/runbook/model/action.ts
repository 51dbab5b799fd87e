/** An action: one change to the outside, from its proposal to its end. The row decides; the card only shows it. */

import type { JobProgress } from '../runs/job-progress.ts';
import type { RunStage } from '../runs/stage.ts';
import type { ParamsOf } from './action-params.ts';
import type { Instant } from './instant.ts';
import type { ActionKind } from './terms.ts';

/** What may follow what is in `runbook/actions/transitions.ts`. */
export type ActionState =
  | 'proposed' // waiting for approvals
  | 'approved' // decided, and certainly not sent yet
  | 'executing' // the request may have left
  | 'succeeded' // the effect was seen
  | 'failed' // refused, or seen to have failed
  | 'unconfirmed' // it may have taken effect, but was not seen to
  | 'rejected' // somebody said no
  | 'expired' // nobody decided in time
  | 'superseded'; // the world changed, or another action overtook it

export const ENDED: ReadonlySet<ActionState> = new Set([
  'succeeded',
  'failed',
  'unconfirmed',
  'rejected',
  'expired',
  'superseded',
]);

/** Of one kind, or of any; `isKind` narrows it. */
export interface Action<Kind extends ActionKind = ActionKind> {
  readonly id: string;
  readonly kind: Kind;
  /** Name of the target. */
  readonly target: string;
  readonly app: string;
  readonly state: ActionState;
  readonly params: ParamsOf<Kind>;
  readonly plan: Plan;
  /** Why, in the asker's words; null when none was given. */
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
  /** Whether it blocks other changes of the target. */
  readonly holds: boolean;
  /** Until when it is watched after it succeeded; null when it is not. */
  readonly watchUntil: Instant | null;
  /** What became of it after it succeeded; null when it was not watched, or still is. */
  readonly aftermath: Aftermath | null;
  /** Counts every change of the row. */
  readonly revision: number;
  readonly card: { readonly channel: string; readonly ts: string } | null;
  /** Its audit lines, oldest first, each with its short hash. */
  readonly trail: readonly {
    readonly seq: number;
    readonly event: string;
    readonly who: string;
    readonly at: Instant;
    readonly hash: string;
    /** What was noted with it; null for nothing. */
    readonly words: string | null;
  }[];
}

/** Whether an action is of this kind, and so has the parameters of that kind. */
export function isKind<Kind extends ActionKind>(action: Action, kind: Kind): action is Action<Kind> {
  return action.kind === kind;
}

/** What is proposed: the action before its first line is written. */
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
  /** Whether it blocks other changes of the target from its approval on. */
  | 'holds'
>;

/** What the card says an action will do; frozen when it is proposed. */
export interface Plan {
  /** One sentence: `Scale web of raxx-api-prod to 0`. */
  readonly title: string;
  readonly will: readonly string[];
  /** What users and the team will see. */
  readonly expect: readonly string[];
  readonly evidence: readonly string[];
  /** What no undo takes back: it is shown before the buttons. Rows of earlier versions have none. */
  readonly warnings?: readonly string[];
  readonly undo: string;
  /** The runbook's own command for doing it by hand. */
  readonly byHand: string;
  /** It takes something away: the button is red. */
  readonly danger: boolean;
}

export interface ApprovalGiven {
  readonly person: string;
  readonly isSelf: boolean;
  readonly at: Instant;
}

/** How far it has come. The card shows `words`, `jobs`, `link` and `notice`; the rest is the action's own memory. */
export interface Progress {
  /** false: no answer to the write came. */
  readonly answered?: boolean;
  /** Why no answer came, in words. */
  readonly noAnswer?: string;
  /** Consecutive looks that showed the world exactly as before an unanswered write; counted up to the number that proves it. */
  readonly unchanged?: { readonly since: Instant; readonly looks: number };
  /** The terminal that sent it was interrupted, so nobody looks any more. */
  readonly left?: boolean;
  /** Something else that matters to the reader of the card: the app was stopped meanwhile. */
  readonly notice?: string;
  /** Heroku's clock: the newest change of a dyno before this was sent. Later ones came after it, whatever our clock says. */
  readonly dynoChange?: Instant;
  /** GitHub's clock just before this was sent. */
  readonly githubDate?: Instant;
  /** Why a request on the way (`UnderWay.send`) was not accepted, or may not have been. */
  readonly sendFault?: string;
  readonly words?: string;
  /** Of a deploy: the jobs of its run, with their steps. */
  readonly jobs?: readonly JobProgress[];
  readonly link?: { readonly url: string; readonly text: string };
  /** Of a deploy: whom GitHub asked at the gate when the run got there. */
  readonly gateReviewers?: readonly string[];
  /** One look of the aftercare has seen it bad; if the next one does too, it has turned bad. */
  readonly doubted?: boolean;
  /** The workflow run of a deploy. */
  readonly runId?: number;
  /** The stage of a change that takes its own time. */
  readonly stage?: string;
  readonly holds?: boolean;
  /** What was last seen of the run, in words. */
  readonly lastSeen?: string;
  /** Since when GitHub has not shown the run, in milliseconds. */
  readonly unseenSince?: number;
  /** The end of the run that was seen, and since when. GitHub's lists lag behind, so it counts only if it is still there later. */
  readonly end?: { readonly stage: RunStage; readonly attempt: number; readonly since: number };
  /** When our request to cancel the run became due, in milliseconds. */
  readonly cancelledAt?: number;
  /** When the run was seen to have ended, or to have finished with this environment, in milliseconds: from then on the releases decide. */
  readonly runEndedAt?: number;
  /** How the run went wrong, when something may have been released anyway. */
  readonly failure?: { readonly words: string; readonly evidence: readonly string[] };
}

export interface Outcome {
  /** A sentence or two: what was seen, never what was hoped. The state is shown beside it, so they do not repeat it. */
  readonly words: string;
  /** Why it was rejected, as typed by the person who rejected it; absent if they gave no reason. */
  readonly reason?: string;
  readonly evidence: readonly string[];
  /** Kinds that make sense next, as buttons. */
  readonly next: readonly ActionKind[];
  readonly manualCommand: ManualCommand;
  /** What undoes it now, where that differs from the plan: the world moved on before it was sent. */
  readonly undo?: string | undefined;
}

/** An outcome without evidence, next steps or a manual command, unless `more` has them. */
export function outcomeOf(words: string, more: Partial<Outcome> = {}): Outcome {
  return { words, evidence: [], next: [], manualCommand: null, ...more };
}

/** What an outcome says beside the state. */
export function outcomeWords({ words, reason }: Outcome): string {
  return reason === undefined ? words : `Reason: “${reason}”. ${words}`;
}

/** The command that does by hand what was asked, with its arguments; null where running it now would be wrong. */
export type ManualCommand = string | null;

export interface Aftermath {
  /** `unwatched`: another change started. */
  readonly kind: 'held' | 'turned_bad' | 'unwatched';
  readonly words: string;
  readonly at: Instant;
  readonly next: readonly ActionKind[];
}

/** What is noted beside an audit line. */
export type Detail = Readonly<Record<string, unknown>>;

/** How many dynos of which size a process type has. */
export interface SavedFormation {
  readonly processType: string;
  readonly quantity: number;
  readonly size: string;
}

/** A formation that a stop took away, and when. */
export interface KeptFormation extends SavedFormation {
  readonly at: Instant;
}

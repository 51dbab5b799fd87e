/** An action: one change to the outside, from the asking to its end. The row decides, the message shows. */

import type { JobProgress } from '../runs/job-progress.ts';
import type { RunStage } from '../runs/stage.ts';
import type { ParamsOf } from './action-params.ts';
import type { WantedDiff } from './change.ts';
import type {
  Diff,
  Dispatched,
  Evidence,
  Instant,
  Observed,
  ReviewerFact,
  Shipment,
  SourceName,
} from './evidence.ts';
import type { Facts } from './runbook-config.ts';
import type { ActionKind, Context, EscalationDue } from './terms.ts';

/** Who is named in the audit for what nobody decided. */
export const BOT = 'bot';

export type ActionState =
  | 'proposed'
  | 'approved'
  | 'executing'
  | 'succeeded'
  | 'failed'
  | 'unconfirmed'
  | 'rejected'
  | 'expired'
  | 'superseded';

export const ENDED: ReadonlySet<ActionState> = new Set([
  'succeeded',
  'failed',
  'unconfirmed',
  'rejected',
  'expired',
  'superseded',
]);

/** What the card says of an action; frozen when it is proposed. */
export interface Plan {
  /** One sentence: `Scale web of raxx-api-prod to 0`. */
  readonly title: string;
  readonly will: readonly string[];
  /** What users and the team will see. */
  readonly expect: readonly string[];
  readonly evidence: readonly string[];
  readonly undo: string;
  /** The runbook's own command for doing it by hand. */
  readonly byHand: string;
  /** It takes something away: the button is red. */
  readonly danger: boolean;
}

export interface Outcome {
  /** A sentence or two: what was seen, never what was hoped. */
  readonly words: string;
  readonly evidence: readonly string[];
  /** Kinds that make sense next, as buttons. */
  readonly next: readonly ActionKind[];
  readonly manualCommand: ManualCommand;
  /** What undoes it now, where that is not what the plan said: the world moved on before it was sent. */
  readonly undo?: string | undefined;
}

/** The command that does by hand what was asked, with its arguments; null where running it now would not be right. */
export type ManualCommand = string | null;

/** What is noted beside an audit line. */
export type Detail = Readonly<Record<string, unknown>>;

/** Of one kind, or of any; `isKind` tells which. */
export interface Action<Kind extends ActionKind = ActionKind> {
  readonly id: string;
  readonly kind: Kind;
  /** Name of the target. */
  readonly target: string;
  readonly app: string;
  readonly state: ActionState;
  readonly params: ParamsOf<Kind>;
  readonly plan: Plan;
  /** Why, in the asker's words; '' for none. */
  readonly reason: string;
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
  /** Other changes of the target wait for it. */
  readonly holds: boolean;
  /** Until when it is watched after it succeeded; null: it is not. */
  readonly watchUntil: Instant | null;
  /** What became of it after it succeeded; null: not watched, or still watched. */
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
    /** What was noted with it; '' for nothing. */
    readonly words: string;
  }[];
}

/** Whether an action is of this kind, with the parameters of it. */
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
  /** Other changes of the target wait for it from its approval on. */
  | 'holds'
>;

/** How far it came. The card shows `words`, `jobs` and `link`; the rest is the action's own memory. */
export interface Progress {
  /** false: no answer to the write came. */
  readonly answered?: boolean;
  /** Why no answer came, in words. */
  readonly noAnswer?: string;
  /** The looks in a row that showed the very world from before an unanswered write; they are counted up to the number that proves it. */
  readonly unchanged?: { readonly since: Instant; readonly looks: number };
  /** The terminal that sent it was interrupted: nobody looks any more. */
  readonly left?: boolean;
  /** Something else that matters to whoever reads the card: the app was stopped meanwhile. */
  readonly notice?: string;
  /** Heroku's clock: the newest change of a dyno before this was sent. Later ones came after it, whatever our clock says. */
  readonly dynoChange?: Instant;
  /** GitHub's clock just before this was sent. */
  readonly githubDate?: Instant;
  /** Why a request on the way (`UnderWay.send`) was not taken, or may not have been. */
  readonly sendFault?: string;
  readonly words?: string;
  /** Of a deploy: the jobs of its run, with their steps. */
  readonly jobs?: readonly JobProgress[];
  readonly link?: { readonly url: string; readonly text: string };
  /** A look of the watch after its success has seen it bad; once more, and it has turned bad. */
  readonly doubted?: boolean;
  /** Of a deploy: its workflow run. */
  readonly runId?: number;
  /** Where a change that has its own time is. */
  readonly stage?: string;
  readonly holds?: boolean;
  /** What was last seen of the run, in words. */
  readonly lastSeen?: string;
  /** Since when GitHub does not show the run, milliseconds. */
  readonly unseenSince?: number;
  /** The run's end that was seen, and since when: GitHub's lists are behind, so it counts when it is still there later. */
  readonly end?: { readonly stage: RunStage; readonly attempt: number; readonly since: number };
  /** Our request to cancel the run was called for, milliseconds. */
  readonly cancelledAt?: number;
  /** When the run was seen to have ended, or to be done with this environment, milliseconds: from then on the releases tell. */
  readonly runEndedAt?: number;
  /** How the run went wrong, when something may have been released all the same. */
  readonly failure?: { readonly words: string; readonly evidence: readonly string[] };
}

export interface Aftermath {
  /** `unwatched`: another change started. */
  readonly kind: 'held' | 'turned_bad' | 'unwatched';
  readonly words: string;
  readonly at: Instant;
  readonly next: readonly ActionKind[];
}

export interface ApprovalGiven {
  readonly person: string;
  readonly isSelf: boolean;
  readonly at: Instant;
}

/** One request to the outside, as data: a pure function says what is sent, an adapter sends it once. */
export interface WriteRequest {
  readonly api: 'heroku' | 'github';
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The answer holds values that nobody may read: it is dropped. */
  readonly secretAnswer?: boolean;
  /** Sent with the token that is only for this kind of change. */
  readonly token?: 'admin';
  /** A value that GitHub takes only in a box sealed with the repository's public key. */
  readonly sealed?: string;
}

/** How one write ended. `unknown`: it may have taken effect; what happened is then observed, never assumed. */
export type WriteResult =
  | { readonly kind: 'done'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'unknown'; readonly words: string };

export type Planned<Kind extends ActionKind = ActionKind> =
  | { readonly ok: true; readonly params: ParamsOf<Kind>; readonly plan: Plan }
  /** Nothing is proposed; `words` say why, and what to do instead. */
  | { readonly ok: false; readonly words: string; readonly manualCommand: ManualCommand };

export type Applies =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly words: string;
      /** What is new, a line each. */
      readonly evidence?: readonly string[];
      /** The plan's command by hand is right all the same: the world could not be seen, or the command fits the new one, too. */
      readonly fitsByHand?: true;
    };

export type Look =
  | {
      readonly seen: 'done';
      readonly words: string;
      readonly evidence: readonly string[];
      /** The process type is at 0: nothing runs it, nothing is there to watch, and a restore is what comes next. */
      readonly isIdle?: true;
      /** What undoes it, as it was seen at the end. */
      readonly undo?: string | undefined;
    }
  | {
      readonly seen: 'not_yet';
      readonly words: string;
      /** What was seen is the very world from before the write: nothing of it has begun. */
      readonly unchanged?: true;
    }
  /** It took effect, and it went wrong; `next`: kinds that make sense then. */
  | {
      readonly seen: 'failed';
      readonly words: string;
      readonly evidence: readonly string[];
      readonly next?: readonly ActionKind[];
    }
  /** Whether it took effect will not be told any more. */
  | {
      readonly seen: 'lost';
      readonly words: string;
      readonly evidence: readonly string[];
      readonly next?: readonly ActionKind[];
      readonly manualCommand?: string;
    }
  | UnderWay;

/** It goes its way, and has its own time. */
export interface UnderWay {
  readonly seen: 'under_way';
  /** Where it is: a new stage is a line in the audit. */
  readonly stage: string;
  readonly progress: Progress;
  /** Whether other changes of the app have to wait for it. */
  readonly holds: boolean;
  /** Milliseconds until the next look. */
  readonly againIn: number;
  /** A condition of the runbook that this stage meets: somebody is woken at once. */
  readonly due?: EscalationDue;
  /** To be sent once, when this stage begins; `Progress.sendFault` says when it was not taken. */
  readonly send?: WriteRequest;
}

/** What was sent, and what is known of it. */
export interface Sent {
  readonly id: string;
  readonly at: Instant;
  readonly progress: Progress;
}

/** What an action may look at beside the sources of a diagnosis. */
export interface ActionEvidence extends Evidence {
  readonly shipment: Observed<Shipment>;
  readonly dispatched: Observed<Dispatched>;
  readonly reviewers: Observed<readonly ReviewerFact[]>;
}

export type ActionSource = SourceName | 'shipment' | 'dispatched' | 'reviewers';

/** What somebody asked for beside the target: a version, a ref. */
export interface Wish {
  readonly version?: number;
  /** A branch. */
  readonly ref?: string;
  readonly saved?: readonly KeptFormation[];
}

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

export interface ActionSpec<Kind extends ActionKind = ActionKind> {
  readonly kind: Kind;
  /** Which rule of `approvals` in the runbook file. */
  readonly rule: 'stop' | 'restore' | 'deploy' | 'fix';
  /** Asked for at the proposal, and again before the write: nothing else may hold it up. */
  readonly needs: readonly ActionSource[];
  /** Asked for while it is verified. */
  looksAt(progress: Progress): readonly ActionSource[];
  plan(evidence: ActionEvidence, context: Context, wish: Wish): Planned<Kind>;
  /** Two releases whose difference its card tells of. Read for the proposal alone, which does not wait long for it. */
  readonly difference?: {
    between(params: ParamsOf<Kind>, evidence: ActionEvidence): WantedDiff | null;
    words(seen: Observed<Diff>): readonly string[];
  };
  /** Other changes of the target wait for it from its approval on; `false`: only from the stage that says so. */
  readonly holdsAtOnce: boolean;
  /** The command by hand does no harm where the write may have taken effect all the same. */
  readonly safeToRepeat: boolean;
  /** What the app loses when it takes effect, to be brought back by a restore. */
  takesAway?(params: ParamsOf<Kind>): SavedFormation;
  /** Between approval and write: is the world still the one that was approved? */
  stillApplies(params: ParamsOf<Kind>, evidence: ActionEvidence, context: Context): Applies;
  /** Sent one after the other, each once; the first that is not taken ends it. */
  requests(params: ParamsOf<Kind>, context: Context, id: string): readonly WriteRequest[];
  /** What a refusal leaves behind, where it is not nothing. */
  readonly whenRefused?: string;
  /** What of the last answer is remembered. */
  learn?(answer: unknown): Progress;
  /** Has it taken effect? */
  look(params: ParamsOf<Kind>, evidence: ActionEvidence, context: Context, sent: Sent): Look;
  /** How long its requests may take, all of them; `WRITE_MS` when left out. */
  readonly writesWithinMs?: number;
  /** How long taking effect may take. */
  readonly withinMs: number;
  /** What makes sense after it succeeded. */
  readonly next: readonly ActionKind[];
  /** Watched for a while after it succeeded. */
  readonly aftercare?: Aftercare<Kind>;
}

export interface Aftercare<Kind extends ActionKind = ActionKind> {
  readonly forMs: number;
  readonly looksAt: readonly SourceName[];
  /** `since`: the newest change of a dyno when it succeeded, by Heroku's clock. */
  look(params: ParamsOf<Kind>, evidence: Evidence, context: Context, since: Instant): AfterLook;
  /** What makes sense when it turns bad. */
  readonly next: readonly ActionKind[];
}

export type AfterLook =
  | { readonly seen: 'well'; readonly words: string }
  /** Twice in a row, and it has turned bad; `surely`: once is enough. */
  | { readonly seen: 'bad'; readonly words: string; readonly surely: boolean }
  | { readonly seen: 'unknown'; readonly words: string }
  /** Something else changed the app: what becomes of it now is no sign of this change. */
  | { readonly seen: 'over'; readonly words: string };

/** The rule of the runbook file for a kind. */
export function ruleOf(spec: Pick<ActionSpec, 'rule'>, { approvals }: Facts) {
  return approvals[spec.rule];
}

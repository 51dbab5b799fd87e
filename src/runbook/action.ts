/** An action: one change to the outside, from the asking to its end. The row decides, the message shows. */
import type { ActionKind, Context } from './diagnosis.ts';
import type { Evidence, Instant, SourceName } from './evidence.ts';
import type { Facts } from './facts.ts';

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
}

export type Params = Readonly<Record<string, unknown>>;

export interface Action {
  readonly id: string;
  readonly kind: ActionKind;
  /** Name of the target. */
  readonly target: string;
  readonly app: string;
  readonly state: ActionState;
  readonly params: Params;
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
  readonly progress: Params;
  readonly outcome: Outcome | null;
  /** Counts every change of the row. */
  readonly revision: number;
  readonly card: { readonly channel: string; readonly ts: string } | null;
  /** Its audit lines, oldest first, each with its short hash. */
  readonly trail: readonly {
    readonly event: string;
    readonly who: string;
    readonly at: Instant;
    readonly hash: string;
  }[];
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
}

/** How one write ended. `unknown`: it may have taken effect; what happened is then observed, never assumed. */
export type WriteResult =
  | { readonly kind: 'done'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'unknown'; readonly words: string };

export type Planned<P extends Params> =
  | { readonly ok: true; readonly params: P; readonly plan: Plan }
  /** Nothing is proposed; `words` say why, and what to do instead. */
  | { readonly ok: false; readonly words: string };

export type Applies = { readonly ok: true } | { readonly ok: false; readonly words: string };

export type Look =
  | { readonly seen: 'done'; readonly words: string; readonly evidence: readonly string[] }
  | { readonly seen: 'not_yet'; readonly words: string }
  /** It took effect, and it went wrong. */
  | { readonly seen: 'failed'; readonly words: string; readonly evidence: readonly string[] };

/** What somebody asked for beside the target: a version, a ref. */
export interface Wish {
  readonly version?: number;
  readonly saved?: readonly SavedFormation[];
}

export interface SavedFormation {
  readonly processType: string;
  readonly quantity: number;
  readonly size: string;
}

export interface ActionSpec<P extends Params> {
  readonly kind: ActionKind;
  /** Which rule of `approvals` in the runbook file. */
  readonly rule: 'stop' | 'restore' | 'deploy' | 'fix';
  /** Asked for at the proposal, and again before the write: nothing else may hold it up. */
  readonly needs: readonly SourceName[];
  /** Asked for while it is verified. */
  readonly looksAt: readonly SourceName[];
  plan(evidence: Evidence, context: Context, wish: Wish): Planned<P>;
  /** Between approval and write: is the world still the one that was approved? */
  stillApplies(params: P, evidence: Evidence, context: Context): Applies;
  request(params: P, context: Context): WriteRequest;
  /** Has it taken effect? `sentAt`: when the write left. */
  look(params: P, evidence: Evidence, context: Context, sentAt: Instant): Look;
  /** How long taking effect may take. */
  readonly withinMs: number;
  /** What makes sense after it succeeded. */
  readonly next: readonly ActionKind[];
}

/** The rule of the runbook file for a kind. */
export function ruleOf(spec: Pick<ActionSpec<Params>, 'rule'>, { approvals }: Facts) {
  return approvals[spec.rule];
}

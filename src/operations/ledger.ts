/** The ledger as the use-cases see it: rows that change state once, each change with its audit line, its jobs in the same transaction. */
import type {
  Action,
  ActionState,
  Aftermath,
  Outcome,
  Params,
  Plan,
  Progress,
  SavedFormation,
} from '../runbook/action.ts';
import type { ActionKind } from '../runbook/diagnosis.ts';
import type { Instant } from '../runbook/evidence.ts';

export interface Draft {
  readonly kind: ActionKind;
  readonly target: string;
  readonly app: string;
  readonly params: Params;
  readonly plan: Plan;
  readonly reason: string;
  readonly origin: Action['origin'];
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
  readonly approvalsNeeded: number;
  readonly selfApprove: boolean;
}

export type Proposed =
  | { readonly ok: true; readonly action: Action }
  /** There is a live proposal of this kind for the app: its card is shown again. */
  | { readonly ok: false; readonly live: Action };

export type Begun =
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

export interface Move {
  readonly from: readonly ActionState[];
  readonly to: ActionState;
  /** Only when the row has not changed since it was read. */
  readonly revision?: number;
  /** The name of the audit line; the state when left out. */
  readonly event?: string;
  readonly who: string;
  readonly at: Instant;
  readonly outcome?: Outcome;
  readonly progress?: Progress;
  readonly aftermath?: Aftermath;
  /** Until when it is watched after it succeeded. */
  readonly watchUntil?: Instant;
  /** Whether other changes of the app have to wait for it; `true` gives way when another one is under way already. */
  readonly holds?: boolean;
  readonly detail?: Params;
  /** When to look whether it took effect; sends the job in the same transaction. */
  readonly verifyAt?: Instant;
  /** When to look what becomes of it after it succeeded. */
  readonly careAt?: Instant;
  /** Told in the card's thread; `everybody`: shown in the channel as well. */
  readonly tell?: 'thread' | 'everybody';
}

export interface OtherDeploy {
  /** Its workflow run; null: not known. */
  readonly runId: number | null;
  readonly sentAt: Instant;
}

export interface Ledger {
  propose(draft: Draft): Promise<Proposed>;
  /** Decided already, by the holder of the credentials at the terminal: `approved` at once, a live proposal of its kind is superseded. */
  begin(draft: Draft, at: Instant): Promise<Begun>;
  find(id: string): Promise<Action | null>;
  /**
   * Counts the approval; when it is the last one needed the action is `approved` and its job is sent. A stop supersedes what was
   * not sent. `words`: noted with it in the audit; '' for nothing.
   */
  approve(id: string, person: string, isSelf: boolean, at: Instant, words?: string): Promise<Approved>;
  /** Compare-and-set: null when the row is in none of the `from` states, and nothing was changed. */
  move(id: string, move: Move): Promise<Action | null>;
  /** A line in the audit that changes no state: a click that was refused. */
  note(id: string | null, event: string, who: string, detail: Params, at: Instant): Promise<void>;
  /** Remembers how far it came, and draws it: no transition, so no audit line. null: the row has changed since `revision`. */
  keepProgress(id: string, revision: number, progress: Progress): Promise<Action | null>;
  /** Sends the job that looks at the action again: whether it took effect, or what becomes of it. */
  lookAgain(id: string, job: 'verify' | 'care', at: Instant): Promise<void>;
  /** Where the card stands, if it stood at `before` (null: nowhere) until now; false: another one was faster. */
  placeCard(id: string, channel: string, ts: string, before: string | null): Promise<boolean>;
  /** Not ended, oldest first. */
  open(): Promise<readonly Action[]>;
  /** Succeeded, and nobody looked to the end of their watch, which was before `at`. */
  unwatched(at: Instant): Promise<readonly Action[]>;
  /** The first change of the app itself that was sent after this one ended; null: none was. */
  changeAfter(action: Action): Promise<Action | null>;
  /** The other deploys that were sent, refused ones left out. */
  otherDeploys(id: string): Promise<readonly OtherDeploy[]>;
  /** Newest first; `target`: only of this one. */
  recent(count: number, target?: string): Promise<readonly Action[]>;
  /** Keeps the first formation that was saved and not restored. */
  saveFormation(actionId: string, app: string, formation: SavedFormation, at: Instant): Promise<void>;
  savedFormations(app: string): Promise<readonly SavedFormation[]>;
  markRestored(app: string, processType: string, at: Instant): Promise<void>;
}

/** The ledger after the decision: what carrying out needs. */
export type ActingLedger = Omit<Ledger, 'propose' | 'approve' | 'placeCard'>;

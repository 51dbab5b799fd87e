/**
 * Defines the life of an action as one table: which state may follow which, what that means, and what each step
 * carries.
 */
import type { ActionState, Aftermath, ApprovalGiven, Outcome, Progress } from '../model/action.ts';
import type { Instant } from '../model/instant.ts';
import type { Approval } from '../model/runbook-config.ts';

export interface ActionTransition {
  readonly from: readonly ActionState[];
  readonly to: ActionState;
  /** Explains the transition in one sentence. */
  readonly meaning: string;
}

export const TRANSITIONS = {
  count_approval: { from: ['proposed'], to: 'proposed', meaning: 'One approval of several was given.' },
  approve: { from: ['proposed'], to: 'approved', meaning: 'Enough people have approved.' },
  begin: {
    from: ['proposed'],
    to: 'approved',
    meaning: 'The holder of the credentials decided at the terminal.',
  },
  reject: {
    from: ['proposed'],
    to: 'rejected',
    meaning: 'Someone rejected it, or the proposer withdrew it.',
  },
  explain: { from: ['rejected'], to: 'rejected', meaning: 'The reason was given afterwards.' },
  expire: { from: ['proposed'], to: 'expired', meaning: 'Nobody decided in time.' },
  withdraw: {
    from: ['proposed'],
    to: 'superseded',
    meaning: 'Its card could not be posted where an approver would see it.',
  },
  replace: { from: ['proposed'], to: 'superseded', meaning: 'The same is being done from the terminal.' },
  overtake: { from: ['approved'], to: 'superseded', meaning: 'The app was stopped first.' },
  supersede: {
    from: ['approved'],
    to: 'superseded',
    meaning: "The app's state changed, or the approval went stale.",
  },
  interrupt: {
    from: ['approved'],
    to: 'superseded',
    meaning: 'The terminal was interrupted before it sent.',
  },
  send: { from: ['approved'], to: 'executing', meaning: 'The request is about to leave.' },
  accept: { from: ['executing'], to: 'executing', meaning: 'The API accepted the request.' },
  miss_answer: { from: ['executing'], to: 'executing', meaning: 'There was no clear response.' },
  refuse: { from: ['executing'], to: 'failed', meaning: 'The API refused the request.' },
  hold_back: {
    from: ['executing'],
    to: 'failed',
    meaning: 'The process stalled before sending, so it did not send.',
  },
  advance: { from: ['executing'], to: 'executing', meaning: 'It reached a new stage.' },
  annotate: {
    from: ['executing'],
    to: 'executing',
    meaning: 'The app was stopped or restored while a deploy was on its way.',
  },
  succeed: { from: ['executing'], to: 'succeeded', meaning: 'It was verified to have taken effect.' },
  fail: { from: ['executing'], to: 'failed', meaning: 'It was verified to have failed.' },
  lose: {
    from: ['executing'],
    to: 'unconfirmed',
    meaning: 'There is no longer a way to tell whether it took effect.',
  },
  time_out: {
    from: ['executing'],
    to: 'unconfirmed',
    meaning: 'It showed no effect in time, but may have taken effect.',
  },
  close_aftercare: {
    from: ['succeeded'],
    to: 'succeeded',
    meaning: 'Aftercare ended.',
  },
} as const satisfies Record<string, ActionTransition>;

export type TransitionName = keyof typeof TRANSITIONS;

/** A step that is based on a reading. It is taken only if the row has not changed since. */
interface OnRead {
  readonly revision: number;
}

interface ByPerson {
  /** The actor's name, as the audit stores it. */
  readonly who: string;
}

interface Ends {
  readonly outcome: Outcome;
}

export interface ApprovalBy extends ByPerson {
  readonly isSelf: boolean;
  /** The audit's note about the approval, or null. */
  readonly words: string | null;
  /** The approvals that count from now on, including this one. */
  readonly approvals: readonly ApprovalGiven[];
  /** The rule by which the approvals count. */
  readonly rule: Approval;
}

/** `by`: id of the action that this one gives way to. */
interface GivesWay extends ByPerson {
  readonly by: string;
}

/** The data that each step carries. The bot takes the steps that have no `who`. */
interface StepFields {
  count_approval: ApprovalBy;
  approve: ApprovalBy;
  begin: ByPerson;
  /** `rights`: where the person's rights came from; null when there is nothing to note. */
  reject: ByPerson & Ends & { readonly rights: string | null };
  /** The reason is in the outcome. */
  explain: ByPerson & { readonly outcome: Outcome & { readonly reason: string } };
  expire: Ends;
  withdraw: Ends;
  replace: GivesWay;
  overtake: GivesWay;
  supersede: Ends;
  interrupt: ByPerson & Ends;
  send: { readonly progress: Progress };
  accept: OnRead & { readonly progress: Progress };
  /** `words`: why no response arrived. */
  miss_answer: OnRead & { readonly progress: Progress; readonly words: string };
  refuse: OnRead & Ends;
  hold_back: Ends;
  /** `holds`: whether the action blocks other changes of the target in this stage. */
  advance: OnRead & { readonly stage: string; readonly progress: Progress; readonly holds: boolean };
  annotate: {
    readonly event: 'app_stopped' | 'app_restored';
    readonly progress: Progress;
    readonly words: string;
  };
  /** `watchUntil`: when aftercare ends; null when there is none. */
  succeed: OnRead & Ends & { readonly progress: Progress; readonly watchUntil: Instant | null };
  fail: OnRead & Ends;
  lose: OnRead & Ends;
  time_out: OnRead & Ends;
  close_aftercare: OnRead & { readonly aftermath: Aftermath };
}

export type ActionStep<Name extends TransitionName = TransitionName> = {
  [N in Name]: { readonly name: N; readonly at: Instant } & StepFields[N];
}[Name];

/** Defines what the use-cases of an action work with, and their requests and results. */

import type { Action, Draft, ManualCommand } from '../../runbook/model/action.ts';
import type { Refusal, Wish } from '../../runbook/model/action-spec.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import type { WriteRequest, WriteResult } from '../../runbook/model/write-request.ts';
import type { Person } from '../../runbook/people/permissions.ts';
import type { Phrase } from '../../runbook/text/phrase.ts';
import type { ReadDiffs } from '../diagnosis/read-diffs.ts';
import type { ActingStore, ActionStore } from '../ports/action-store.ts';
import type { ActionEvidenceDeps } from './collect-evidence.ts';
import type { ActionEnded } from './ended.ts';

export interface ActionServiceDeps extends ActionEvidenceDeps {
  readonly actionStore: ActionStore;
  /** The kinds of action that the bot has a token for. */
  readonly canDo: ReadonlySet<ActionKind>;
  /**
   * Milliseconds of a monotonic clock, for measuring durations. `now` serves when it is left out, as in tests with one
   * clock.
   */
  elapsed?(): number;
  /**
   * Resolves to true if this person may approve according to the current runbook file, and to false when unknown. Never
   * rejects.
   */
  isApprover(person: string): Promise<boolean>;
  /** Sends one request, once. Never rejects. */
  write(request: WriteRequest): Promise<WriteResult>;
  /**
   * Called for each action that ended after it was sent, and for each escalation condition that an action meets on its
   * way.
   */
  readonly ended?: ActionEnded;
  /** Once this is aborted (Ctrl-C at a terminal), nothing more is sent. */
  readonly interrupted?: AbortSignal;
}

/** The context of each use-case. */
export interface ActionContext extends ActionServiceDeps {
  readonly readDiffs: ReadDiffs;
}

/** The part that the steps after the decision need. The terminal has nothing else. */
export interface ExecutionContext extends Omit<ActionContext, 'actionStore' | 'isApprover'> {
  readonly actionStore: ActingStore;
}

export interface ProposalRequest {
  readonly kind: ActionKind;
  readonly target: Target;
  readonly by: Person;
  /** The reason as typed; null when none was given. */
  readonly reason: string | null;
  readonly origin: Action['origin'];
  readonly wish?: Pick<Wish, 'version' | 'ref'>;
  /** True for the fix of a diagnosis, which acts on the process type that the evidence names. */
  readonly isFix?: boolean;
}

/** The reason that nothing was done. */
export interface RequestRefusal extends Refusal {
  /** The id of the action that is already doing the same, whose card shows more. */
  readonly already?: string;
}

export interface ProposalRefusal extends DecisionRefusal {
  readonly already?: string;
}

export type ProposalResult =
  | { readonly ok: true; readonly action: Action; readonly isNew: true }
  /** `passedOver`: the requested version or branch, if the open proposal has another one; otherwise null. */
  | { readonly ok: true; readonly action: Action; readonly isNew: false; readonly passedOver: string | null }
  | ProposalRefusal;

/** The reason that a decision was not counted. The words may name people. */
export interface DecisionRefusal {
  readonly ok: false;
  readonly words: Phrase;
  readonly manualCommand: ManualCommand;
}

export type DecisionResult =
  | { readonly ok: true; readonly action: Action; readonly complete: boolean }
  | DecisionRefusal;

export type PlanResult = { readonly ok: true; readonly draft: Draft } | RequestRefusal;

export interface ActionService {
  /** Returns null when there is no such action, or the id is malformed. */
  find(id: string): Promise<Action | null>;
  propose(asking: ProposalRequest): Promise<ProposalResult>;
  /** Plans what the action would do now. Proposes nothing and writes nothing. */
  plan(asking: ProposalRequest): Promise<PlanResult>;
  approve(id: string, person: Person): Promise<DecisionResult>;
  reject(id: string, person: Person): Promise<DecisionResult>;
  /** Adds the reason of the person who rejected the action. */
  explain(id: string, person: Person, reason: string): Promise<DecisionResult>;
  /** Sends an approved action, once; does nothing for any other. */
  execute(id: string): Promise<void>;
  /** Checks whether a sent action took effect, and ends it or schedules another look. */
  verify(id: string): Promise<void>;
  /** Checks whether an action holds after it succeeded. */
  care(id: string): Promise<void>;
  expire(id: string): Promise<void>;
  /**
   * Takes care of what dead processes left behind, for one target or for all in the runbook file. It sends nothing
   * again, and only checks what happened.
   */
  recover(target?: string): Promise<void>;
}

/** What the use-cases of an action work with, and their requests and results. */

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
  /** Kinds of action that there is a token for. */
  readonly canDo: ReadonlySet<ActionKind>;
  /** Milliseconds of a monotonic clock, for spans. `now` is used when it is left out, as where a test drives one clock. */
  elapsed?(): number;
  /** Whether this person may approve by the current runbook file; false when that is not known. Never rejects. */
  isApprover(person: string): Promise<boolean>;
  /** Sends one request, once. Never rejects. */
  write(request: WriteRequest): Promise<WriteResult>;
  /** Called for each action that ended after it was sent, and for each escalation condition that one meets on its way. */
  readonly ended?: ActionEnded;
  /** Once it is aborted nothing more is sent: Ctrl-C at a terminal. */
  readonly interrupted?: AbortSignal;
}

/** What each of the use-cases works with. */
export interface ActionContext extends ActionServiceDeps {
  readonly readDiffs: ReadDiffs;
}

/** The same for what follows the decision: the terminal has nothing else. */
export interface ExecutionContext extends Omit<ActionContext, 'actionStore' | 'isApprover'> {
  readonly actionStore: ActingStore;
}

export interface ProposalRequest {
  readonly kind: ActionKind;
  readonly target: Target;
  readonly by: Person;
  /** As typed; empty or null when none was given. */
  readonly reason: string | null;
  readonly origin: Action['origin'];
  readonly wish?: Pick<Wish, 'version' | 'ref'>;
  /** Proposed as the fix of a diagnosis, so it acts on the process type that the evidence names. */
  readonly isFix?: boolean;
}

/** Why nothing was done. */
export interface RequestRefusal extends Refusal {
  /** Id of the action that is already doing it, whose card shows more. */
  readonly already?: string;
}

export interface ProposalRefusal extends DecisionRefusal {
  readonly already?: string;
}

export type ProposalResult =
  | { readonly ok: true; readonly action: Action; readonly isNew: true }
  /** `passedOver`: the version or branch that was asked for, where the open proposal has another; else null. */
  | { readonly ok: true; readonly action: Action; readonly isNew: false; readonly passedOver: string | null }
  | ProposalRefusal;

/** Why a decision was not counted; it may name people. */
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
  /** Null when there is no such action, or the id is malformed. */
  find(id: string): Promise<Action | null>;
  propose(asking: ProposalRequest): Promise<ProposalResult>;
  /** What it would do now. Proposes nothing and writes nothing. */
  plan(asking: ProposalRequest): Promise<PlanResult>;
  approve(id: string, person: Person): Promise<DecisionResult>;
  reject(id: string, person: Person): Promise<DecisionResult>;
  /** Adds the reason of the person who rejected it. */
  explain(id: string, person: Person, reason: string): Promise<DecisionResult>;
  /** Sends an approved action, once; does nothing for any other. */
  execute(id: string): Promise<void>;
  /** Checks whether what was sent took effect; ends the action, or looks again later. */
  verify(id: string): Promise<void>;
  /** Checks whether an action holds after it succeeded. */
  care(id: string): Promise<void>;
  expire(id: string): Promise<void>;
  /** Takes care of what dead processes left behind, for one target or all of the runbook file: nothing is sent again, only looked at. */
  recover(target?: string): Promise<void>;
}

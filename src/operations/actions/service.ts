/** From a proposal to its true end: propose, decide, execute once, look until it is seen. */

import type { Action, ManualCommand, Wish, WriteRequest, WriteResult } from '../../runbook/model/action.ts';
import type { ActionKind } from '../../runbook/model/diagnosis.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Person } from '../../runbook/people/permissions.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { CollectDeps } from '../diagnosis/collect.ts';
import type { ActingLedger, Ledger } from '../ports/action-store.ts';
import { createCare } from './aftercare.ts';
import { createSee, type See } from './collect-evidence.ts';
import { createDecide } from './decide.ts';
import type { ActionEnded } from './ended.ts';
import { createExecute } from './execute.ts';
import { createExpire } from './expire.ts';
import { createDrafting, type Drafted } from './plan.ts';
import { createPropose } from './propose.ts';
import { createRecover } from './recover.ts';
import { createVerify } from './verify.ts';

export interface ActDeps extends CollectDeps {
  readonly facts: Facts;
  readonly redactor: Redactor;
  readonly ledger: Ledger;
  /** Kinds that there is a token for. */
  readonly canDo: ReadonlySet<ActionKind>;
  /** Sends one request, once. Never rejects. */
  write(request: WriteRequest): Promise<WriteResult>;
  /** Told of each action that ended after it was sent, and of each condition that one meets on its way. */
  readonly ended?: ActionEnded;
}

/** What each of the use-cases works with. */
export interface Acting {
  readonly facts: Facts;
  readonly redactor: Redactor;
  readonly ledger: Ledger;
  readonly canDo: ReadonlySet<ActionKind>;
  readonly see: See;
  write(request: WriteRequest): Promise<WriteResult>;
  now(): Instant;
  readonly ended?: ActionEnded;
}

/** The same for what happens after the decision: the terminal has nothing else. */
export interface Doing extends Omit<Acting, 'ledger'> {
  readonly ledger: ActingLedger;
}

export interface Asking {
  readonly kind: ActionKind;
  readonly target: Target;
  readonly by: Person;
  readonly reason: string;
  readonly origin: Action['origin'];
  readonly wish?: Pick<Wish, 'version' | 'ref'>;
  /** It is the fix of a diagnosis: what it acts on is what the evidence names. */
  readonly isFix?: boolean;
}

/** Nothing was done: why, and how it is done by hand where that is right. */
export interface Refusal {
  readonly ok: false;
  readonly words: string;
  readonly manualCommand: ManualCommand;
  /** The action that does it already, whose card tells more. */
  readonly already?: string;
}

export type Asked = { readonly ok: true; readonly action: Action; readonly isNew: boolean } | Refusal;

export type Decided = { readonly ok: true; readonly action: Action; readonly complete: boolean } | Refusal;

/** Who is named in the audit for what nobody decided. */
export const BOT = 'bot';

/** What was decided at a terminal is sent by that terminal, with its tokens, or not at all. */
const SENT_BY_THE_BOT = ({ origin }: Action) => origin === 'slack';

export interface Acts {
  /** null: there is no such action, or the id is none. */
  find(id: string): Promise<Action | null>;
  propose(asking: Asking): Promise<Asked>;
  /** What it would do now. Proposes nothing, and writes nothing. */
  plan(asking: Asking): Promise<Drafted>;
  approve(id: string, person: Person): Promise<Decided>;
  reject(id: string, person: Person): Promise<Decided>;
  /** The reason given by the person who rejected it. */
  explain(id: string, person: Person, reason: string): Promise<Decided>;
  /** Sends an approved action, once; does nothing for any other. */
  execute(id: string): Promise<void>;
  /** Looks whether what was sent took effect; ends the action, or looks again later. */
  verify(id: string): Promise<void>;
  /** Looks what becomes of an action after it succeeded. */
  care(id: string): Promise<void>;
  expire(id: string): Promise<void>;
  /** What a process left behind that is gone: never executed again, only looked at. */
  recover(): Promise<void>;
}

export function createActs(deps: ActDeps): Acts {
  const { facts, redactor, ledger, canDo, now, write } = deps;
  const told = deps.ended ? { ended: deps.ended } : {};
  const acting: Acting = { facts, redactor, ledger, canDo, now, write, see: createSee(deps), ...told };
  const { find, approve, reject, explain } = createDecide(acting);
  const expire = createExpire(acting);
  const createDraft = createDrafting(acting);
  const propose = createPropose(acting, createDraft, expire);
  const { execute, note } = createExecute(acting);
  const verify = createVerify(acting);
  const care = createCare(acting);
  const recover = createRecover(
    acting,
    { expire, execute, note, verify, care },
    { sends: SENT_BY_THE_BOT, isAlone: false },
  );
  return {
    find,
    propose,
    plan: (asking) => createDraft({ ...asking, by: asking.by.id }),
    approve,
    reject,
    explain,
    execute,
    verify: (id) => verify(id, 'again'),
    care: (id) => care(id, 'again'),
    expire,
    recover,
  };
}

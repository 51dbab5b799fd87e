/** Runs an action at the terminal: the plan, the typed name, one write, and polling until its end is seen. */

import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import { type Action, type Draft, ENDED, type ManualCommand } from '../../runbook/model/action.ts';
import { refusal } from '../../runbook/model/action-spec.ts';
import { createReadDiffs } from '../diagnosis/read-diffs.ts';
import type { ActingStore, BeginResult } from '../ports/action-store.ts';
import type { ActionServiceDeps, ExecutionContext, PlanResult } from './context.ts';
import { busyWords } from './decide.ts';
import { execute } from './execute.ts';
import { type Planning, plan } from './plan.ts';
import { recover } from './recover.ts';
import { verify } from './verify.ts';

export interface TerminalSessionDeps extends Omit<ActionServiceDeps, 'actionStore' | 'isApprover'> {
  readonly actionStore: ActingStore;
  /** True when no other process uses this ledger, so an action that has not ended was left behind. */
  readonly isAlone: boolean;
  /** The person at this terminal, as the audit stores them. */
  readonly who: string;
  /** Aborted by Ctrl-C: nothing more is sent, and nothing is waited for. */
  readonly interrupted: AbortSignal;
  /** Resolves after `ms`, or as soon as the session is interrupted. */
  wait(ms: number): Promise<void>;
}

export type Done =
  | { readonly kind: 'ended'; readonly action: Action }
  /** The session was interrupted while the action was under way. `action`: its last known row. */
  | { readonly kind: 'left'; readonly action: Action }
  /** Nothing was sent; `words` say why. */
  | { readonly kind: 'refused'; readonly words: string; readonly manualCommand: ManualCommand }
  /** The action was sent, and the ledger failed before its end was seen. */
  | {
      readonly kind: 'lost';
      readonly id: string;
      readonly words: string;
      readonly manualCommand: ManualCommand;
    };

type Wanted = Pick<Planning, 'kind' | 'target' | 'reason' | 'wish' | 'isFix'>;
type OnLook = (action: Action) => void;

export interface TerminalSession {
  /** Plans what would be done now. Writes nothing. Never rejects. */
  plan(wanted: Wanted): Promise<PlanResult>;
  /**
   * Performs the action, once the app's name has been typed. Calls `onLook` with the row after each look. Never
   * rejects.
   */
  act(draft: Draft, onLook: OnLook): Promise<Done>;
  /** Checks what other processes left behind, and sends nothing. */
  settle(): Promise<void>;
}

/** When the result of a look cannot be saved, the next look may succeed. */
const MOST_FAILED_LOOKS = 5;
const AFTER_FAILED_MS = 3_000;
const SOON_MS = 200;

interface Session extends Pick<TerminalSessionDeps, 'isAlone' | 'who' | 'wait'> {
  readonly context: ExecutionContext;
  readonly interrupted: AbortSignal;
}

export function createTerminalSession(deps: TerminalSessionDeps): TerminalSession {
  const { isAlone, who, wait, interrupted } = deps;
  const context: ExecutionContext = { ...deps, readDiffs: createReadDiffs(deps) };
  const session: Session = { context, isAlone, who, wait, interrupted };
  return {
    plan: (wanted) => planHere(session, wanted),
    act: (draft, onLook) => act(session, draft, onLook),
    settle: () => settle(session),
  };
}

async function planHere({ context, who }: Session, wanted: Wanted): Promise<PlanResult> {
  try {
    return await plan(context, { ...wanted, by: who, origin: 'terminal' });
  } catch (error) {
    return refusal(`The ledger failed (${reasonOf(context, error)}). Nothing was done.`);
  }
}

async function act(session: Session, draft: Draft, onLook: OnLook): Promise<Done> {
  let wasSent = false;
  const write: ExecutionContext['write'] = (request) => {
    wasSent = true;
    return session.context.write(request);
  };
  const context = { ...session.context, write };
  const { byHand } = draft.plan;
  let id = '';
  try {
    const begun = await begin(session, draft);
    if (!begun.ok) return { kind: 'refused', words: busyWords(begun.other), manualCommand: byHand };
    id = begun.action.id;
    onLook(begun.action);
    await execute(context, id);
    return await follow({ ...session, context }, id, onLook);
  } catch (error) {
    const why = reasonOf(context, error);
    if (!wasSent) {
      const words = `The ledger failed before anything was sent (${why}). Nothing was changed.`;
      return { kind: 'refused', words, manualCommand: byHand };
    }
    const words = `It was sent, and then the ledger failed (${why}), so I don't know the result.`;
    const manualCommand = actionSpec(draft.kind).safeToRepeat ? byHand : null;
    return { kind: 'lost', id, words, manualCommand };
  }
}

/** An app may be busy only because a process died, so what that process left behind is settled first. */
async function begin(session: Session, draft: Draft): Promise<BeginResult> {
  const { actionStore, now } = session.context;
  const attempt = () => actionStore.begin({ ...draft, askedAt: now(), approvalsNeeded: 0 }, now());
  const begun = await attempt();
  if (begun.ok) return begun;
  await settle(session);
  return attempt();
}

/** An action that was approved through the bot is sent by the bot. */
function settle({ context, isAlone }: Session): Promise<void> {
  return recover(context, { sends: () => false, isAlone });
}

/** Rejects when the ledger failed at several looks in a row. */
async function follow(session: Session, id: string, onLook: OnLook): Promise<Done> {
  for (let failed = 0; ; ) {
    let pauseMs = AFTER_FAILED_MS;
    try {
      const looked = await look(session, id, onLook);
      if (typeof looked !== 'number') return looked;
      pauseMs = looked;
      failed = 0;
    } catch (error) {
      failed += 1;
      if (failed >= MOST_FAILED_LOOKS || session.interrupted.aborted) throw error;
    }
    await session.wait(pauseMs);
  }
}

/** Returns the milliseconds until the next look, or how the action ended. */
async function look({ context, interrupted }: Session, id: string, onLook: OnLook): Promise<Done | number> {
  const { actionStore } = context;
  const action = await actionStore.find(id);
  if (!action) throw new Error(`action ${id} is no longer in the ledger`);
  onLook(action);
  if (ENDED.has(action.state)) return { kind: 'ended', action };
  if (!interrupted.aborted) return (await verify(context, id)) ?? SOON_MS;
  // The next process that looks does not have to wait for this one.
  const left = await actionStore.keepProgress(id, action.revision, { ...action.progress, left: true });
  return { kind: 'left', action: left ?? action };
}

function reasonOf({ redactor }: ExecutionContext, error: unknown): string {
  return redactor.text(error instanceof Error ? error.message : String(error));
}
